import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import {
  collapseStrata,
  drawWeights,
  percentileInterval,
  strataOf,
} from '../../src/metrics/bootstrap.ts';
import { indexGroups } from '../../src/metrics/groups.ts';
import { near } from '../helpers/near.ts';

test('when images are independent then a draw keeps the number of each label', () => {
  const targets = [0, 1, 1, 2, 1, 0];
  const strata = strataOf(targets, 3, null);
  assert.deepEqual(strata, [[[0], [5]], [[1], [2], [4]], [[3]]]);
  const random = createRandom(6, 'draws');
  const weights = new Float64Array(6);
  for (let turn = 0; turn < 50; turn++) {
    drawWeights(strata, random, weights);
    assert.deepEqual(
      [weights[0] + weights[5], weights[1] + weights[2] + weights[4], weights[3]],
      [2, 3, 1],
    );
  }
});

test('when images come in groups then whole groups are drawn', () => {
  const groups = indexGroups(['a', 'a', 'b', 'c', 'b', 'c']);
  const strata = strataOf([0, 0, 1, 1, 1, 1], 2, groups);
  assert.deepEqual(strata, [
    [[0, 1]],
    [
      [2, 4],
      [3, 5],
    ],
  ]);
  const random = createRandom(7, 'draws');
  const weights = new Float64Array(6);
  const seen = new Set<number>();
  for (let turn = 0; turn < 50; turn++) {
    drawWeights(strata, random, weights);
    assert.equal(weights[2], weights[4]);
    assert.equal(weights[3], weights[5]);
    assert.deepEqual([weights[0], weights[1], weights[2] + weights[3]], [1, 1, 2]);
    seen.add(weights[2]);
  }
  // One of two groups is drawn, and counts twice.
  assert.deepEqual([...seen].sort(), [0, 2]);
});

test('when a group has several labels then it belongs to its commonest, the first of equals', () => {
  const groups = indexGroups([1, 1, 1, 2, 2]);
  assert.deepEqual(strataOf([0, 1, 1, 1, 0], 2, groups), [[[3, 4]], [[0, 1, 2]]]);
});

test('when draws are ordered then the ends lie between them as in numpy.percentile', () => {
  // numpy.percentile(range(101), [2.5, 97.5])
  const draws = Float64Array.from({ length: 101 }, (_, i) => 100 - i);
  assert.deepEqual(percentileInterval(draws), [2.5, 97.5]);
  const some = percentileInterval(Float64Array.of(Number.NaN, 3, 1, Number.NaN));
  near(some[0], 1.05);
  near(some[1], 2.95);
});

test('when no draw has a value then there are no percentiles', () => {
  assert.deepEqual(percentileInterval(Float64Array.of(Number.NaN)), [Number.NaN, Number.NaN]);
});

test('when units are few then draws vary as much as a sample would', () => {
  // The mean of n independent values varies by s^2 / n; draws of n units give (n - 1) / n of that.
  const values = [0, 1, 5];
  const strata = strataOf([0, 0, 0], 1, null);
  const random = createRandom(3, 'draws');
  const weights = new Float64Array(3);
  const means = Array.from({ length: 20_000 }, () => {
    drawWeights(strata, random, weights);
    return weights.reduce((sum, weight, at) => sum + weight * values[at], 0) / 3;
  });
  const variance = means.reduce((sum, mean) => sum + (mean - 2) ** 2, 0) / means.length;
  // s^2 = (4 + 1 + 9) / 2.
  near(variance, 7 / 3, 0.05);
});

test('when a label has a single unit then it is drawn with others', () => {
  const [a, b, c, d] = [[0], [1], [2], [3]];
  assert.deepEqual(collapseStrata([[a], [b, c], [d]]), [
    [a, d],
    [b, c],
  ]);
  assert.deepEqual(collapseStrata([[a], [b, c], []]), [[b, c, a]]);
  assert.deepEqual(
    collapseStrata([
      [a, b],
      [c, d],
    ]),
    [
      [a, b],
      [c, d],
    ],
  );
  assert.deepEqual(collapseStrata([[a], []]), [[a]]);
});
