import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { sha256 } from '../../src/base/hash.ts';
import { rowOf } from '../../src/base/matrix.ts';
import { hashFiles } from '../../src/data/hash-files.ts';
import { openCache } from '../../src/features/cache/cache.ts';
import { extractFeatures } from '../../src/features/extract.ts';
import { CACHED_PROPERTIES, greyMoments } from '../../src/images/properties.ts';
import { SPACE } from '../helpers/cache-samples.ts';
import { makeFolder, type Tree } from '../helpers/make-folder.ts';
import { makeOriented, makeScene, makeSolid } from '../helpers/make-images.ts';
import { FEATURES, makeTools, sumsOf } from '../helpers/make-tools.ts';

/** Files of the tree, in its order, and the folder. */
async function make(t: TestContext, tree: Tree) {
  const folder = makeFolder(t, tree);
  const files = Object.keys(tree).map((name) => ({ path: name, file: path.join(folder, name) }));
  return { folder, files };
}

const grey = makeSolid([100, 100, 100]).png().toBuffer();
const turned = makeOriented(6);

test('when files are hashed then content and length are known, and what cannot be read', async (t) => {
  const { files } = await make(t, { 'a.png': await grey, 'b.txt': 'hello', 'folder/': '' });
  const hashed = await hashFiles(files);
  assert.deepEqual(hashed.files, [
    { ...files[0], sha256: sha256(await grey), bytes: (await grey).length },
    { ...files[1], sha256: sha256('hello'), bytes: 5 },
  ]);
  assert.deepEqual(
    hashed.failures.map(({ path: name, error }) => [name, error.code]),
    [['folder/', 'image_unreadable']],
  );
});

test('when images are extracted then features and properties are theirs', async (t) => {
  const { files } = await make(t, { 'grey.png': await grey, 'turned.jpg': await turned });
  const tools = await makeTools();
  const { files: hashed } = await hashFiles(files);
  const table = await extractFeatures(hashed, tools);
  assert.deepEqual([...rowOf(table.properties, 0)], [100, 0, 16, 16, (await grey).length]);
  const pixels = await tools.decoder.decode(await turned, tools.preprocessing);
  const { mean, variance } = greyMoments(pixels);
  const expected = Float32Array.of(mean, variance, 48, 32, (await turned).length);
  assert.deepEqual(rowOf(table.properties, 1), expected);
  assert.deepEqual(rowOf(table.features, 1), sumsOf(pixels));
  assert.deepEqual(tools.batches, [2]);
  assert.deepEqual([table.computed, table.cached, table.features.columns], [2, 0, FEATURES]);
});

test('when features come from the cache on disk then the properties are the same', async (t) => {
  const { folder, files } = await make(t, { 'grey.png': await grey, 'turned.jpg': await turned });
  const { files: hashed } = await hashFiles(files);
  const tables = [];
  for (const expected of [[2], []]) {
    const cache = await openCache({
      root: path.join(folder, 'cache'),
      featureSize: FEATURES + CACHED_PROPERTIES.length,
      space: { ...SPACE, appended: CACHED_PROPERTIES },
    });
    const tools = { ...(await makeTools()), store: cache };
    tables.push(await extractFeatures(hashed, tools));
    assert.deepEqual(tools.batches, expected);
    assert.equal(tools.decoded(), expected.length * 2);
    await cache.close();
  }
  assert.deepEqual(tables[1].properties, tables[0].properties);
  assert.deepEqual(tables[1].features, tables[0].features);
  assert.deepEqual([tables[1].computed, tables[1].cached], [0, 2]);
});

test('when a file cannot be used then its rows are zero and the others are not', async (t) => {
  const { folder, files } = await make(t, {
    'a.png': await grey,
    'b.png': 'no image',
    'c.png': await makeScene().png().toBuffer(),
    'd.png': await makeSolid([1, 2, 3]).png().toBuffer(),
  });
  const tools = await makeTools();
  const { files: hashed } = await hashFiles(files);
  writeFileSync(path.join(folder, 'c.png'), await grey);
  const table = await extractFeatures(hashed, tools);
  assert.deepEqual(table.usable, [true, false, false, true]);
  assert.deepEqual(
    table.failures.map(({ path: name, error }) => [name, error.code]),
    [
      ['b.png', 'image_format'],
      ['c.png', 'image_changed'],
    ],
  );
  for (const row of [1, 2]) {
    assert.ok(
      [...rowOf(table.properties, row), ...rowOf(table.features, row)].every((v) => v === 0),
    );
  }
  assert.equal(rowOf(table.properties, 3)[2], 16);
  assert.deepEqual([table.computed, table.cached, tools.vectors.size], [2, 0, 2]);
});

test('when the cache holds some then progress counts all, and only the others are computed', async (t) => {
  const { files } = await make(t, {
    'a.png': await grey,
    'b.jpg': await turned,
    'c.png': await grey,
  });
  const { files: hashed } = await hashFiles(files);
  const tools = await makeTools();
  await extractFeatures(hashed.slice(0, 1), tools);
  const seen: number[][] = [];
  await extractFeatures(hashed, { ...tools, onProgress: (...counts) => seen.push(counts) });
  assert.deepEqual(seen, [
    [1, 0],
    [2, 1],
    [3, 1],
  ]);
});
