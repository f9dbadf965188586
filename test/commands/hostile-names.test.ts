// Names and kinds of files that trip programs up, in classify and below a label of retrain.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, retrainQuickly, trainedModel } from '../helpers/run-cli.ts';

const POSIX = process.platform === 'win32' ? 'needs a POSIX file system' : false;

/** Names that hold an image, and how each is shown. */
const NAMES: Readonly<Record<string, string>> = {
  'line\nbreak.jpg': 'line\\nbreak.jpg',
  'bell\x07 and \x1b[31m.jpg': 'bell\\x07 and \\x1b[31m.jpg',
  '"quotes" and \'ticks\'.jpg': '"quotes" and \'ticks\'.jpg',
  '🦴 Knochen.jpg': '🦴 Knochen.jpg',
  '=1+1.jpg': '=1+1.jpg',
  '-rf.jpg': '-rf.jpg',
  '$(touch hacked);`x`.jpg': '$(touch hacked);`x`.jpg',
  [`${'n'.repeat(251)}.jpg`]: `${'n'.repeat(251)}.jpg`,
};
const LATIN1 = Buffer.from('r\xf6ntgen.jpg', 'latin1');

function addNames(folder: string) {
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(NAMES)) cpSync(LEG005, path.join(folder, name));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), LATIN1]), readFileSync(LEG005));
}

test('images are scored whatever their names are made of', { skip: POSIX }, async (t) => {
  const folder = makeFolder(t);
  addNames(path.join(folder, 'in'));
  const words = ['classify', '--model_dir', await trainedModel(), '--sort_into', 'out', 'in'];
  const { code, stdout, stderr } = await imgdiag(words, { cwd: folder });
  assert.equal(code, 0, stderr);
  for (const shown of [...Object.values(NAMES), 'r\\xf6ntgen.jpg']) {
    const lines = stdout.split('\n');
    const at = lines.indexOf(path.join('in', shown));
    assert.ok(at >= 0, shown);
    assert.match(lines[at + 1], /^brokenleg \(score = 0\.9/);
  }
  assert.equal(
    stderr,
    'warning: in/r\\xf6ntgen.jpg: its name is not UTF-8: not copied; rename it\n',
  );
});

test('a name that the command line has mangled is told as such', { skip: POSIX }, async (t) => {
  const folder = makeFolder(t);
  addNames(path.join(folder, 'in'));
  const model = await trainedModel();
  const { code, stderr } = await imgdiag(
    ['classify', '--model_dir', model, 'in/r\ufffdntgen.jpg'],
    {
      cwd: folder,
    },
  );
  assert.equal(code, 3);
  assert.match(
    stderr,
    /its name is not UTF-8, so it cannot be given as an argument\nhint: give the folder/,
  );
});

test('retrain uses images of any name, and skips by name what is none', {
  skip: POSIX,
}, async (t) => {
  const folder = makeFolder(t, {
    'secret/outside.jpg': readFileSync(LEG005),
    'images/brokenleg/empty.jpg': '',
    'images/brokenleg/.DS_Store': 'x',
    'images/brokenleg/Thumbs.db': 'x',
    'images/brokenleg/desktop.ini': 'x',
    'images/brokenleg/.hidden/x.jpg': 'x',
    'images/brokenleg/nested/deep/page.jpg': '<html><body>404',
    'images/nothing/': '',
  });
  const images = path.join(folder, 'images');
  cpSync(HEALTHDIAG, images, { recursive: true });
  const label = path.join(images, 'brokenleg');
  addNames(path.join(label, 'names'));
  execFileSync('mkfifo', [path.join(label, 'pipe.jpg')]);
  symlinkSync('loop.jpg', path.join(label, 'loop.jpg'));
  symlinkSync('.', path.join(label, 'round'));
  symlinkSync('../../secret/outside.jpg', path.join(label, 'link.jpg'));
  symlinkSync('nowhere.jpg', path.join(label, 'broken.jpg'));
  const root = process.getuid?.() === 0;
  writeFileSync(path.join(label, 'locked.jpg'), readFileSync(LEG005));
  if (!root) chmodSync(path.join(label, 'locked.jpg'), 0);
  const { code, stderr } = await retrainQuickly(
    '--image_dir',
    images,
    '--model_dir',
    path.join(folder, 'm'),
  );
  assert.equal(code, 0, stderr);
  const skipped = [...stderr.matchAll(/^warning: skipped (.*)$/gm)].map(([, what]) => what);
  const expected = [
    /^brokenleg\/broken\.jpg: it is a link that leads nowhere \(.+\)$/,
    /^brokenleg\/empty\.jpg: the file is empty \(0 bytes\) \(.+\)$/,
    ...(root ? [] : [/^brokenleg\/locked\.jpg: permission to read the file was denied \(.+\)$/]),
    /^brokenleg\/loop\.jpg: it is a link that leads back to itself \(.+\)$/,
    /^brokenleg\/nested\/deep\/page\.jpg: expected an image, found an HTML page \(.+\)$/,
  ];
  assert.equal(skipped.length, expected.length, stderr);
  for (const pattern of expected)
    assert.ok(
      skipped.some((what) => pattern.test(what)),
      stderr,
    );
  assert.match(stderr, /^label nothing has no files and is ignored$/m);
  assert.match(stderr, /^4 hidden or system files ignored$/m);
  assert.match(stderr, /^1 hidden or system folders passed over: \.hidden$/m);
});

test('labels that differ in case, spaces or normalisation only are refused', async (t) => {
  for (const [one, two] of [
    ['Leg', 'leg'],
    ['r\u00f6ntgen', 'ro\u0308ntgen'],
    ['leg', 'leg '],
  ]) {
    const folder = makeFolder(t, { [`i/${one}/1.jpg`]: 'x', [`i/${two}/1.jpg`]: 'y' });
    const { code, stderr } = await imgdiag(['retrain', '--image_dir', path.join(folder, 'i')]);
    assert.equal(code, 3, stderr);
    assert.match(
      stderr,
      /differ only in case, outer spaces or the encoding of accents\nhint: merge/,
    );
  }
});

test('images above --max_pixels are refused, also by classify and from the cache', async (t) => {
  const folder = makeFolder(t);
  const words = ['--image_dir', HEALTHDIAG, '--model_dir', path.join(folder, 'm')];
  const cache = ['--bottleneck_dir', path.join(folder, 'c')];
  const before = await retrainQuickly(...words, ...cache);
  assert.equal(before.code, 0, before.stderr);
  const after = await retrainQuickly(...words, ...cache, '--max_pixels', '1000');
  assert.equal(after.code, 3, after.stderr);
  const model = await trainedModel();
  const { code, stderr } = await imgdiag([
    'classify',
    '--model_dir',
    model,
    '--max_pixels',
    '1000',
    LEG005,
  ]);
  assert.equal(code, 3);
  assert.match(stderr, /the JPEG image has more than 1000 pixels\nhint: .*--max_pixels/);
});
