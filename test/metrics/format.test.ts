import assert from 'node:assert/strict';
import test from 'node:test';
import { bareText, estimateText, percentText, valueText } from '../../src/metrics/format.ts';

test('when a share is written then it is in per cent with one decimal', () => {
  assert.deepEqual([0, 1, 0.5, 0.9116, 1 / 3].map(percentText), [
    '0.0%',
    '100.0%',
    '50.0%',
    '91.2%',
    '33.3%',
  ]);
});

test('when any other value is written then it has three decimals, or as many as are asked for', () => {
  assert.equal(valueText(-0.0425, 'decimal'), '-0.043');
  assert.equal(valueText(0.60002, 'decimal', 5), '0.60002');
  assert.equal(valueText(0.60002, 'percent', 3), '60.002%');
  assert.equal(bareText(0.9116, 'percent'), '91.2');
});

test('when an estimate is written then its interval, its note and its reason are told', () => {
  const interval = [0.807, 0.97] as const;
  assert.equal(
    estimateText({ value: 0.9123, interval }, 'percent'),
    '91.2% (95% CI 80.7% to 97.0%)',
  );
  assert.equal(
    estimateText({ value: 0.9123, interval, note: 'few' }, 'decimal'),
    '0.912 (95% CI 0.807 to 0.970; few)',
  );
  assert.equal(estimateText({ value: 1, interval: null }, 'percent'), '100.0%');
  assert.equal(
    estimateText({ value: null, interval: null, note: 'no image of x' }, 'percent'),
    'undefined: no image of x',
  );
});
