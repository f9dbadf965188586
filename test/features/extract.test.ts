import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { encode } from 'bmp-ts';
import { rowOf } from '../../src/base/matrix.ts';
import { hashFiles } from '../../src/data/hash-files.ts';
import { openCache } from '../../src/features/cache/cache.ts';
import { extractFeatures } from '../../src/features/extract.ts';
import { extractVariants } from '../../src/features/variants.ts';
import { DiskError } from '../../src/images/image-error.ts';
import { CACHED_PROPERTIES, greyMoments } from '../../src/images/properties.ts';
import { SPACE } from '../helpers/cache-samples.ts';
import { changeDecoderVersion } from '../helpers/decoder-version.ts';
import { failCalls } from '../helpers/failing-calls.ts';
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
const MIRRORED = {
  flip_left_right: true,
  random_crop: 0,
  random_scale: 0,
  random_brightness: 0,
  random_rotation: 0,
};

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

test('when files are the same image then none counts as cached in the run that computes it', async (t) => {
  const same = await grey;
  const copies = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.png`, same]));
  const { files } = await make(t, { ...copies, 'z.jpg': await turned });
  const { files: hashed } = await hashFiles(files);
  const tools = await makeTools();
  const { cached, computed } = await extractFeatures(hashed, tools);
  assert.deepEqual([cached, computed], [0, 61]);
  const again = await extractFeatures(hashed, tools);
  assert.deepEqual([again.cached, again.computed], [61, 0]);
  const request = { augmentation: MIRRORED, copies: 2, seed: 1, now: () => 0 };
  const variants = await extractVariants(hashed, tools, request);
  assert.deepEqual([variants.cached, variants.computed], [0, 122]);
});

test('when the BMP reader has changed then features of BMP files are computed anew, others come from the cache', async (t) => {
  const pixels = Buffer.alloc(2 * 2 * 4, 90);
  const bmp = encode({ data: pixels, width: 2, height: 2 }).data;
  const { folder, files } = await make(t, {
    'a.bmp': bmp,
    'b.jpg': await turned,
    'c.png': await grey,
  });
  const { files: hashed } = await hashFiles(files);
  const run = async () => {
    const cache = await openCache({
      root: path.join(folder, 'cache'),
      featureSize: FEATURES + CACHED_PROPERTIES.length,
      space: { ...SPACE, appended: CACHED_PROPERTIES },
    });
    const tools = { ...(await makeTools()), store: cache };
    const { computed, cached, features } = await extractFeatures(hashed, tools);
    const request = { augmentation: MIRRORED, copies: 2, seed: 1, now: () => 0 };
    const variants = await extractVariants(hashed, tools, request);
    await cache.close();
    return { counts: [computed, cached, variants.computed, variants.cached], features };
  };
  const first = await run();
  assert.deepEqual(first.counts, [3, 0, 6, 0]);
  assert.deepEqual((await run()).counts, [0, 3, 0, 6]);
  changeDecoderVersion(t, 'bmp', 'imgdiag-bmp 2');
  const after = await run();
  assert.deepEqual(after.counts, [1, 2, 2, 4]);
  assert.deepEqual(after.features, first.features);
  assert.deepEqual((await run()).counts, [0, 3, 0, 6]);
});

test('when what is cached has more pixels than a run allows then it is refused by its format', async (t) => {
  const { files } = await make(t, { 'a.png': await grey });
  const { files: hashed } = await hashFiles(files);
  const tools = await makeTools();
  await extractFeatures(hashed, tools);
  for (const maxPixels of [255, 256]) {
    const decoder = { ...tools.decoder, maxPixels };
    const { failures } = await extractFeatures(hashed, { ...tools, decoder });
    const messages = failures.map(({ error }) => error.message);
    assert.deepEqual(messages, maxPixels < 256 ? ['the PNG image has more than 255 pixels'] : []);
  }
});

test('when the disk fails at the second reading then it is tried once more, and then stops all', async (t) => {
  const { files } = await make(t, { 'a.png': await grey, 'b.jpg': await turned });
  const { files: hashed } = await hashFiles(files);
  let fails = (_opened: number): string | undefined => undefined;
  let opened = 0;
  const calls = failCalls(t, 'open', (file) => {
    return file.endsWith('a.png') ? fails(++opened) : undefined;
  });
  // Of the second reading, the file's size or its bytes.
  for (const failing of [1, 2]) {
    opened = 0;
    fails = (at) => (at === failing ? 'EIO' : undefined);
    const before = calls();
    const table = await extractFeatures(hashed, await makeTools());
    assert.deepEqual([table.usable, table.failures], [[true, true], []], `${failing}`);
    assert.equal(calls() - before, 5, 'two for each file, and one more');
  }
  for (const code of ['EIO', 'ENOENT']) {
    fails = () => code;
    const tools = await makeTools();
    await assert.rejects(extractFeatures(hashed, tools), (error) => {
      assert.ok(error instanceof DiskError, String(error));
      assert.match(error.message, /^expected to read .*a\.png, but /);
      return true;
    });
    assert.equal(tools.vectors.size, 0);
  }
});
