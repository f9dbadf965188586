import assert from 'node:assert/strict';
import test from 'node:test';
import { applyHead, calibratedHead, foldHead, logitsOf } from '../../src/head/head.ts';
import { createNetwork } from '../../src/head/network.ts';
import { predict } from '../../src/head/predict.ts';
import { softmaxRows } from '../../src/head/softmax.ts';
import { fitStandardisation, standardise } from '../../src/head/standardise.ts';
import { largestDifference, makeMatrix, makeNetwork } from '../helpers/make-examples.ts';

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
  for (const sizes of [
    [5, 2],
    [32, 7],
    [256, 3],
    [32, 6, 4],
    [5, 1, 2],
  ]) {
    const [columns] = sizes;
    const features = makeFeatures(100, columns);
    const standardisation = fitStandardisation(features);
    const network = makeNetwork(sizes, 2, 0.2);
    const head = foldHead(network, standardisation);
    const other = makeFeatures(20, columns, 9);
    const expected = predict(network, standardise(other, standardisation));
    const worst = largestDifference(applyHead(head, other), expected);
    // Weights and standardised features are rounded to float32.
    assert.ok(worst < 1e-6, `${sizes}: ${worst}`);
  }
});

test('when a head has hidden units then all its layers but the last have a ReLU', () => {
  const standardisation = fitStandardisation(makeFeatures(10, 6));
  const { layers } = foldHead(makeNetwork([6, 4, 3]), standardisation);
  const shapes = layers.map(({ inputs, outputs, activation }) => [inputs, outputs, activation]);
  assert.deepEqual(shapes, [
    [6, 4, 'relu'],
    [4, 3, 'linear'],
  ]);
  assert.deepEqual([layers[0].weights.length, layers[1].bias.length], [24, 3]);
});

test('when a head is folded by hand then the numbers match', () => {
  // logit = 2 (x - 3) / 4 + 1 = 0.5 x - 0.5 for label 0; -1 (x - 3) / 4 = -0.25 x + 0.75 for 1.
  const network = createNetwork([1, 2]);
  network.layers[0].weights.set([2, -1]);
  network.layers[0].bias.set([1, 0]);
  const head = foldHead(network, { mean: Float64Array.of(3), scale: Float64Array.of(0.25) });
  assert.deepEqual([...head.layers[0].weights], [0.5, -0.25]);
  assert.deepEqual([...head.layers[0].bias], [-0.5, 0.75]);
  // At x = 5 the logits are 2 and -0.5.
  const [first, second] = applyHead(head, { rows: 1, columns: 1, data: Float32Array.of(5) });
  assert.ok(Math.abs(first - 1 / (1 + Math.exp(-2.5))) < 1e-12);
  assert.ok(Math.abs(first + second - 1) < 1e-12);
});

test('when a head with hidden units is worked by hand then the numbers match', () => {
  // Units relu(x - 3) and relu(3 - x); logits 2 u0 and 4 u1 + 1.
  const network = createNetwork([1, 2, 2]);
  network.layers[0].weights.set([1, -1]);
  network.layers[1].weights.set([2, 0, 0, 4]);
  network.layers[1].bias.set([0, 1]);
  const head = foldHead(network, { mean: Float64Array.of(3), scale: Float64Array.of(1) });
  const x = { rows: 2, columns: 1, data: Float32Array.of(5, 2) };
  // Logits 4 and 1 at x = 5, 0 and 5 at x = 2.
  const expected = [1 / (1 + Math.exp(-3)), 1 / (1 + Math.exp(5))];
  const found = applyHead(head, x);
  assert.ok(largestDifference([found[0], found[2]], expected) < 1e-12);
});

test('when a feature was constant then its value does not matter', () => {
  const features = makeFeatures(50, 4);
  for (let row = 0; row < 50; row++) features.data[row * 4 + 2] = 1.5;
  const head = foldHead(makeNetwork([4, 3]), fitStandardisation(features));
  assert.deepEqual([...head.layers[0].weights.subarray(6, 9)].map(Math.abs), [0, 0, 0]);
  const before = applyHead(head, features);
  for (let row = 0; row < 50; row++) features.data[row * 4 + 2] = 1000 * row;
  assert.deepEqual(applyHead(head, features), before);
});

test('when a head is applied then each row has probabilities that sum to 1', () => {
  const features = makeFeatures(9, 6);
  const head = foldHead(makeNetwork([6, 4], 1, 3), fitStandardisation(features));
  const probabilities = applyHead(head, features);
  assert.equal(probabilities.length, 36);
  for (let row = 0; row < 9; row++) {
    const values = probabilities.subarray(4 * row, 4 * row + 4);
    assert.ok(values.every((value) => value >= 0 && value <= 1));
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
  }
  assert.equal(applyHead(head, { rows: 0, columns: 6, data: new Float32Array() }).length, 0);
});

test('when a head is calibrated then its probabilities are softmax(logits / T + offset)', () => {
  const features = makeFeatures(5, 6);
  const head = foldHead(makeNetwork([6, 3], 1, 3), fitStandardisation(features));
  const offset = [0.5, -1, 0];
  const calibrated = calibratedHead(head, 2.5, offset);
  const expected = logitsOf(head, features).map((z, at) => z / 2.5 + offset[at % 3]);
  softmaxRows(expected, 3);
  // Biases are float32.
  assert.ok(largestDifference(applyHead(calibrated, features), expected) < 1e-6);
  assert.equal(head.temperature, 1);
});
