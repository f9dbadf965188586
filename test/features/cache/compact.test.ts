// Merging segments: nothing is lost, live files are left alone, damage is cleared away.

import assert from 'node:assert/strict';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { openCache } from '../../../src/features/cache/cache.ts';
import {
  keyOf,
  SPACE,
  segmentsIn,
  temporaryFolder,
  vectorOf,
} from '../../helpers/cache-samples.ts';

const featureSize = 8;
const HOUR = 3600;

/** One run that puts image `image`; its segment gets the age given, in seconds. */
async function run(root: string, image: number, age = 0): Promise<string> {
  const cache = await openCache({ root, space: SPACE, featureSize });
  const before = new Set(image === 0 ? [] : segmentsIn(cache.folder));
  await cache.put(keyOf(image), vectorOf(image, featureSize));
  await cache.flush();
  const then = Date.now() / 1000 - age;
  for (const file of segmentsIn(cache.folder)) {
    if (!before.has(file)) utimesSync(file, then, then);
  }
  await cache.close();
  return cache.folder;
}

async function assertAll(root: string, images: number): Promise<void> {
  const cache = await openCache({ root, space: SPACE, featureSize });
  assert.equal(cache.size, images);
  for (let i = 0; i < images; i++) assert.deepEqual(cache.get(keyOf(i)), vectorOf(i, featureSize));
  assert.equal(cache.damaged, 0);
  await cache.close();
}

test('many quiet segments become one, and every vector stays', async (t) => {
  const root = temporaryFolder(t);
  let folder = '';
  for (let i = 0; i < 17; i++) folder = await run(root, i, HOUR);
  assert.equal(segmentsIn(folder).length, 17);
  await run(root, 17);
  assert.equal(segmentsIn(folder).length, 2);
  await assertAll(root, 18);
});

test('segments written to lately are not merged', async (t) => {
  const root = temporaryFolder(t);
  let folder = '';
  for (let i = 0; i < 20; i++) folder = await run(root, i);
  assert.equal(segmentsIn(folder).length, 20);
  await assertAll(root, 20);
});

test('two runs that merge the same segments lose nothing', async (t) => {
  const root = temporaryFolder(t);
  for (let i = 0; i < 20; i++) await run(root, i, i < 17 ? HOUR : 0);
  const options = { root, space: SPACE, featureSize };
  const [first, second] = await Promise.all([openCache(options), openCache(options)]);
  await first.put(keyOf(20), vectorOf(20, featureSize));
  await second.put(keyOf(21), vectorOf(21, featureSize));
  await Promise.all([first.close(), second.close()]);
  await assertAll(root, 22);
});

test('a run still reading when its segments are merged away reads on', async (t) => {
  const root = temporaryFolder(t);
  for (let i = 0; i < 17; i++) await run(root, i, HOUR);
  const reader = await openCache({ root, space: SPACE, featureSize });
  await run(root, 17);
  for (let i = 0; i < 17; i++) assert.deepEqual(reader.get(keyOf(i)), vectorOf(i, featureSize));
  assert.equal(reader.damaged, 0);
  await reader.close();
});

test('damage is reported by one run and then gone', async (t) => {
  const root = temporaryFolder(t);
  const folder = await run(root, 0, HOUR);
  await run(root, 1, HOUR);
  const [file = ''] = segmentsIn(folder);
  const bytes = readFileSync(file);
  bytes[50] = (bytes[50] as number) ^ 1;
  writeFileSync(file, bytes);
  const then = Date.now() / 1000 - HOUR;
  utimesSync(file, then, then);
  const cache = await openCache({ root, space: SPACE, featureSize });
  for (const image of [0, 1]) {
    if (cache.get(keyOf(image)) === undefined) {
      await cache.put(keyOf(image), vectorOf(image, featureSize));
    }
  }
  assert.equal(cache.damaged, 1);
  await cache.close();
  assert.equal(cache.damaged, 1);
  await assertAll(root, 2);
});
