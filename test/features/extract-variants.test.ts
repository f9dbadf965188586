import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { rowOf } from '../../src/base/matrix.ts';
import { hashFiles } from '../../src/data/hash-files.ts';
import { variantKey } from '../../src/features/cache/keys.ts';
import { extractVariants, type VariantRequest } from '../../src/features/variants.ts';
import { drawVariant, sampleVariant, sourceSide } from '../../src/images/augment.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeScene, makeSolid } from '../helpers/make-images.ts';
import { FEATURES, makeTools, SIDE, sumsOf } from '../helpers/make-tools.ts';

const AUGMENTATION = {
  flip_left_right: true,
  random_crop: 25,
  random_scale: 20,
  random_brightness: 30,
  random_rotation: 20,
};
const REQUEST: VariantRequest = { augmentation: AUGMENTATION, copies: 4, seed: 3, now: () => 0 };

/** Images of different content: scenes of different widths. */
async function makeFiles(t: TestContext, count: number) {
  const names = Array.from({ length: count }, (_, i) => `${i}.png`);
  const contents = await Promise.all(
    names.map((_, i) =>
      makeScene(20 + 3 * i, 24)
        .png()
        .toBuffer(),
    ),
  );
  const folder = makeFolder(t, Object.fromEntries(names.map((name, i) => [name, contents[i]])));
  const files = names.map((name) => ({ path: name, file: path.join(folder, name) }));
  return (await hashFiles(files)).files;
}

test('when variants are extracted then each row is what its parameters make of the file', async (t) => {
  const files = await makeFiles(t, 3);
  const tools = await makeTools();
  const table = await extractVariants(files, tools, REQUEST);
  assert.deepEqual([table.features.rows, table.features.columns], [12, FEATURES]);
  assert.deepEqual(table.usable, Array(12).fill(true));
  assert.deepEqual([table.computed, table.cached, table.failures.length], [12, 0, 0]);
  const side = sourceSide(AUGMENTATION, SIDE);
  for (const [index, { file, sha256 }] of files.entries()) {
    const preprocessing = { ...tools.preprocessing, size: side };
    const { pixels, width, height } = await tools.decoder.decodeWithSize(
      readFileSync(file),
      preprocessing,
    );
    for (let copy = 0; copy < 4; copy++) {
      const out = new Uint8Array(SIDE * SIDE * 3);
      const drawn = drawVariant(AUGMENTATION, SIDE, { sha256, seed: 3, copy });
      sampleVariant({ pixels, side, aspect: width / height }, drawn, SIDE, out);
      assert.deepEqual(rowOf(table.features, 4 * index + copy), sumsOf(out));
    }
  }
});

test('when images are cropped or padded then variants are of that part, with its angles', async (t) => {
  const [file] = await makeFiles(t, 1);
  const side = sourceSide(AUGMENTATION, SIDE);
  for (const fit of ['crop', 'pad'] as const) {
    const tools = await makeTools();
    const preprocessing = { ...tools.preprocessing, fit };
    const { features } = await extractVariants([file], { ...tools, preprocessing }, REQUEST);
    const at = { ...preprocessing, size: side };
    const pixels = await tools.decoder.decode(readFileSync(file.file), at);
    for (let copy = 0; copy < 4; copy++) {
      const out = new Uint8Array(SIDE * SIDE * 3);
      const drawn = drawVariant(AUGMENTATION, SIDE, { sha256: file.sha256, seed: 3, copy });
      sampleVariant({ pixels, side, aspect: 1 }, drawn, SIDE, out);
      assert.deepEqual(rowOf(features, copy), sumsOf(out), `${fit} ${copy}`);
    }
  }
});

test('when variants are extracted again then no file is read and nothing is computed', async (t) => {
  const files = await makeFiles(t, 5);
  const tools = await makeTools();
  const first = await extractVariants(files, tools, REQUEST);
  assert.equal(tools.decoded(), 5);
  const gone = files.map((file) => ({ ...file, file: path.join(file.file, 'gone') }));
  const again = await extractVariants(gone, tools, REQUEST);
  assert.equal(tools.decoded(), 5);
  assert.deepEqual(tools.batches, [16, 4]);
  assert.deepEqual([again.computed, again.cached], [0, 20]);
  assert.deepEqual(again.features, first.features);
  assert.deepEqual(again.usable, first.usable);
});

test('when more copies are asked for then only those are computed', async (t) => {
  const files = await makeFiles(t, 3);
  const tools = await makeTools();
  const two = await extractVariants(files, tools, { ...REQUEST, copies: 2 });
  const five = await extractVariants(files, tools, { ...REQUEST, copies: 5 });
  assert.deepEqual([five.computed, five.cached], [9, 6]);
  for (const copy of [0, 1]) {
    assert.deepEqual(rowOf(five.features, 5 + copy), rowOf(two.features, 2 + copy));
  }
  const [a, b] = await Promise.all([makeTools(), makeTools()]);
  assert.deepEqual(
    (await extractVariants(files, a, { ...REQUEST, copies: 5 })).features,
    five.features,
  );
  assert.deepEqual((await extractVariants(files.slice(1), b, REQUEST)).computed, 8);
});

test('when an option or the seed changes then all is computed anew', async (t) => {
  const files = await makeFiles(t, 2);
  const tools = await makeTools();
  await extractVariants(files, tools, REQUEST);
  const others: Partial<VariantRequest>[] = [
    { seed: 4 },
    { augmentation: { ...AUGMENTATION, flip_left_right: false } },
    { augmentation: { ...AUGMENTATION, random_crop: 26 } },
    { augmentation: { ...AUGMENTATION, random_scale: 0 } },
    { augmentation: { ...AUGMENTATION, random_brightness: 31 } },
    { augmentation: { ...AUGMENTATION, random_rotation: 19 } },
  ];
  for (const other of others) {
    const table = await extractVariants(files, tools, { ...REQUEST, ...other });
    assert.deepEqual([table.computed, table.cached], [8, 0], JSON.stringify(other));
  }
});

test('when a file has more copies than a batch holds then it is decoded once all the same', async (t) => {
  const files = await makeFiles(t, 3);
  const tools = await makeTools();
  const many = await extractVariants(files, tools, { ...REQUEST, copies: 40 });
  assert.equal(tools.decoded(), 3);
  assert.equal(many.computed, 120);
  assert.ok(Math.max(...tools.batches) < 32, `${tools.batches}`);
  const few = await extractVariants(files, await makeTools(), { ...REQUEST, copies: 1 });
  for (const index of [0, 1, 2]) {
    assert.deepEqual(rowOf(many.features, 40 * index), rowOf(few.features, index));
  }
});

test('when a file has changed meanwhile then what was cached of it is used, and it is told once', async (t) => {
  const files = await makeFiles(t, 3);
  const tools = await makeTools();
  await extractVariants(files.slice(1, 2), tools, { ...REQUEST, copies: 2 });
  writeFileSync(files[1].file, await makeSolid([1, 2, 3]).png().toBuffer());
  const table = await extractVariants(files, tools, { ...REQUEST, copies: 20 });
  assert.deepEqual(
    table.failures.map(({ path: name, error }) => [name, error.code]),
    [['1.png', 'image_changed']],
  );
  const usable = Array.from({ length: 60 }, (_, row) => row < 22 || row >= 40);
  assert.deepEqual(table.usable, usable);
  assert.deepEqual([table.computed, table.cached], [40, 2]);
  assert.ok(rowOf(table.features, 22).every((value) => value === 0));
});

test('when variants are extracted then only the files given are touched', async (t) => {
  const files = await makeFiles(t, 4);
  const tools = await makeTools();
  await extractVariants(files.slice(0, 2), tools, REQUEST);
  assert.equal(tools.decoded(), 2);
  const keys = files
    .slice(0, 2)
    .flatMap((file) =>
      [0, 1, 2, 3].map((copy) => variantKey(file, tools.preprocessing, REQUEST, copy)),
    );
  assert.deepEqual([...tools.vectors.keys()].sort(), keys.sort());
});

test('when the clock is read then the seconds between first and last variant are told', async (t) => {
  const files = await makeFiles(t, 1);
  let time = 1000;
  const now = () => {
    time += 2500;
    return time;
  };
  const counts: number[][] = [];
  const tools = { ...(await makeTools()), onProgress: (...seen: number[]) => counts.push(seen) };
  assert.equal((await extractVariants(files, tools, { ...REQUEST, copies: 2, now })).seconds, 2.5);
  assert.deepEqual(counts, [
    [1, 1],
    [2, 2],
  ]);
  const none = await extractVariants([], tools, { ...REQUEST, now });
  assert.deepEqual([none.features.rows, none.computed, none.seconds], [0, 0, 2.5]);
});

test('when the run is stopped then extraction ends with the reason', async (t) => {
  const files = await makeFiles(t, 2);
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  const tools = { ...(await makeTools()), signal: stop.signal };
  await assert.rejects(extractVariants(files, tools, REQUEST), /stopped/);
});
