import assert from 'node:assert/strict';
import test from 'node:test';
import { indexGroups } from '../../src/metrics/groups.ts';
import { scoreImages } from '../../src/metrics/probability-scores.ts';
import { wilsonInterval } from '../../src/metrics/proportions.ts';
import { labelStatistics, unitsOfLabels, wholeStatistics } from '../../src/metrics/statistics.ts';
import { near } from '../helpers/near.ts';

const UNITS = [
  { label: 'x', cases: 10, others: 30 },
  { label: 'y', cases: 30, others: 10 },
  { label: 'z', cases: 0, others: 40 },
];
const whole = wholeStatistics(scoreImages([1, 0, 0], [0], 3), 40, UNITS);

test('when draws cannot tell then each metric still has an interval about its value', () => {
  const cases = [
    [whole.balanced_accuracy, 0, 1],
    [whole.mcc, -1, 0, 1],
    [whole.auc, 0, 0.5, 1],
    [whole.pr_auc, 0.25, 1],
    [whole.log_loss, 0, 0.7, 690],
    [whole.brier, 0, 0.5, 2],
    [whole.ece, 0, 0.3, 1],
    [labelStatistics(0, UNITS[0]).f1, 0, 1],
    [labelStatistics(0, UNITS[0]).auc, 0, 1],
    [labelStatistics(0, UNITS[0]).pr_auc, 1],
  ] as const;
  for (const [statistic, ...values] of cases) {
    for (const value of values) {
      const [low, high] = statistic.withoutSpread(value);
      assert.ok(low <= value + 1e-9 && value <= high + 1e-9, `${value} in ${low}..${high}`);
      assert.ok(high - low > 0.01 && Number.isFinite(high - low), `${low}..${high}`);
    }
  }
});

test('when metrics have other scales than a share then Wilson is scaled with them', () => {
  // 10 images of the rarest label; 40 in all.
  near(whole.mcc.withoutSpread(1)[0], 2 * wilsonInterval(1, 10)[0] - 1);
  near(whole.brier.withoutSpread(0)[1], 2 * wilsonInterval(0, 40)[1]);
  near(whole.log_loss.withoutSpread(Math.log(2))[1], -Math.log(wilsonInterval(0.5, 40)[0]), 1e-9);
});

test('when groups hold cases and others then they count on both sides', () => {
  const groups = indexGroups(['a', 'a', 'b', 'c']);
  assert.deepEqual(unitsOfLabels([0, 1, 2, 3], [0, 1, 0, 1], ['x', 'y'], groups), [
    { label: 'x', cases: 2, others: 2 },
    { label: 'y', cases: 2, others: 2 },
  ]);
  assert.deepEqual(unitsOfLabels([0, 1, 2, 3], [0, 1, 0, 0], ['x', 'y'], null), [
    { label: 'x', cases: 3, others: 1 },
    { label: 'y', cases: 1, others: 3 },
  ]);
});
