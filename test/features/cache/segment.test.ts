// Damage of every kind: reading never throws and never yields a wrong vector.

import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { crc32 } from 'node:zlib';
import { sha256 } from '../../../src/base/hash.ts';
import { createRandom } from '../../../src/base/random.ts';
import { openCache } from '../../../src/features/cache/cache.ts';
import { newSegmentName } from '../../../src/features/cache/layout.ts';
import { RecordFormat, Segment } from '../../../src/features/cache/segment.ts';
import {
  keyOf,
  SPACE,
  segmentsIn,
  temporaryFolder,
  vectorOf,
} from '../../helpers/cache-samples.ts';

const featureSize = 24;
const images = 20;
const stride = 60 + 4 * featureSize;

async function filled(t: TestContext): Promise<{ root: string; file: string; bytes: Buffer }> {
  const root = temporaryFolder(t);
  const cache = await openCache({ root, space: SPACE, featureSize });
  for (let i = 0; i < images; i++) await cache.put(keyOf(i), vectorOf(i, featureSize));
  await cache.close();
  const file = segmentsIn(cache.folder)[0] as string;
  const bytes = readFileSync(file);
  assert.equal(bytes.length, images * stride);
  return { root, file, bytes };
}

/** Reads every image; each must be exact or absent. Returns how many are there and the damage. */
async function survey(root: string): Promise<{ found: number[]; damaged: number }> {
  const cache = await openCache({ root, space: SPACE, featureSize });
  const found = [];
  for (let i = 0; i < images; i++) {
    const vector = cache.get(keyOf(i));
    if (vector === undefined) continue;
    assert.deepEqual(vector, vectorOf(i, featureSize));
    found.push(i);
  }
  await cache.close();
  return { found, damaged: cache.damaged };
}

test('one flipped bit anywhere costs exactly the record it is in', async (t) => {
  const { root, file, bytes } = await filled(t);
  for (let at = 0; at < stride; at++) {
    const record = at % images;
    const damaged = Buffer.from(bytes);
    const position = record * stride + at;
    damaged[position] = (damaged[position] as number) ^ (1 << (at % 8));
    writeFileSync(file, damaged);
    const { found, damaged: count } = await survey(root);
    assert.equal(found.length, images - 1, `byte ${at} of a record`);
    assert.equal(found.includes(record), false);
    assert.equal(count, 1);
  }
});

test('600 random flips, cuts, zeroed blocks and overwritten stretches', async (t) => {
  const { root, file, bytes } = await filled(t);
  const random = createRandom(20261, 'cache damage');
  for (let round = 0; round < 600; round++) {
    let damaged: Buffer = Buffer.from(bytes);
    const start = random.below(bytes.length);
    const end = Math.min(bytes.length, start + 1 + random.below(4 * stride));
    if (round % 4 === 0) damaged = damaged.subarray(0, start);
    if (round % 4 === 1) damaged.fill(0, start, end);
    if (round % 4 === 2) for (let i = start; i < end; i++) damaged[i] = random.below(256);
    if (round % 4 === 3) {
      for (let flip = random.below(5); flip >= 0; flip--) {
        const at = random.below(bytes.length);
        damaged[at] = (damaged[at] as number) ^ (1 << random.below(8));
      }
    }
    writeFileSync(file, damaged);
    const whole = [];
    for (let i = 0; i < images; i++) {
      const from = i * stride;
      const same = damaged
        .subarray(from, from + stride)
        .equals(bytes.subarray(from, from + stride));
      if (same) whole.push(i);
    }
    const { found, damaged: count } = await survey(root);
    assert.deepEqual(found, whole, `round ${round}`);
    const expected = Math.ceil(damaged.length / stride) - whole.length;
    assert.equal(count, expected, `round ${round}`);
  }
});

test('records moved to another place in the file are still theirs', async (t) => {
  const { root, file, bytes } = await filled(t);
  writeFileSync(file, Buffer.concat([bytes.subarray(5 * stride), bytes.subarray(0, 5 * stride)]));
  assert.equal((await survey(root)).found.length, images);
});

test('a record with the header of another is not believed', async (t) => {
  const { root, file, bytes } = await filled(t);
  bytes.copy(bytes, 0, stride, stride + 44);
  writeFileSync(file, bytes.subarray(0, stride));
  assert.deepEqual(await survey(root), { found: [], damaged: 1 });
});

test('header check and checksum each depend on the namespace, by the format written down', () => {
  const namespace = Buffer.alloc(32, 0xab);
  const format = new RecordFormat(namespace.toString('hex'), featureSize);
  const record = format.encode(keyOf(0), vectorOf(0, featureSize));
  assert.equal(record.readUInt32LE(40), crc32(Buffer.concat([namespace, record.subarray(0, 40)])));
  const body = record.subarray(0, stride - 16);
  const checksum = sha256(Buffer.concat([namespace, body])).slice(0, 32);
  assert.equal(record.toString('hex', stride - 16), checksum);
  assert.equal(record.readFloatLE(44 + 4 * 5), vectorOf(0, featureSize)[5]);
});

test('when a copy is damaged, the copy in another segment serves', async (t) => {
  const { root, file, bytes } = await filled(t);
  const damaged = Buffer.from(bytes);
  for (let record = 0; record < images; record++) damaged[record * stride + 60] = 0xaa;
  writeFileSync(path.join(path.dirname(file), newSegmentName()), damaged);
  writeFileSync(path.join(path.dirname(file), newSegmentName()), damaged);
  assert.equal((await survey(root)).found.length, images);
});

test('files of another kind, empty files, folders and links are no vectors', async (t) => {
  const { root, file } = await filled(t);
  const folder = path.dirname(file);
  writeFileSync(path.join(folder, newSegmentName()), '');
  writeFileSync(path.join(folder, newSegmentName()), '\u0089PNG\r\n'.repeat(1000));
  writeFileSync(path.join(folder, newSegmentName()), Buffer.alloc(100_000));
  writeFileSync(path.join(folder, 'notes.txt'), 'mine');
  mkdirSync(path.join(folder, newSegmentName()));
  const { found, damaged } = await survey(root);
  assert.equal(found.length, images);
  assert.ok(damaged > 100_000 / stride);
});

test('a huge file of nothing is given up soon, and a link is not followed', async (t) => {
  const { root, file } = await filled(t);
  const folder = path.dirname(file);
  const holes = path.join(folder, newSegmentName());
  writeFileSync(holes, '');
  truncateSync(holes, 1e10 * stride);
  assert.throws(
    () => {
      symlinkSync(file, path.join(root, 'link'));
      new Segment(path.join(root, 'link'));
    },
    { code: 'ELOOP' },
  );
  const { found, damaged } = await survey(root);
  assert.equal(found.length, images);
  assert.equal(damaged, 100_000);
});

test('a file cut short after it was opened gives nothing', async (t) => {
  const { root, file } = await filled(t);
  const cache = await openCache({ root, space: SPACE, featureSize });
  truncateSync(file, 3 * stride);
  assert.deepEqual(cache.get(keyOf(2)), vectorOf(2, featureSize));
  assert.equal(cache.get(keyOf(3)), undefined);
  assert.equal(cache.get(keyOf(3)), undefined);
  assert.equal(cache.damaged, 1);
  await cache.close();
});

const denied = { skip: process.getuid === undefined || process.getuid() === 0 };
test('a segment that cannot be read counts as damage', denied, async (t) => {
  const { root, file } = await filled(t);
  chmodSync(file, 0o000);
  assert.deepEqual(await survey(root), { found: [], damaged: 1 });
});
