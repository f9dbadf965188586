import assert from 'node:assert/strict';
import path from 'node:path';
import { Readable } from 'node:stream';
import test from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { expandInputs } from '../../src/classify/inputs.ts';
import { ImageError } from '../../src/images/decode.ts';
import { makeFolder } from '../helpers/make-folder.ts';

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
  for (const tree of [{}, { 'sub/': '' }, { '.hidden': '' }]) {
    const folder = makeFolder(t, tree);
    await assert.rejects(
      expand([folder]),
      (error) =>
        error instanceof InputError &&
        error.message === `expected images in ${folder}, found none` &&
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
