import assert from 'node:assert/strict';
import test from 'node:test';
import { applyHead, foldHead } from '../../src/head/head.ts';
import { fitStandardisation, standardise } from '../../src/head/standardise.ts';
import { predict } from '../../src/head/train.ts';
import { largestDifference, makeDense, makeMatrix } from '../helpers/make-examples.ts';

/** Features as an extractor gives them: post-ReLU6 averages, 0..6, each column on its own scale. */
function makeFeatures(rows: number, columns: number, seed = 1) {
  const matrix = makeMatrix(rows, columns, seed);
  for (let at = 0; at < matrix.data.length; at++) {
    const spread = 0.1 + (at % columns) / columns;
    matrix.data[at] = Math.min(6, Math.abs(matrix.data[at]) * spread);
  }
  return matrix;
}

test('when standardisation is folded in then it is the same as standardising first', () => {
  for (const [columns, labels] of [
    [5, 2],
    [32, 7],
    [256, 3],
  ]) {
    const features = makeFeatures(100, columns);
    const standardisation = fitStandardisation(features);
    const dense = makeDense(columns, labels, 2, 0.2);
    const head = foldHead(dense, standardisation);
    assert.deepEqual([head.featureSize, head.labelCount], [columns, labels]);
    const other = makeFeatures(20, columns, 9);
    const expected = predict(dense, standardise(other, standardisation));
    const worst = largestDifference(applyHead(head, other), expected);
    // Weights and standardised features are rounded to float32.
    assert.ok(worst < 1e-6, `${columns} features, ${labels} labels: ${worst}`);
  }
});

test('when a head is folded by hand then the numbers match', () => {
  // logit = 2 (x - 3) / 4 + 1 = 0.5 x - 0.5 for label 0; -1 (x - 3) / 4 = -0.25 x + 0.75 for 1.
  const dense = {
    features: 1,
    labels: 2,
    weights: Float64Array.of(2, -1),
    bias: Float64Array.of(1, 0),
  };
  const head = foldHead(dense, { mean: Float64Array.of(3), scale: Float64Array.of(0.25) });
  assert.deepEqual([...head.weights], [0.5, -0.25]);
  assert.deepEqual([...head.bias], [-0.5, 0.75]);
  // At x = 5 the logits are 2 and -0.5.
  const [first, second] = applyHead(head, { rows: 1, columns: 1, data: Float32Array.of(5) });
  assert.ok(Math.abs(first - 1 / (1 + Math.exp(-2.5))) < 1e-12);
  assert.ok(Math.abs(first + second - 1) < 1e-12);
});

test('when a feature was constant then its value does not matter', () => {
  const features = makeFeatures(50, 4);
  for (let row = 0; row < 50; row++) features.data[row * 4 + 2] = 1.5;
  const head = foldHead(makeDense(4, 3), fitStandardisation(features));
  assert.deepEqual([...head.weights.subarray(6, 9)].map(Math.abs), [0, 0, 0]);
  const before = applyHead(head, features);
  for (let row = 0; row < 50; row++) features.data[row * 4 + 2] = 1000 * row;
  assert.deepEqual(applyHead(head, features), before);
});

test('when a head is applied then each row has probabilities that sum to 1', () => {
  const features = makeFeatures(9, 6);
  const head = foldHead(makeDense(6, 4, 1, 3), fitStandardisation(features));
  const probabilities = applyHead(head, features);
  assert.equal(probabilities.length, 36);
  for (let row = 0; row < 9; row++) {
    const values = probabilities.subarray(4 * row, 4 * row + 4);
    assert.ok(values.every((value) => value >= 0 && value <= 1));
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
  }
  assert.equal(applyHead(head, { rows: 0, columns: 6, data: new Float32Array() }).length, 0);
});
