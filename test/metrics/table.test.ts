import assert from 'node:assert/strict';
import test from 'node:test';
import { cellsOf, statisticOf } from '../../src/metrics/compute-metrics.ts';
import { estimateShare, wilsonInterval } from '../../src/metrics/proportions.ts';
import {
  LABEL_METRICS,
  METRIC_NAMES,
  METRICS,
  type MetricName,
  specOf,
  WHOLE_METRICS,
} from '../../src/metrics/table.ts';
import { near } from '../helpers/near.ts';

/** 10 images of the label, 30 of others. */
const UNITS = { all: 40, label: 'x', cases: 10, others: 30 };

function withoutSpread(name: MetricName, label: number | null, value: number) {
  const cell = cellsOf(label, UNITS).find((one) => one.name === name);
  assert.ok(cell, name);
  return statisticOf(cell).withoutSpread(value);
}

test('when names and aliases are put together then none means two metrics', () => {
  const names = METRIC_NAMES.flatMap((name) => [name, ...(specOf(name).aliases ?? [])]);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.every((name) => /^[a-z][a-z0-9_]*$/.test(name)));
});

test('when a metric is in the table then it is of splits, of labels, or of both', () => {
  assert.deepEqual(new Set([...WHOLE_METRICS, ...LABEL_METRICS]), new Set(METRIC_NAMES));
  assert.deepEqual(
    WHOLE_METRICS.filter((name) => (LABEL_METRICS as readonly string[]).includes(name)),
    ['auc', 'pr_auc'],
  );
});

test('when a metric is a share then its interval is Wilson’s, and the other way round', () => {
  for (const name of METRIC_NAMES) {
    const { whole, label, interval } = specOf(name);
    const isShare = [whole, label].some((how) => typeof how === 'object');
    assert.equal(interval === 'wilson', isShare, name);
  }
});

test('when draws cannot tell then each metric still has an interval about its value', () => {
  for (const [label, names] of [
    [null, WHOLE_METRICS],
    [0, LABEL_METRICS],
  ] as const) {
    for (const name of names.filter((one) => specOf(one).interval !== 'wilson')) {
      const [from, to] = specOf(name).range;
      // No log loss is infinite: probabilities in it are at least 1e-300.
      const values = to === Infinity ? [0, 0.7, 690] : [from, (from + 2 * to) / 3, to];
      for (const value of values) {
        const [low, high] = withoutSpread(name, label, value);
        const text = `${name} ${value} in ${low}..${high}`;
        assert.ok(low <= value + 1e-9 && value <= high + 1e-9, text);
        assert.ok(low >= from - 1e-9 && high <= to + 1e-9, text);
        assert.ok(high - low > 0.01 && Number.isFinite(high - low), text);
      }
    }
  }
});

test('when metrics have other scales than a share then Wilson is scaled with them', () => {
  near(withoutSpread('mcc', null, 1)[0], 2 * wilsonInterval(1, 10)[0] - 1);
  near(withoutSpread('brier', null, 0)[1], 2 * wilsonInterval(0, 40)[1]);
  near(withoutSpread('ece', null, 0)[1], wilsonInterval(0, 40)[1]);
  near(withoutSpread('f1', 0, 1)[0], wilsonInterval(1, 10)[0]);
  near(
    withoutSpread('log_loss', null, Math.log(2))[1],
    -Math.log(wilsonInterval(0.5, 40)[0]),
    1e-9,
  );
});

const RATES = ['sensitivity', 'specificity', 'ppv', 'npv'] as const;

function ratesOf(targets: readonly number[], predicted: readonly number[]) {
  const estimates = RATES.map((name) =>
    estimateShare(METRICS[name].label, { targets, predicted }, 1, 'leg', null),
  );
  return Object.fromEntries(RATES.map((name, at) => [name, estimates[at]]));
}

test('when images are counted then the four rates are those of the two-by-two table', () => {
  // 8 true positives, 2 false negatives, 3 false positives, 17 true negatives.
  const targets = Array.from({ length: 30 }, (_, image) => Number(image < 10));
  const predicted = targets.map((_, image) => Number(image < 8 || (image >= 10 && image < 13)));
  assert.deepEqual(ratesOf(targets, predicted), {
    sensitivity: { value: 0.8, interval: wilsonInterval(0.8, 10) },
    specificity: { value: 0.85, interval: wilsonInterval(0.85, 20) },
    ppv: { value: 8 / 11, interval: wilsonInterval(8 / 11, 11) },
    npv: { value: 17 / 19, interval: wilsonInterval(17 / 19, 19) },
  });
});

test('when a rate has nothing to count then the reason is given', () => {
  const none = ratesOf([0, 0], [0, 0]);
  assert.equal(none.ppv.note, 'no image is predicted as leg');
  assert.equal(none.sensitivity.note, 'no image of leg');
  assert.equal(none.npv.value, 1);
  const all = ratesOf([1, 1], [1, 1]);
  assert.equal(all.specificity.note, 'every image is of leg');
  assert.equal(all.npv.note, 'every image is predicted as leg');
  assert.equal(all.npv.value, null);
});
