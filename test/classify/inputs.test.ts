import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import test from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { readFileList } from '../../src/classify/file-list.ts';
import { expandInputs } from '../../src/classify/inputs.ts';
import { ImageError } from '../../src/images/decode.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const WINDOWS = process.platform === 'win32';

async function expand(images: readonly string[]) {
  const notes: string[] = [];
  const inputs = await expandInputs(images, (_, text) => notes.push(text));
  return { inputs, names: inputs.map(({ name }) => name), notes };
}

test('when files are given then they keep their order and names, twice if given twice', async (t) => {
  const folder = makeFolder(t, { 'b.jpg': 'B', 'a.jpg': 'A' });
  const [a, b] = ['a.jpg', 'b.jpg'].map((name) => path.join(folder, name));
  const { inputs, names, notes } = await expand([b, a, b]);
  assert.deepEqual(names, [b, a, b]);
  assert.deepEqual(notes, []);
  const contents = await Promise.all(inputs.map((input) => input.read()));
  assert.deepEqual(
    contents.map((bytes) => Buffer.from(bytes).toString()),
    ['B', 'A', 'B'],
  );
});

test('when a folder is given then its files come in path order, below its own name', async (t) => {
  const folder = makeFolder(t, { 'b.jpg': 'B', 'sub/a.txt': 'S', 'a.jpg': 'A', 'z.jpg': 'Z' });
  const last = path.join(folder, 'z.jpg');
  const { inputs, names, notes } = await expand([`${folder}${path.sep}`, last]);
  const below = ['a.jpg', 'b.jpg', 'sub/a.txt', 'z.jpg', 'z.jpg'];
  assert.deepEqual(
    names,
    below.map((name) => path.join(folder, name)),
  );
  assert.equal(Buffer.from(await inputs[2].read()).toString(), 'S');
  assert.deepEqual(notes, []);
});

test('when hidden files lie in a folder then a note counts them', async (t) => {
  const folder = makeFolder(t, { 'a.jpg': '', '.DS_Store': '', 'Thumbs.db': '' });
  const { names, notes } = await expand([folder]);
  assert.deepEqual(names, [path.join(folder, 'a.jpg')]);
  assert.deepEqual(notes, [`${folder}: 2 hidden or system files ignored`]);
});

test('when a hidden file is named itself then it is taken', async (t) => {
  const file = path.join(makeFolder(t, { '.a.jpg': 'A' }), '.a.jpg');
  assert.deepEqual((await expand([file])).names, [file]);
});

test('when a folder holds no images then the error names it', async (t) => {
  for (const [tree, found] of [
    [{}, 'none'],
    [{ 'sub/': '' }, 'none'],
    [{ '.hidden': '' }, 'none (1 hidden or system files ignored)'],
  ] as const) {
    const folder = makeFolder(t, tree);
    await assert.rejects(
      expand([folder]),
      (error) =>
        error instanceof InputError &&
        error.message === `expected images in ${folder}, found ${found}` &&
        error.hint !== undefined,
    );
  }
});

test('when - is given then standard input is read, but only when its turn comes', async (t) => {
  let reads = 0;
  t.mock.getter(process, 'stdin', () => {
    reads++;
    return Readable.from([Buffer.from([1, 2])]);
  });
  const { inputs, names } = await expand(['-']);
  assert.deepEqual(names, ['-']);
  assert.equal(reads, 0);
  assert.deepEqual(await inputs[0].read(), Buffer.from([1, 2]));
  assert.equal(reads, 1);
});

test('when a file is missing then only reading it fails, and the others are there', async (t) => {
  const folder = makeFolder(t, { 'a.jpg': 'A' });
  const missing = path.join(folder, 'nothing.jpg');
  const { inputs, names } = await expand([missing, path.join(folder, 'a.jpg')]);
  assert.equal(names[0], missing);
  await assert.rejects(
    inputs[0].read(),
    (error) => error instanceof ImageError && error.code === 'image_missing',
  );
  assert.equal(Buffer.from(await inputs[1].read()).toString(), 'A');
});

test('when nothing is given then there is nothing to score', async () => {
  assert.deepEqual((await expand([])).inputs, []);
});

test('when no file has that name then * and ? stand for what they do in a shell', async (t) => {
  const tree = {
    'a1.jpg': '',
    'a2.jpg': '',
    'a10.jpg': '',
    '.a3.jpg': '',
    'a+.png': '',
    'ab/c.jpg': '',
  };
  const folder = makeFolder(t, tree);
  const expanded = async (pattern: string) => {
    const { names } = await expand([path.join(folder, pattern)]);
    return names.map((name) => path.relative(folder, name));
  };
  assert.deepEqual(await expanded('a?.jpg'), ['a1.jpg', 'a2.jpg']);
  assert.deepEqual(await expanded('*.jpg'), ['a1.jpg', 'a10.jpg', 'a2.jpg']);
  assert.deepEqual(await expanded('.*.jpg'), ['.a3.jpg']);
  assert.deepEqual(await expanded('a+*'), ['a+.png']);
  assert.deepEqual(await expanded('a[1]*'), ['a[1]*']);
  assert.deepEqual(await expanded('a?'), [path.join('ab', 'c.jpg')]);
  assert.deepEqual(await expanded('*/c.jpg'), [path.join('*', 'c.jpg')]);
});

test('when a file has a name with * then it is that file', { skip: WINDOWS }, async (t) => {
  const folder = makeFolder(t, { 'a*.jpg': '', 'ab.jpg': '' });
  assert.deepEqual((await expand([path.join(folder, 'a*.jpg')])).names, [
    path.join(folder, 'a*.jpg'),
  ]);
});

test('when nothing matches, or it is a URL, then reading it says so', async (t) => {
  const folder = makeFolder(t);
  const data = `data:image/png;base64,${'A'.repeat(5000)}`;
  for (const [image, code, sentence] of [
    [path.join(folder, '*.png'), 'image_missing', 'no file matches it'],
    ['https://example.org/a.jpg', 'image_url', 'it is a URL, not a file'],
    [data, 'image_url', 'it is a data: URL, not a file'],
  ] as const) {
    const { inputs, names } = await expand([image]);
    assert.ok(names[0].length < 200, 'a data: URL is not shown whole');
    await assert.rejects(inputs[0].read(), { code, message: sentence });
  }
});

test('a list of files is read by lines or NUL, in UTF-8 or UTF-16, with names that are neither', async (t) => {
  const latin1 = Buffer.from([0x6c, 0xe9, 0x67]);
  const folder = makeFolder(t);
  const file = path.join(folder, 'list');
  const read = (content: string | Buffer) => {
    writeFileSync(file, content);
    return readFileList(file);
  };
  assert.deepEqual(await read('a b.jpg\n\n c\r\nd'), ['a b.jpg', ' c', 'd']);
  assert.deepEqual(await read('a\nb\0c\r\0'), ['a\nb', 'c\r']);
  assert.deepEqual(await read('\ufeffa\nb'), ['a', 'b']);
  assert.deepEqual(await read(Buffer.from('\ufeffa\r\nb\r\n', 'utf16le')), ['a', 'b']);
  const bigEndian = Buffer.from('\ufeffa\nb', 'utf16le').swap16();
  assert.deepEqual(await read(bigEndian), ['a', 'b']);
  assert.deepEqual(await read(Buffer.concat([latin1, Buffer.from('\n~/x')])), [
    latin1,
    path.join(homedir(), 'x'),
  ]);
  for (const empty of ['', '\n\n', '\0']) {
    await assert.rejects(read(empty), InputError);
  }
  await assert.rejects(readFileList(path.join(folder, 'none')), {
    message: `expected a list of files in ${path.join(folder, 'none')}, found nothing there`,
  });
});
