import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { copyNames, sortFolders } from '../../src/classify/sort-folders.ts';
import { labelFault } from '../../src/data/labels.ts';
import { info } from '../helpers/info.ts';

const foldersOf = (...labels: string[]) => [...sortFolders(labels).folderOf.values()];

test('when labels are ordinary then their folders are named like them, and nothing is said', () => {
  const labels = ['cats', 'console', 'com', 'com10', '.hidden', 'a.b', '🦴', 'nulla', "it's"];
  assert.deepEqual(sortFolders(labels), {
    folderOf: new Map(labels.map((label) => [label, label])),
    notes: [],
  });
});

test('when Windows reserves or refuses a name then it gets an underscore behind it', () => {
  assert.deepEqual(foldersOf('CON', 'nul', 'Com1', 'lpt².x', 'aux.tar.gz', 'prn .a', 'CONIN$'), [
    'CON_',
    'nul_',
    'Com1_',
    'lpt²_.x',
    'aux_.tar.gz',
    'prn_ .a',
    'CONIN$_',
  ]);
  assert.deepEqual(foldersOf('12:30', 'why?', 'C:', 'cats.', '...', '.. '), [
    '12_30_',
    'why__',
    'C__',
    'cats._',
    '..._',
    '.. _',
  ]);
});

test('when labels have other folders then three are named, and the rest counted', () => {
  const { notes } = sortFolders(['a', 'a:', 'b:', 'c:', 'CON']);
  const sentence =
    'Windows does not allow folders of these names, so images are put elsewhere: label a: in a__, label b: in b__, label c: in c__ and 1 more';
  assert.deepEqual(notes, info(sentence));
});

test('when the other name is taken then no two labels share a folder', () => {
  assert.deepEqual(foldersOf('con', 'CON_', 'a:', 'a|', 'A__'), [
    'con__',
    'CON_',
    'a___',
    'a____',
    'A__',
  ]);
});

test('when labels are of any kind then every folder is right below the one given', () => {
  const pieces = [
    '.',
    '..',
    ' ',
    ':',
    '\\',
    '/',
    'CON',
    'C:',
    '~',
    '\0',
    '%',
    '$',
    '-',
    'x',
    '…',
    '"',
  ];
  const random = createRandom(3, 'labels');
  const piece = () => pieces[random.below(pieces.length)];
  const made = Array.from({ length: 2000 }, () =>
    Array.from({ length: 1 + random.below(4) }, piece).join(''),
  );
  const labels = [...new Set(made)].filter((label) => labelFault(label) === undefined);
  assert.ok(labels.length > 300, `${labels.length} labels`);
  for (const name of foldersOf(...labels)) {
    for (const system of [path.posix, path.win32]) {
      const root = system.resolve('/out');
      const place = system.resolve(system.join(root, name));
      assert.equal(system.dirname(place), root, name);
      assert.equal(system.basename(place), name);
    }
    assert.doesNotMatch(name, /[<>:"|?*]|[. ]$/);
  }
});

test('when a target may not hold a file name then there are others to try', () => {
  assert.deepEqual(copyNames('leg 005.jpg', 'linux'), ['leg 005.jpg']);
  assert.deepEqual(copyNames('Shot 10:30?.jpg', 'linux'), ['Shot 10:30?.jpg', 'Shot 10_30_.jpg']);
  assert.deepEqual(copyNames('aux.jpg', 'linux'), ['aux.jpg', 'aux_.jpg']);
  assert.deepEqual(copyNames('a\tb. .', 'linux'), ['a\tb. .', 'a_b___']);
  assert.deepEqual(copyNames('é:🦴.jpg', 'linux'), ['é:🦴.jpg', 'é_🦴.jpg', '___.jpg']);
  // A colon would lead into a hidden stream of a file.
  assert.deepEqual(copyNames('a:b.jpg', 'win32'), ['a_b.jpg']);
});
