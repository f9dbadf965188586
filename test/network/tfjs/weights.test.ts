// Weights are decoded as TensorFlow.js decodes them, quantised ones too.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { UnfitError } from '../../../src/base/errors.ts';
import { startTfjs } from '../../../src/network/tfjs/session.ts';
import { decodeWeights, type WeightGroup } from '../../../src/network/tfjs/weights.ts';

const GROUP: WeightGroup = {
  paths: ['a.bin', 'b.bin'],
  weights: [
    { name: 'bool', shape: [3], dtype: 'bool' },
    { name: 'float', shape: [1, 2], dtype: 'float32' },
    { name: 'int', shape: [], dtype: 'int32' },
    {
      name: 'u8',
      shape: [3],
      dtype: 'float32',
      quantization: { dtype: 'uint8', scale: 0.1, min: -3 },
    },
    {
      name: 'u16',
      shape: [2],
      dtype: 'float32',
      quantization: { dtype: 'uint16', scale: 0.01, min: 1 },
    },
    {
      name: 'u8int',
      shape: [2],
      dtype: 'int32',
      quantization: { dtype: 'uint8', scale: 1.5, min: -7 },
    },
    { name: 'half', shape: [7], dtype: 'float32', quantization: { dtype: 'float16' } },
  ],
};
/** 1, -2, the largest half, the smallest normal, the smallest subnormal, -0, 1/3 rounded. */
const HALVES = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8000, 0x3555];
const BYTES = Buffer.concat([
  Uint8Array.of(1, 0, 1),
  new Uint8Array(Float32Array.of(1.5, -2.25).buffer),
  new Uint8Array(Int32Array.of(-7).buffer),
  Uint8Array.of(0, 128, 255),
  new Uint8Array(Uint16Array.of(0, 65535).buffer),
  Uint8Array.of(3, 200),
  new Uint8Array(Uint16Array.from(HALVES).buffer),
]);

test('every dtype and quantisation, split over two shards at an odd byte', async () => {
  await startTfjs();
  const weights = decodeWeights([GROUP], [BYTES.subarray(0, 5), BYTES.subarray(5)]);
  const specs = GROUP.weights.map((entry) => ({ ...entry, shape: [...entry.shape] }));
  const expected = tf.io.decodeWeights(Uint8Array.from(BYTES).buffer, specs as never);
  assert.deepEqual([...weights.keys()], Object.keys(expected));
  for (const [name, { shape, dtype, data }] of weights) {
    assert.deepEqual(shape, expected[name].shape, name);
    assert.equal(dtype, expected[name].dtype, name);
    assert.deepEqual([...data], [...expected[name].dataSync()], name);
  }
});

test('shards that are cut short or too long are refused', () => {
  for (const shard of [BYTES.subarray(1), Buffer.concat([BYTES, BYTES])]) {
    assert.throws(
      () => decodeWeights([{ ...GROUP, paths: ['a.bin'] }], [shard]),
      (error) =>
        error instanceof UnfitError &&
        error.message ===
          `expected ${BYTES.length} bytes of weights in a.bin, found ${shard.length}`,
    );
  }
});
