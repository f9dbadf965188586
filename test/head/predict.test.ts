import assert from 'node:assert/strict';
import test from 'node:test';
import { BLOCK_ROWS } from '../../src/head/kernels.ts';
import { createNetwork } from '../../src/head/network.ts';
import { predict, predictRows, scoreExamples } from '../../src/head/predict.ts';
import {
  largestDifference,
  makeClouds,
  makeMatrix,
  makeNetwork,
} from '../helpers/make-examples.ts';

test('when a head without weights predicts then every label is as probable', () => {
  const probabilities = predict(createNetwork([4, 5]), makeMatrix(3, 4));
  assert.ok(largestDifference(probabilities, new Float64Array(15).fill(0.2)) < 1e-15);
  const score = scoreExamples(createNetwork([4, 3]), makeClouds(60, 4, 3));
  assert.ok(Math.abs((score?.logLoss ?? 0) - Math.log(3)) < 1e-12);
});

test('when rows are named then they are predicted in that order, however many', () => {
  for (const sizes of [
    [4, 3],
    [4, 5, 3],
  ]) {
    const network = makeNetwork(sizes);
    const features = makeMatrix(BLOCK_ROWS + 7, 4);
    const all = predict(network, features);
    const rows = [BLOCK_ROWS + 3, 0, 0, 5];
    const expected = rows.flatMap((row) => [...all.subarray(3 * row, 3 * row + 3)]);
    assert.deepEqual([...predictRows(network, features, rows)], expected);
  }
});

test('when there are no rows then there are no metrics', () => {
  const none = { features: makeMatrix(0, 4), targets: [] };
  assert.equal(scoreExamples(createNetwork([4, 3]), none), undefined);
  assert.equal(predict(createNetwork([4, 3]), none.features).length, 0);
});
