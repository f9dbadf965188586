// Links in an image folder: which are followed, and what is said of those that lead out of it.

import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { readFolderDataset } from '../../src/data/folder-dataset.ts';
import { TO_TRAIN } from '../../src/data/layout.ts';
import { scanFolder } from '../../src/data/scan.ts';
import { makeFolder } from '../helpers/make-folder.ts';

/** A folder `data` of these files and links, and what lies outside it. */
function makeLinked(
  t: TestContext,
  files: readonly string[],
  links: Readonly<Record<string, string>>,
): string {
  const folder = makeFolder(t, Object.fromEntries(files.map((file) => [file, file])));
  for (const [name, to] of Object.entries(links)) symlinkSync(to, path.join(folder, name));
  return path.join(folder, 'data');
}

async function read(data: string, layout?: 'auto' | 'split' | 'labels', follow?: boolean) {
  const { files, notes } = await readFolderDataset(data, TO_TRAIN, layout, follow);
  return { files: files.map(({ path: at }) => at), notes };
}

const used = (to: string, count: number, example: string) => [
  'info',
  `links to ${to} outside the folder, which are used: ${count}, e.g. ${example}`,
];
const leftOut = (count: number, example: string) => [
  'warning',
  `links to folders outside the folder, which are left out: ${count}, e.g. ${example} (--follow_links enters them)`,
];

test('when the image folder, labels and files are links then they are followed, and counted', async (t) => {
  const files = ['data/cats/1.jpg', 'store/d/1.jpg', 'store/d/in/2.jpg', 'store/2.jpg'];
  const data = makeLinked(t, files, {
    door: 'data',
    'data/dogs': '../store/d',
    'data/cats/two.jpg': '../../store/2.jpg',
    'data/cats/own.jpg': '1.jpg',
    'data/cats/none.jpg': 'nowhere',
    'store/d/again': 'in',
  });
  for (const place of [data, path.join(data, '..', 'door')]) {
    assert.deepEqual(await read(place), {
      files: [
        ...['cats/1.jpg', 'cats/none.jpg', 'cats/own.jpg', 'cats/two.jpg'],
        ...['dogs/1.jpg', 'dogs/again/2.jpg', 'dogs/in/2.jpg'],
      ],
      notes: [used('files', 1, 'cats/two.jpg'), used('folders', 1, 'dogs')],
    });
  }
});

test('when deeper links lead to folders outside then they are entered only if that is asked for', async (t) => {
  const files = ['data/cats/1.jpg', 'data/cats/deep/2.jpg', 'store/d/1.jpg', 'etc/secret.jpg'];
  const data = makeLinked(t, files, {
    'data/cats/etc': '../../etc',
    'data/cats/deep/up': '../../..',
    'data/dogs': '../store/d',
    'store/d/etc': '../../etc',
    'data/cats/same': 'deep',
  });
  const own = ['cats/1.jpg', 'cats/deep/2.jpg', 'cats/same/2.jpg'];
  assert.deepEqual(await read(data), {
    files: [...own, 'dogs/1.jpg'],
    notes: [used('folders', 1, 'dogs'), leftOut(4, 'cats/deep/up')],
  });
  const all = await read(data, 'auto', true);
  assert.ok(all.files.includes('cats/etc/secret.jpg'), `${all.files}`);
  assert.ok(all.files.includes('dogs/etc/secret.jpg'), `${all.files}`);
  assert.ok(all.files.includes('cats/deep/up/etc/secret.jpg'), `${all.files}`);
  assert.ok(!all.files.some((file) => file.includes('/data/')), `${all.files}`);
});

test('when a split is ready-made then labels in its parts may be links, but not in labels', async (t) => {
  const parts = ['train', 'val'].flatMap((part) => [`data/${part}/cats/1.jpg`, `s/${part}/1.jpg`]);
  const data = makeLinked(t, [...parts, 'etc/secret.jpg', 'out/cats/1.jpg', 'out/dogs/1.jpg'], {
    'data/train/dogs': '../../s/train',
    'data/val/dogs': '../../s/val',
    'data/test': '../out',
    'data/train/cats/etc': '../../../etc',
    's/val/etc': '../../etc',
  });
  const { files, notes } = await read(data);
  assert.deepEqual(files, [
    ...['test/cats/1.jpg', 'train/cats/1.jpg', 'val/cats/1.jpg'],
    ...['test/dogs/1.jpg', 'train/dogs/1.jpg', 'val/dogs/1.jpg'],
  ]);
  assert.deepEqual(notes.slice(-2), [used('folders', 3, 'test'), leftOut(2, 'train/cats/etc')]);
  const labels = await read(data, 'labels');
  assert.deepEqual(labels.files, [
    ...['test/cats/1.jpg', 'test/dogs/1.jpg', 'train/cats/1.jpg', 'val/cats/1.jpg'],
  ]);
  assert.deepEqual(labels.notes.slice(-1), [leftOut(3, 'train/cats/etc')]);
});

test('when all that a label holds is left out then the refusal says why', async (t) => {
  const data = makeLinked(t, ['data/cats/1.jpg', 'data/dogs/', 'etc/1.jpg'], {
    'data/dogs/etc': '../../etc',
  });
  await assert.rejects(read(data), (error) => {
    assert.ok(error instanceof InputError, String(error));
    assert.match(error.message, /found 1 \(cats\) \(.*left out: 1, e\.g\. dogs\/etc \(--follow/);
    return true;
  });
});

test('when a folder is scanned for images then links in it to folders outside are left out', async (t) => {
  const data = makeLinked(t, ['data/a/1.jpg', 'out/2.jpg'], { 'data/b': '../out' });
  const plain = await scanFolder(data);
  assert.deepEqual([plain.files.length, plain.notes], [1, [leftOut(1, 'b')]]);
  const followed = await scanFolder(data, { all: true });
  assert.deepEqual([followed.files.length, followed.notes], [2, [used('folders', 1, 'b')]]);
});

test('when folders are full of links to each other then the walk ends soon', async (t) => {
  const names = Array.from({ length: 16 }, (_, at) => `f${at}`);
  const links = names.flatMap((from) =>
    names.map((to) => [`data/a/${from}/to_${to}`, `../${to}`] as const),
  );
  const data = makeLinked(
    t,
    ['data/b/1.jpg', ...names.map((name) => `data/a/${name}/1.jpg`)],
    Object.fromEntries(links),
  );
  const { files } = await read(data);
  const own = names.map((name) => `a/${name}/1.jpg`);
  assert.deepEqual(
    own.filter((file) => !files.includes(file)),
    [],
  );
  assert.ok(files.includes('a/f0/to_f1/1.jpg'), 'a link in a label is followed');
  assert.ok(files.length < 1e4, `${files.length}`);
});
