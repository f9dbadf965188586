import assert from 'node:assert/strict';
import test from 'node:test';
import { wilsonInterval } from '../../src/metrics/proportions.ts';
import { ratesAtThreshold } from '../../src/metrics/threshold-rates.ts';

const SCORES = [0.9, 0.8, 0.3, 0.7, 0.2, 0.1];
const isPositive = (image: number) => image < 3;

test('when scores are cut then rates and counts are those worked by hand', () => {
  assert.deepEqual(ratesAtThreshold(SCORES, isPositive, 0.5, 'leg'), {
    sensitivity: { value: 2 / 3, interval: wilsonInterval(2 / 3, 3) },
    specificity: { value: 2 / 3, interval: wilsonInterval(2 / 3, 3) },
    ppv: { value: 2 / 3, interval: wilsonInterval(2 / 3, 3) },
    npv: { value: 2 / 3, interval: wilsonInterval(2 / 3, 3) },
    true_positives: 2,
    false_positives: 1,
    true_negatives: 2,
    false_negatives: 1,
  });
});

test('when a score is the threshold as float32 then it counts as positive', () => {
  const { true_positives: found } = ratesAtThreshold([0.1], () => true, Math.fround(0.1), 'leg');
  assert.equal(found, 1);
});

test('when there are groups then the intervals know of them', () => {
  const { sensitivity } = ratesAtThreshold(SCORES, isPositive, 0.5, 'leg', [
    'a',
    'a',
    'b',
    'c',
    'd',
    'e',
  ]);
  assert.equal(sensitivity.note, 'the interval is unreliable: only 2 groups');
});

test('when no image is positive then the sensitivity is null with the reason', () => {
  const found = ratesAtThreshold(SCORES, () => false, 0.95, 'leg');
  assert.deepEqual(found.sensitivity, { value: null, interval: null, note: 'no image of leg' });
  assert.equal(found.ppv.note, 'no image is predicted as leg');
  assert.equal(found.specificity.value, 1);
});
