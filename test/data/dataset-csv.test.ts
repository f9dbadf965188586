import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import { readCsvDataset } from '../../src/data/dataset-csv.ts';
import { info } from '../helpers/info.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { assertRejects } from '../helpers/rejects.ts';

const IMAGES = ['cats/1.jpg', 'cats/2.jpg', 'dogs/1.jpg', 'dogs/2.jpg'];

/** A folder with four images and the table `m.csv`. */
function makeTable(t: TestContext, ...lines: string[]) {
  const folder = makeFolder(t, {
    ...Object.fromEntries(IMAGES.map((name) => [name, ''])),
    'm.csv': `${lines.join('\n')}\n`,
  });
  return { folder, file: path.join(folder, 'm.csv') };
}

/** Asserts that the table is refused; `FILE` and `FOLDER` stand for its path and folder. */
async function assertRefused(t: TestContext, lines: string[], message: string, hint?: RegExp) {
  const { folder, file } = makeTable(t, ...lines);
  const expected = message.replaceAll('FILE', file).replaceAll('FOLDER', folder);
  await assertRejects(() => readCsvDataset({ file }), EXIT.input, expected, hint);
}

test('when a table names paths and labels then they are relative to its folder', async (t) => {
  const { folder, file } = makeTable(t, 'path,label', 'dogs/1.jpg,dog', 'cats/2.jpg,cat');
  assert.deepEqual(await readCsvDataset({ file }), {
    labels: ['cat', 'dog'],
    files: [
      { path: 'cats/2.jpg', file: path.join(folder, 'cats', '2.jpg'), label: 'cat' },
      { path: 'dogs/1.jpg', file: path.join(folder, 'dogs', '1.jpg'), label: 'dog' },
    ],
    notes: [],
    presplit: false,
  });
});

test('when split and group are given then they are kept, in any usual spelling', async (t) => {
  const { file } = makeTable(
    t,
    'path,label,split,group,reader',
    'cats/1.jpg,cat,train,p1,x',
    'cats/2.jpg,cat,Validation, p2 ,x',
    'dogs/1.jpg,dog,TRAINING,,x',
    'dogs/2.jpg,dog, testing,p3,x',
  );
  const { files, notes, presplit } = await readCsvDataset({ file });
  assert.equal(presplit, true);
  assert.deepEqual(
    files.map(({ givenSplit, group }) => [givenSplit, group]),
    [
      ['training', 'p1'],
      ['validation', 'p2'],
      ['training', undefined],
      ['testing', 'p3'],
    ],
  );
  assert.deepEqual(
    notes,
    info(
      `unknown columns of ${file} are ignored: reader`,
      `cells of ${file} are read without their outer spaces; in double quotes they would stay (rows 3, 5)`,
      '1 of 4 files do not name a group: each is treated as its own group',
      'label dog has no validation images in the given split',
      'label cat has no testing images in the given split',
    ),
  );
});

test('when columns split and group are empty then the files have neither', async (t) => {
  const { file } = makeTable(t, 'path,label,split,group', 'cats/1.jpg,c,,', 'dogs/1.jpg,d, ,');
  const { files, notes, presplit } = await readCsvDataset({ file });
  assert.deepEqual(Object.keys(files[0]).sort(), ['file', 'label', 'path']);
  assert.deepEqual([notes, presplit], [[], false]);
});

test('when the table comes from standard input then paths start at the image folder', async (t) => {
  const { folder } = makeTable(t);
  const text = 'path,label\n1.jpg,a\n../dogs/1.jpg,b\n';
  const imageDir = path.join(folder, 'cats');
  const { files } = await readCsvDataset({ file: '-', text, imageDir });
  assert.deepEqual(
    files.map(({ path: found, file }) => [found, file]),
    [
      ['1.jpg', path.join(imageDir, '1.jpg')],
      ['../dogs/1.jpg', path.join(folder, 'dogs', '1.jpg')],
    ],
  );
  assert.deepEqual(
    await readCsvDataset({ file: '-', text: Buffer.from(text), imageDir }),
    await readCsvDataset({ file: '-', text, imageDir }),
  );
  await assertRejects(
    () => readCsvDataset({ file: '-', text }),
    EXIT.input,
    'expected a file at 1.jpg (row 2 of standard input), found nothing there; further such rows: 1',
    /relative to \.$/,
  );
});

test('when an image folder is given with a file then paths start there', async (t) => {
  const { folder, file } = makeTable(t, 'path,label', '1.jpg,a', '2.jpg,b');
  const { files } = await readCsvDataset({ file, imageDir: path.join(folder, 'cats') });
  assert.equal(files[0].file, path.join(folder, 'cats', '1.jpg'));
});

test('when a path is absolute or roundabout then its key is the relative one', async (t) => {
  const { folder, file } = makeTable(t);
  const absolute = path.join(folder, 'cats', '1.jpg');
  writeFileSync(file, `path,label\n${absolute},a\n./dogs/../cats//2.jpg,b\n`);
  const { files } = await readCsvDataset({ file });
  assert.deepEqual(
    files.map((found) => found.path),
    ['cats/1.jpg', 'cats/2.jpg'],
  );
  assert.equal(files[0].file, absolute);
});

test('when a path or label is empty, or a path a URL, then the row is named', async (t) => {
  const row = 'cats/1.jpg,cat';
  await assertRefused(
    t,
    ['path,label', row, ' ,cat'],
    'expected a path in row 3 of FILE, found an empty cell',
    /fill it in/,
  );
  await assertRefused(
    t,
    ['label,path', ',x'],
    'expected a label in row 2 of FILE, found an empty cell',
  );
  await assertRefused(
    t,
    ['path,label', 'https://example.org/1.jpg,cat'],
    'expected a path in row 2 of FILE, found a URL, https://example.org/1.jpg',
    /download it/,
  );
});

test('when a label is a path then the row is named', async (t) => {
  await assertRefused(
    t,
    ['path,label', 'cats/1.jpg,cat', 'dogs/1.jpg,../../outside'],
    'expected labels that are no paths (without / and \\, and neither . nor ..) in row 3 of FILE, found "../../outside"',
    /rename that label/,
  );
});

test('when a file is not there then row and path are named before any work', async (t) => {
  const row = 'cats/1.jpg,cat';
  await assertRefused(
    t,
    ['path,label', row, 'dogs/7.jpg,dog', 'dogs/8.jpg,dog'],
    `expected a file at ${path.join('FOLDER', 'dogs', '7.jpg')} (row 3 of FILE), found nothing there; further such rows: 1`,
    /paths are relative to/,
  );
  await assertRefused(
    t,
    ['path,label', row, 'dogs,dog'],
    `expected a file at ${path.join('FOLDER', 'dogs')} (row 3 of FILE), found a folder`,
  );
  if (path.sep === '/') {
    await assertRefused(
      t,
      ['path,label', row, 'dogs\\1.jpg,dog'],
      'expected a file at FOLDER/dogs\\1.jpg (row 3 of FILE), found nothing there',
      /^write \/ between folders/,
    );
  }
});

test('when a row names a pipe then it is refused without being opened', async (t) => {
  if (process.platform === 'win32') return t.skip('no named pipes in the file system');
  const { folder, file } = makeTable(t, 'path,label', 'cats/1.jpg,cat', 'pipe,dog');
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  await assertRejects(() => readCsvDataset({ file }), EXIT.input, /\), found a pipe or device$/);
});

test('when a file stands in two rows then both are named', async (t) => {
  for (const again of ['cats/1.jpg', './cats/1.jpg', 'dogs/../cats//1.jpg']) {
    await assertRefused(
      t,
      ['path,label', 'cats/1.jpg,cat', 'dogs/1.jpg,dog', `${again},dog`],
      'expected each file once in FILE, found cats/1.jpg in rows 2 and 4',
      /remove one/,
    );
  }
});

test('when a split word is unknown, or only some rows have one, then the row is named', async (t) => {
  await assertRefused(
    t,
    ['path,label,split', 'cats/1.jpg,cat,train', 'dogs/1.jpg,dog,other'],
    'expected train, val or test as the split in row 3 of FILE, found other',
    /validation/,
  );
  await assertRefused(
    t,
    ['path,label,split', 'cats/1.jpg,cat,', 'dogs/1.jpg,dog,train'],
    'expected a split in every row of FILE or in none, found training in row 3 and an empty cell in row 2',
    /in every row/,
  );
});

test('when training lacks a label then a row of that label is named', async (t) => {
  await assertRefused(
    t,
    ['path,label,split', 'cats/1.jpg,cat,train', 'dogs/1.jpg,dog,val'],
    'expected training images of label dog in FILE, found only validation images (row 3)',
  );
});

test('when a group is in two splits then both rows are named', async (t) => {
  await assertRefused(
    t,
    [
      'path,label,split,group',
      'dogs/1.jpg,dog,train,p7',
      'cats/1.jpg,cat,train,p8',
      'cats/2.jpg,cat,test,p7',
    ],
    'expected all images of group p7 in one split, found training (row 2) and testing (row 4)',
  );
});

test('when labels are too few or nearly the same then they are named', async (t) => {
  await assertRefused(
    t,
    ['path,label', 'cats/1.jpg,cat', 'cats/2.jpg,cat'],
    'expected at least 2 labels in FILE, found 1 (cat)',
  );
  await assertRefused(t, ['path,label'], 'expected rows below the header of FILE, found none');
  await assertRefused(
    t,
    ['path,label', 'cats/1.jpg,cat', 'dogs/1.jpg,Cat'],
    'labels Cat and cat in FILE differ only in case, outer spaces or the encoding of accents',
    /same way in every row/,
  );
});

test('when a path holds a zero character then its row is told', async () => {
  await assertRejects(
    () => readCsvDataset({ file: '-', text: 'path,label\na\0.jpg,cats\nb.jpg,dogs\n' }),
    EXIT.input,
    /\(row 2 of standard input\), but a path cannot contain a zero character/,
    /correct the row/,
  );
});

test('when there is no table, or other bytes, then the message says so', async (t) => {
  const { folder } = makeTable(t);
  const hint = /columns path and label/;
  const refuse = (name: string, message: RegExp, remedy: RegExp) =>
    assertRejects(
      () => readCsvDataset({ file: path.join(folder, name) }),
      EXIT.input,
      message,
      remedy,
    );
  await refuse('none.csv', /^expected a CSV table at .*none\.csv, found nothing there$/, hint);
  mkdirSync(path.join(folder, 'folder'));
  await refuse('folder', /folder, found a folder$/, hint);
  writeFileSync(path.join(folder, 'odd.csv'), Buffer.from('fffe7000ff', 'hex'));
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n';
  writeFileSync(path.join(folder, 'lfs.csv'), pointer);
  await refuse('lfs.csv', /lfs\.csv, found a Git LFS pointer/, /git lfs pull/);
  await refuse('odd.csv', /in UTF-8 or UTF-16 in .*odd\.csv, found other bytes$/, /CSV UTF-8/);
  writeFileSync(path.join(folder, 'latin.csv'), 'path,label\nh\xe4nde.jpg,x\n', 'latin1');
  await refuse('latin.csv', /latin\.csv, found other bytes$/, /CSV UTF-8/);
});

test('when a table is in UTF-8 or UTF-16 with a mark then it is read', async (t) => {
  const { folder } = makeTable(t);
  const text = '\uFEFFpath;label\r\n1.jpg;Röntgen\r\n2.jpg;x\r\n';
  const little = Buffer.from(text, 'utf16le');
  const imageDir = path.join(folder, 'cats');
  for (const bytes of [Buffer.from(text), little, Buffer.from(little).swap16()]) {
    const { labels } = await readCsvDataset({ file: '-', text: bytes, imageDir });
    assert.deepEqual(labels, ['Röntgen', 'x']);
  }
});

test('when labels are quoted with outer spaces then they keep them', async (t) => {
  const { file } = makeTable(t, 'path,label', 'cats/1.jpg, cat', 'dogs/1.jpg," dog"');
  const { labels, notes } = await readCsvDataset({ file });
  assert.deepEqual(labels, [' dog', 'cat']);
  assert.match(notes[0][1], /outer spaces; in double quotes they would stay \(row 2\)$/);
  await assertRefused(
    t,
    ['path,label', 'cats/1.jpg,cat', 'dogs/1.jpg,"cat "'],
    'labels cat and cat  in FILE differ only in case, outer spaces or the encoding of accents',
  );
});
