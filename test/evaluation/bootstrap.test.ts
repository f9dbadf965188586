import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { drawWeights, percentileInterval, strataOf } from '../../src/evaluation/bootstrap.ts';
import { indexGroups } from '../../src/evaluation/groups.ts';
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
  assert.deepEqual([...seen].sort(), [0, 1, 2]);
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
