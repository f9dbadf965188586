import assert from 'node:assert/strict';
import test from 'node:test';
import { accuracy, logLoss, mostProbable, softmaxRows } from '../../src/head/softmax.ts';
import { largestDifference } from '../helpers/make-examples.ts';

test('when logits are worked by hand then probabilities and loss follow', () => {
  const values = Float64Array.of(0, Math.log(3), Math.log(2), Math.log(2));
  softmaxRows(values, 2);
  assert.ok(largestDifference(values, [0.25, 0.75, 0.5, 0.5]) < 1e-15);
  // -(ln 0.75 + ln 0.5) / 2
  assert.ok(Math.abs(logLoss(values, [1, 0], 2) - 0.4904146265058631) < 1e-15);
});

test('when logits are huge then probabilities stay finite and sum to 1', () => {
  for (const row of [
    [1e308, -1e308, 0],
    [-1e308, -1e308, -1e308],
    [800, 801, 0],
    [-5000, -5001, -9000],
  ]) {
    const values = Float64Array.from(row);
    softmaxRows(values, 3);
    const sum = values.reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum - 1) < 1e-12, `${row} sums to ${sum}`);
  }
  const shifted = Float64Array.of(1000, 1001);
  softmaxRows(shifted, 2);
  assert.ok(Math.abs(shifted[1] - 1 / (1 + Math.exp(-1))) < 1e-15);
});

test('when the right label has probability 0 then the loss is large but finite', () => {
  // -ln 1e-300
  assert.ok(Math.abs(logLoss([1, 0] as unknown as Float64Array, [1], 2) - 690.78) < 0.01);
  assert.equal(logLoss(Float64Array.of(1, 0), [0], 2), 0);
});

test('when labels are as probable as each other then the first wins', () => {
  assert.equal(mostProbable([0.2, 0.4, 0.4], 0, 3), 1);
  assert.equal(mostProbable([9, 0.1, 0.5, 0.4], 1, 3), 1);
  const probabilities = Float64Array.of(0.5, 0.5, 0.3, 0.7, 0.6, 0.4, 0.1, 0.9);
  assert.equal(accuracy(probabilities, [0, 1, 1, 1], 2), 0.75);
  assert.equal(accuracy(probabilities, [1, 0, 1, 0], 2), 0);
});
