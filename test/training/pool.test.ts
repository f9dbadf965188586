import assert from 'node:assert/strict';
import test from 'node:test';
import { createPool, fittingExamples, poolRows, takePool } from '../../src/training/pool.ts';
import { makeSplitRows } from '../helpers/make-pool.ts';

const SPLITS = ['training', 'validation', 'testing'] as const;
const rows = makeSplitRows(9, 2, (row) => SPLITS[row % 3]);
const columns = rows.features.columns;

test('when a pool is made then it has no row of a test image', () => {
  const kept = [0, 1, 3, 4, 6, 7];
  assert.deepEqual(poolRows(rows), kept);
  const pool = createPool(rows);
  assert.deepEqual(pool.units, kept);
  assert.deepEqual(
    [...pool.targets],
    kept.map((row) => rows.targets[row]),
  );
  assert.deepEqual(pool.isValidation, [false, true, false, true, false, true]);
  const features = kept.flatMap((row) => [
    ...rows.features.data.subarray(row * columns, (row + 1) * columns),
  ]);
  assert.deepEqual([...pool.features.data], features);
});

test('when rows are taken then only variants of them come along, numbered anew', () => {
  const made = { rows: 4, columns, data: new Float32Array(4 * columns) };
  for (const variant of [0, 1, 2, 3]) made.data.fill(variant, variant * columns);
  // Rows 0, 3 and 6 are training images, and rows 0, 2 and 4 of the pool.
  const pool = createPool(rows, { features: made, sourceOf: [0, 3, 3, 6] });
  assert.deepEqual(pool.variants?.sourceOf, [0, 2, 2, 4]);
  const taken = takePool(pool, [4, 1, 2]);
  assert.deepEqual(taken.units, [6, 1, 3]);
  assert.deepEqual(taken.variants?.sourceOf, [2, 2, 0]);
  const { features, targets } = fittingExamples(taken);
  assert.deepEqual(Array.from(targets), [0, 1, 1, 1, 1, 0]);
  assert.deepEqual(
    [3, 4, 5].map((row) => features.data[row * columns]),
    [1, 2, 3],
  );
});
