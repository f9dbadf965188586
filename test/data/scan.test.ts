import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { EXIT, InputError } from '../../src/base/errors.ts';
import { readFolderDataset } from '../../src/data/folder-dataset.ts';
import { scanFolder } from '../../src/data/scan.ts';
import { info } from '../helpers/info.ts';
import { makeFolder } from '../helpers/make-folder.ts';

/** Asserts that the labelled folder is refused as an input error. */
async function assertRefused(folder: string, message: RegExp, hint: RegExp) {
  await assert.rejects(readFolderDataset(folder), (error) => {
    assert.ok(error instanceof InputError, String(error));
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
    assert.equal(error.exitCode, EXIT.input);
    return true;
  });
}

const twoLabels = { 'cats/1.jpg': '', 'dogs/1.jpg': '' };

test('when labels are found then they stand in code-unit order, files by label and path', async (t) => {
  const names = ['b/2.jpg', 'b/10.jpg', 'b/A.jpg', 'a/x.jpg', 'Z/x.jpg', 'ä/x.jpg'];
  const folder = makeFolder(t, Object.fromEntries(names.map((name) => [name, ''])));
  const { labels, files, notes } = await readFolderDataset(folder);
  assert.deepEqual(labels, ['Z', 'a', 'b', 'ä']);
  assert.deepEqual(
    files.map((file) => file.path),
    ['Z/x.jpg', 'a/x.jpg', 'b/10.jpg', 'b/2.jpg', 'b/A.jpg', 'ä/x.jpg'],
  );
  assert.deepEqual(files[2], {
    label: 'b',
    path: 'b/10.jpg',
    file: path.join(folder, 'b', '10.jpg'),
  });
  assert.deepEqual(notes, []);
});

test('when label folders hold folders then all files below belong to the label', async (t) => {
  const folder = makeFolder(t, { ...twoLabels, 'cats/p/q/r.txt': '', 'cats/p.jpg': '' });
  const { labels, files } = await readFolderDataset(folder);
  assert.deepEqual(labels, ['cats', 'dogs']);
  assert.deepEqual(
    files.map(({ label, path: found }) => `${label} ${found}`),
    ['cats cats/1.jpg', 'cats cats/p.jpg', 'cats cats/p/q/r.txt', 'dogs dogs/1.jpg'],
  );
});

test('when hidden and system files are there then they are counted and ignored', async (t) => {
  const folder = makeFolder(t, {
    ...twoLabels,
    '.git/config': '',
    '.DS_Store': '',
    'cats/.DS_Store': '',
    'cats/Thumbs.db': '',
    'cats/THUMBS.DB': '',
    'dogs/desktop.ini': '',
    'dogs/.thumbs/1.jpg': '',
    'dogs/thumbs.db.jpg': '',
  });
  const { files, notes } = await readFolderDataset(folder);
  assert.deepEqual(
    files.map((file) => file.path),
    ['cats/1.jpg', 'dogs/1.jpg', 'dogs/thumbs.db.jpg'],
  );
  assert.deepEqual(
    notes,
    info(
      '5 hidden or system files ignored',
      '2 hidden or system folders passed over: .git, .thumbs',
    ),
  );
});

test('when a pipe lies among the images then it is ignored', async (t) => {
  if (process.platform === 'win32') return t.skip('no named pipes in the file system');
  const folder = makeFolder(t, twoLabels);
  execFileSync('mkfifo', [path.join(folder, 'cats', 'pipe.jpg')]);
  const { files, notes } = await readFolderDataset(folder);
  assert.equal(files.length, 2);
  assert.deepEqual(notes, info('1 hidden or system files ignored'));
});

test('when links lead in a circle then the walk ends and each file is found once', async (t) => {
  const folder = makeFolder(t, { ...twoLabels, 'cats/deep/2.jpg': '' });
  symlinkSync('.', path.join(folder, 'cats', 'self'));
  symlinkSync('..', path.join(folder, 'cats', 'deep', 'up'));
  const { files } = await readFolderDataset(folder);
  assert.deepEqual(
    files.map((file) => file.path),
    ['cats/1.jpg', 'cats/deep/2.jpg', 'dogs/1.jpg'],
  );
});

test('when a link is broken or leads to itself then it is kept as a file', async (t) => {
  const folder = makeFolder(t, twoLabels);
  symlinkSync('nowhere.jpg', path.join(folder, 'cats', 'broken.jpg'));
  symlinkSync('loop.jpg', path.join(folder, 'cats', 'loop.jpg'));
  symlinkSync('nowhere', path.join(folder, 'beside'));
  const { files, notes } = await readFolderDataset(folder);
  assert.deepEqual(
    files.map((file) => file.path),
    ['cats/1.jpg', 'cats/broken.jpg', 'cats/loop.jpg', 'dogs/1.jpg'],
  );
  assert.deepEqual(notes, info('1 files beside the label folders are ignored'));
});

test('when a label is empty or files lie beside the labels then a note tells', async (t) => {
  const folder = makeFolder(t, {
    ...twoLabels,
    'birds/': '',
    'fish/deep/': '',
    'readme.txt': '',
    'x.jpg': '',
  });
  const { labels, notes } = await readFolderDataset(folder);
  assert.deepEqual(labels, ['cats', 'dogs']);
  assert.deepEqual(
    notes,
    info(
      'labels without files are ignored: birds, fish',
      '2 files beside the label folders are ignored',
    ),
  );
});

test('when labels are named like properties of objects then they are ordinary', async (t) => {
  const folder = makeFolder(t, { '__proto__/1.jpg': '', 'constructor/1.jpg': '', '🦴/1.jpg': '' });
  const { labels, files } = await readFolderDataset(folder);
  assert.deepEqual(labels, ['__proto__', 'constructor', '🦴']);
  assert.equal(files.length, 3);
});

test('when fewer than two labels have images then the message says what was found', async (t) => {
  const hint = /^put the images of each label in a folder of their own, e\.g\. .*cats .*dogs$/;
  const expected = (found: string) =>
    new RegExp(`^expected at least 2 label folders with images in .*, found ${found}$`);
  await assertRefused(makeFolder(t, { 'cats/1.jpg': '' }), expected('1 \\(cats\\)'), hint);
  await assertRefused(
    makeFolder(t, { 'cats/1.jpg': '', 'dogs/': '', 'x.jpg': '' }),
    expected('1 \\(cats\\) \\(label dogs has no files and is ignored\\)'),
    hint,
  );
  await assertRefused(makeFolder(t, { '1.jpg': '' }), expected('only loose files'), hint);
  await assertRefused(makeFolder(t), expected('none'), hint);
});

test('when there is no folder, or a file, then the message says so', async (t) => {
  const folder = makeFolder(t, { file: 'x' });
  const hint = /one folder of images per label/;
  const missing = path.join(folder, 'missing');
  await assertRefused(missing, /^expected a folder at .*missing, found nothing there$/, hint);
  await assertRefused(path.join(folder, 'file'), /file, found a file$/, hint);
  await assertRefused(path.join(folder, 'n'.repeat(300)), /, but the path is too long$/, hint);
});

test('when there is nothing but one part of a split then that part is proposed', async (t) => {
  for (const part of ['train', 'TEST', 'validation']) {
    await assertRefused(
      makeFolder(t, { [`${part}/cats/1.jpg`]: '', [`${part}/dogs/1.jpg`]: '' }),
      new RegExp(`, found 1 \\(${part}\\)$`),
      new RegExp(`^give --image_dir .*${part}, which holds cats, dogs$`),
    );
  }
  const folder = makeFolder(t, { 'train/1.jpg': '', 'bus/1.jpg': '' });
  assert.deepEqual((await readFolderDataset(folder)).labels, ['bus', 'train']);
});

test('when labels differ only in case or in how accents are written then they are refused', async (t) => {
  for (const [one, other] of [
    ['cats', 'Cats'],
    ['\u00e9t\u00e9', 'e\u0301te\u0301'],
  ]) {
    const folder = makeFolder(t, { [`${one}/1.jpg`]: '', [`${other}/1.jpg`]: '' });
    if ((await scanFolder(folder)).files.length < 2) return t.skip('the disk makes them one');
    await assertRefused(
      folder,
      /differ only in case, outer spaces or the encoding of accents$/,
      /merge .* rename/,
    );
  }
});

test('when a label folder is named as no label can be then it is named', async (t) => {
  if (process.platform === 'win32') return t.skip('such names cannot be folders there');
  for (const name of ['a\\b', 'a\nb']) {
    const folder = makeFolder(t, { ...twoLabels, [`${name}/1.jpg`]: '' });
    const found = JSON.stringify(name).replaceAll('\\', '\\\\');
    await assertRefused(folder, new RegExp(`^expected labels .*, found ${found}$`), /rename/);
  }
});

test('when a plain folder is scanned then paths are relative and in order', async (t) => {
  const folder = makeFolder(t, { 'b.jpg': '', 'a/c.jpg': '', 'a.jpg': '', '.x': '', 'B.jpg': '' });
  const { files, notes } = await scanFolder(folder);
  assert.deepEqual(
    files.map((file) => file.path),
    ['B.jpg', 'a.jpg', 'a/c.jpg', 'b.jpg'],
  );
  assert.deepEqual(notes, info('1 hidden or system files ignored'));
  assert.deepEqual(await scanFolder(makeFolder(t)), { files: [], notes: [] });
});

test("when a link in a label leads back up then no other label's images come under it", async (t) => {
  const folder = makeFolder(t, { 'cats/1.jpg': 'x', 'dogs/1.jpg': 'y' });
  symlinkSync('..', path.join(folder, 'cats', 'up'));
  const { files } = await readFolderDataset(folder);
  assert.deepEqual(
    files.map((file) => file.path),
    ['cats/1.jpg', 'dogs/1.jpg'],
  );
});
