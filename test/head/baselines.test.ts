import assert from 'node:assert/strict';
import test from 'node:test';
import { nearestCentroid } from '../../src/head/baselines.ts';
import { mostProbable } from '../../src/head/softmax.ts';

const matrix = (rows: number[][]) => ({
  rows: rows.length,
  columns: rows[0].length,
  data: Float32Array.from(rows.flat()),
});

test('when a row is nearest to the mean of a label then that label scores best', () => {
  const training = {
    features: matrix([
      [0, 0],
      [2, 0],
      [5, 5],
      [5, 7],
    ]),
    targets: [0, 0, 1, 1],
  };
  const scores = nearestCentroid(
    training,
    matrix([
      [1, 1],
      [4, 4],
      [0, -9],
    ]),
    2,
  );
  // Means are (1, 0) and (5, 6).
  assert.deepEqual([...scores], [-0.5, -20.5, -12.5, -2.5, -41, -125]);
  assert.deepEqual(
    [0, 2, 4].map((start) => mostProbable(scores, start, 2)),
    [0, 1, 0],
  );
});
