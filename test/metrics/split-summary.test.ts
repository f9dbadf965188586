import assert from 'node:assert/strict';
import test from 'node:test';
import { computeSplitSummary } from '../../src/metrics/split-summary.ts';

test('when a small set is evaluated then the metrics are those worked by hand', () => {
  const rows: [target: number, ...probabilities: number[]][] = [
    [0, 0.7, 0.2, 0.1],
    [0, 0.1, 0.8, 0.1],
    [1, 0.2, 0.5, 0.3],
    [2, 0.3, 0.3, 0.4],
    [2, 0.6, 0.3, 0.1],
    [2, 0.1, 0.1, 0.8],
  ];
  const found = computeSplitSummary(
    {
      probabilities: Float64Array.from(rows.flatMap(([, ...values]) => values)),
      targets: rows.map(([target]) => target),
    },
    ['a', 'b', 'c'],
  );
  assert.ok(found);
  const { log_loss: loss, ...rest } = found;
  assert.deepEqual(rest, {
    images: 6,
    correct: 4,
    accuracy: 4 / 6,
    // Recalls 1/2, 1/1 and 2/3.
    balanced_accuracy: (1 / 2 + 1 + 2 / 3) / 3,
    majority_baseline: { label: 'c', accuracy: 0.5 },
    // Rows are the truth: one a taken for b, one c taken for a.
    confusion: [
      [1, 1, 0],
      [0, 1, 0],
      [1, 0, 2],
    ],
  });
  // -ln(0.7 * 0.1 * 0.5 * 0.4 * 0.1 * 0.8) / 6
  assert.ok(Math.abs(loss + Math.log(0.7 * 0.1 * 0.5 * 0.4 * 0.1 * 0.8) / 6) < 1e-15);
});

test('when labels are equally frequent then the baseline is the first of them', () => {
  const set = { probabilities: Float64Array.of(0.2, 0.8, 0.9, 0.1), targets: [1, 0] };
  assert.deepEqual(computeSplitSummary(set, ['x', 'y'])?.majority_baseline, {
    label: 'x',
    accuracy: 0.5,
  });
});

test('when every score is equal then the first label is the answer', () => {
  const set = { probabilities: Float64Array.of(0.5, 0.5, 0.5, 0.5), targets: [0, 1] };
  const found = computeSplitSummary(set, ['x', 'y']);
  assert.deepEqual(found?.confusion, [
    [1, 0],
    [1, 0],
  ]);
  assert.equal(found?.accuracy, 0.5);
});

test('when a label has no image in the set then its row is empty', () => {
  const set = { probabilities: Float64Array.of(0.2, 0.8, 0, 0, 0.9, 0.1), targets: [1, 1] };
  const found = computeSplitSummary(set, ['x', 'y', 'z']);
  assert.deepEqual(found?.confusion, [
    [0, 0, 0],
    [0, 2, 0],
    [0, 0, 0],
  ]);
  assert.deepEqual(found?.majority_baseline, { label: 'y', accuracy: 1 });
});

test('when a set has no images then there are no metrics', () => {
  assert.equal(
    computeSplitSummary({ probabilities: new Float64Array(), targets: [] }, ['x', 'y']),
    null,
  );
});
