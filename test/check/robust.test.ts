import assert from 'node:assert/strict';
import test from 'node:test';
import { median, robustScores } from '../../src/check/robust.ts';

test('when values are given then scores are those worked by hand', () => {
  // Median 3, distances 2 1 0 1 97: their median is 1.
  const scores = robustScores([1, 2, 3, 4, 100]);
  assert.ok(Math.abs(scores[4] - 0.6745 * 97) < 1e-9);
  assert.equal(scores[2], 0);
  assert.equal(median([4, 1, 2, 3]), 2.5);
});

test('when most values are equal then nothing is an outlier', () => {
  assert.deepEqual([...robustScores([5, 5, 5, 9])], [0, 0, 0, 0]);
});
