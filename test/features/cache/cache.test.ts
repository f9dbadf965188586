// The bottleneck cache: what is put is found again, by any later process, or not at all.

import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { WriteError } from '../../../src/base/errors.ts';
import { openCache } from '../../../src/features/cache/cache.ts';
import { newSegmentName } from '../../../src/features/cache/layout.ts';
import { createPreprocessing } from '../../../src/images/preprocessing.ts';
import {
  keyOf,
  SPACE,
  segmentsIn,
  temporaryFolder,
  vectorOf,
} from '../../helpers/cache-samples.ts';

const featureSize = 24;

async function fill(root: string, from: number, count: number, space = SPACE): Promise<string> {
  const cache = await openCache({ root, space, featureSize });
  for (let i = from; i < from + count; i++) await cache.put(keyOf(i), vectorOf(i, featureSize));
  await cache.close();
  return cache.folder;
}

test('a vector is found at once, after a flush, and by the next run, bit for bit', async (t) => {
  const root = temporaryFolder(t);
  const odd = new Float32Array(featureSize).fill(-0);
  odd[1] = 1e-45;
  odd[2] = 3.4028234663852886e38;
  const cache = await openCache({ root, space: SPACE, featureSize });
  const given = odd.slice();
  await cache.put(keyOf(0), given);
  given.fill(9);
  assert.deepEqual(cache.get(keyOf(0)), odd);
  await cache.flush();
  assert.deepEqual(cache.get(keyOf(0)), odd);
  assert.equal(cache.get(keyOf(1)), undefined);
  await cache.close();
  await cache.close();
  const again = await openCache({ root, space: SPACE, featureSize });
  assert.deepEqual(again.get(keyOf(0)), odd);
  assert.equal(again.size, 1);
  assert.equal(again.damaged, 0);
  await again.close();
});

test('a second run finds all and writes nothing', async (t) => {
  const root = temporaryFolder(t);
  const folder = await fill(root, 0, 397);
  const before = readdirSync(folder);
  const cache = await openCache({ root, space: SPACE, featureSize });
  for (let i = 0; i < 397; i++) {
    assert.deepEqual(cache.get(keyOf(i)), vectorOf(i, featureSize));
    await cache.put(keyOf(i), vectorOf(i, featureSize));
  }
  await cache.close();
  assert.deepEqual(readdirSync(folder), before);
  assert.equal(JSON.parse(readFileSync(path.join(folder, 'space.json'), 'utf8')).engine, 'onnx');
});

test('opening and reading an empty cache creates nothing', async (t) => {
  const root = path.join(temporaryFolder(t), 'none');
  const cache = await openCache({ root, space: SPACE, featureSize });
  assert.equal(cache.get(keyOf(0)), undefined);
  await cache.close();
  assert.equal(existsSync(root), false);
});

test('every part of the space but the extractor name keeps vectors apart', async (t) => {
  const root = temporaryFolder(t);
  await fill(root, 0, 1);
  const others = [
    { weightsSha256: 'other' },
    { engine: 'tfjs' },
    { runtime: 'onnxruntime-node 1.31.0' },
    { decoder: 'sharp 0.36.0' },
    { preprocessing: createPreprocessing({ size: 192 }) },
  ];
  for (const other of others) {
    const cache = await openCache({ root, space: { ...SPACE, ...other }, featureSize });
    assert.equal(cache.get(keyOf(0)), undefined, JSON.stringify(other));
    await cache.close();
  }
  const renamed = await openCache({ root, space: { ...SPACE, extractor: 'mine' }, featureSize });
  assert.deepEqual(renamed.get(keyOf(0)), vectorOf(0, featureSize));
  await renamed.close();
});

test('a segment copied from another namespace or feature size gives nothing', async (t) => {
  const root = temporaryFolder(t);
  const source = segmentsIn(await fill(root, 0, 10))[0] as string;
  for (const [space, size] of [
    [{ ...SPACE, engine: 'tfjs' }, featureSize],
    [SPACE, featureSize * 2],
  ] as const) {
    const { folder } = await openCache({ root, space, featureSize: size });
    mkdirSync(folder, { recursive: true });
    copyFileSync(source, path.join(folder, path.basename(source)));
    const cache = await openCache({ root, space, featureSize: size });
    for (let i = 0; i < 10; i++) assert.equal(cache.get(keyOf(i)), undefined);
    assert.ok(cache.damaged > 0);
    await cache.close();
  }
});

test('what lies in the folder of another layout version is not read', async (t) => {
  const root = temporaryFolder(t);
  const folder = await fill(root, 0, 3);
  for (const version of ['v0', 'v2']) {
    const moved = folder.replace(`${path.sep}v1${path.sep}`, `${path.sep}${version}${path.sep}`);
    mkdirSync(moved, { recursive: true });
    copyFileSync(segmentsIn(folder)[0] as string, path.join(moved, newSegmentName()));
  }
  writeFileSync(segmentsIn(folder)[0] as string, '');
  const cache = await openCache({ root, space: SPACE, featureSize });
  assert.equal(cache.size, 0);
  await cache.close();
});

test('wrong vectors and keys are bugs of the caller', async (t) => {
  const cache = await openCache({ root: temporaryFolder(t), space: SPACE, featureSize });
  const vector = vectorOf(0, featureSize);
  await assert.rejects(cache.put(keyOf(0), vector.subarray(1)), /expected 24 finite features/);
  for (const bad of [Number.NaN, Infinity, -Infinity]) {
    await assert.rejects(cache.put(keyOf(0), vector.slice().fill(bad, 3, 4)), /finite/);
  }
  await assert.rejects(cache.put('leg001.jpg', vector), /expected a SHA-256/);
  await cache.close();
  assert.throws(() => cache.get(keyOf(0)), /closed/);
});

test('a cache that cannot be written says so once, and only when writing', async (t) => {
  const root = path.join(temporaryFolder(t), 'file');
  writeFileSync(root, 'not a folder');
  const cache = await openCache({ root, space: SPACE, featureSize });
  assert.equal(cache.get(keyOf(0)), undefined);
  await cache.put(keyOf(0), vectorOf(0, featureSize));
  await assert.rejects(cache.flush(), (error: Error) => {
    assert.ok(error instanceof WriteError);
    assert.match(error.message, /^expected to write .*, but part of that path is a file/);
    return true;
  });
  for (let i = 0; i < 200; i++) await cache.put(keyOf(i), vectorOf(i, featureSize));
  await cache.flush();
  await cache.close();
});

const denied = { skip: process.getuid === undefined || process.getuid() === 0 };
test('a folder without permission is an empty cache until it is written to', denied, async (t) => {
  const root = temporaryFolder(t);
  const folder = await fill(root, 0, 3);
  chmodSync(folder, 0o000);
  const cache = await openCache({ root, space: SPACE, featureSize });
  assert.equal(cache.get(keyOf(0)), undefined);
  await cache.put(keyOf(0), vectorOf(0, featureSize));
  await assert.rejects(cache.close(), WriteError);
  chmodSync(folder, 0o700);
});

test('use is noted in the segment at most once an hour', async (t) => {
  const root = temporaryFolder(t);
  const [file = ''] = segmentsIn(await fill(root, 0, 3));
  const old = Date.now() / 1000 - 86_400;
  const recent = Date.now() / 1000 - 1800;
  for (const [age, get, touched] of [
    [old, false, false],
    [recent, true, false],
    [old, true, true],
  ] as const) {
    utimesSync(file, age, age);
    const cache = await openCache({ root, space: SPACE, featureSize });
    if (get) cache.get(keyOf(1));
    await cache.close();
    assert.equal(statSync(file).mtimeMs / 1000 > age + 1, touched);
  }
});
