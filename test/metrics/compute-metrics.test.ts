import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { computeSplitMetrics, macroOfMirrored } from '../../src/metrics/compute-metrics.ts';
import type { Estimate } from '../../src/metrics/estimate.ts';
import { wilsonInterval } from '../../src/metrics/proportions.ts';
import type { SplitMetrics } from '../../src/metrics/split-metrics.ts';
import { LABEL_METRICS, METRICS, WHOLE_METRICS } from '../../src/metrics/table.ts';
import { near } from '../helpers/near.ts';
import { drawGroupedSet, TWELVE } from '../helpers/scored-sets.ts';

const LABELS = ['x', 'y', 'z'];

/** Every metric holds itself: a value within a proper interval, or neither and a reason. */
function checkMetrics(found: SplitMetrics | null): SplitMetrics {
  assert.ok(found);
  const metrics: [string, Estimate][] = [
    ...WHOLE_METRICS.map((name): [string, Estimate] => [name, found[name]]),
    ...found.labels.flatMap((label) =>
      LABEL_METRICS.map((name): [string, Estimate] => [`${name}:${label.label}`, label[name]]),
    ),
  ];
  for (const [name, { value, interval, note }] of metrics) {
    if (value === null) {
      assert.equal(interval, null, name);
      assert.ok(note, name);
      continue;
    }
    assert.ok(interval, name);
    const [low, high] = interval;
    assert.ok(low <= value && value <= high && high - low > 1e-6, `${name} ${value} ${interval}`);
  }
  assert.doesNotMatch(
    JSON.stringify(found, (_, x) => (Number.isNaN(x) ? 'NaN' : x)),
    /NaN/,
  );
  return found;
}

test('when twelve images are evaluated then every metric is that of scikit-learn', async () => {
  const found = checkMetrics(await computeSplitMetrics(TWELVE, LABELS));
  // scikit-learn 1.9; the calibration error from NumPy with bins that hold their upper end.
  near(found.accuracy.value, 8 / 12);
  near(found.balanced_accuracy.value, 0.6722222222222222);
  near(found.mcc.value, 0.5);
  near(found.auc.value, 0.9007550705467372);
  near(found.pr_auc.value, (0.885 + 0.8166666666666667 + 0.8666666666666667) / 3);
  near(found.log_loss.value, 0.6866634612366082);
  near(found.brier.value, 0.3870833333333334);
  near(found.ece.value, 0.3125);
  const expected = [
    { support: 5, ppv: 0.75, sensitivity: 0.6, specificity: 6 / 7, npv: 0.75, f1: 2 / 3 },
    { support: 4, ppv: 0.6, sensitivity: 0.75, specificity: 0.75, npv: 6 / 7, f1: 2 / 3 },
    { support: 3, ppv: 2 / 3, sensitivity: 2 / 3, specificity: 8 / 9, npv: 8 / 9, f1: 2 / 3 },
  ];
  for (const [k, { support, ...rates }] of expected.entries()) {
    assert.equal(found.labels[k].support, support);
    for (const [name, value] of Object.entries(rates)) {
      near(found.labels[k][name as keyof typeof rates].value, value);
    }
  }
  near(found.labels[0].auc.value, 0.8857142857142857);
  near(found.labels[0].pr_auc.value, 0.885);
  assert.deepEqual(
    [found.images, found.groups, found.correct, found.majority_baseline],
    [12, null, 8, { label: 'x', accuracy: 5 / 12 }],
  );
  assert.deepEqual(found.accuracy.interval, wilsonInterval(8 / 12, 12));
  assert.equal(
    found.reliability.reduce((sum, { images }) => sum + images, 0),
    12,
  );
  assert.deepEqual(
    found.curves.map(({ label }) => label),
    LABELS,
  );
  assert.match(found.intervals, /DeLong.*2,000/);
});

test('when there are groups then they are counted, named and make the intervals wider', async () => {
  const shape = { apart: 1.5, shared: 0.9 };
  const set = drawGroupedSet(createRandom(1, 'metrics'), { groups: 40, perGroup: 5 }, shape);
  const alone = checkMetrics(await computeSplitMetrics(set, ['x', 'y']));
  const grouped = checkMetrics(await computeSplitMetrics(set, ['x', 'y'], { groups: set.groups }));
  assert.equal(grouped.groups, 40);
  assert.match(grouped.intervals, /whole groups/);
  const width = ({ interval }: Estimate) => (interval?.[1] ?? 0) - (interval?.[0] ?? 0);
  for (const name of WHOLE_METRICS.filter((one) => one !== 'ece')) {
    assert.equal(grouped[name].value, alone[name].value);
    assert.equal(grouped[name].note, undefined);
    assert.ok(width(grouped[name]) > 1.3 * width(alone[name]), name);
  }
  assert.ok(width(grouped.labels[0].sensitivity) > 1.3 * width(alone.labels[0].sensitivity));
  assert.ok(width(grouped.labels[0].auc) > 1.3 * width(alone.labels[0].auc));
});

test('when there are fewer than ten groups then every interval is said to be unreliable', async () => {
  const groups = ['a', 'a', 'b', 'b', 'c', 'c', 'c', 'd', 'd', 'e', 'e', 'f'];
  const found = checkMetrics(await computeSplitMetrics(TWELVE, LABELS, { groups }));
  assert.equal(found.groups, 6);
  for (const name of WHOLE_METRICS) {
    const units = name === 'accuracy' ? '6 groups' : '2 groups of y';
    assert.equal(found[name].note, `the interval is unreliable: only ${units}`, name);
  }
  assert.match(found.labels[2].sensitivity.note ?? '', /only 2 groups/);
});

test('when all images are of one label then what needs another is null with the reason', async () => {
  const set = { probabilities: Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.7, 0.3), targets: [0, 0, 0] };
  const found = checkMetrics(await computeSplitMetrics(set, ['x', 'y']));
  for (const name of ['mcc', 'auc', 'pr_auc'] as const) {
    assert.deepEqual(found[name], {
      value: null,
      interval: null,
      note: 'every image is of x',
    });
  }
  near(found.balanced_accuracy.value, 2 / 3);
  const [x, y] = found.labels;
  assert.equal(x.specificity.note, 'every image is of x');
  assert.equal(x.auc.note, 'every image is of x');
  assert.equal(y.sensitivity.note, 'no image of y');
  assert.equal(y.f1.note, 'no image of y');
  assert.equal(y.auc.note, 'no image of y');
  assert.equal(y.ppv.value, 0);
  assert.deepEqual(found.curves[0], { label: 'x', roc: null, precision_recall: null });
});

test('when all images are taken for one label then the correlation says so', async () => {
  const set = { probabilities: Float64Array.of(0.9, 0.1, 0.6, 0.4), targets: [0, 1] };
  const found = checkMetrics(await computeSplitMetrics(set, ['x', 'y']));
  assert.equal(found.mcc.note, 'every image is predicted as the same label');
  assert.equal(found.labels[1].ppv.note, 'no image is predicted as y');
  assert.equal(found.labels[1].f1.value, 0);
});

test('when a label of the model is missing then the others are averaged', async () => {
  const set = {
    probabilities: Float64Array.of(0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0.3, 0.4, 0.3),
    targets: [0, 1, 0],
  };
  const found = checkMetrics(await computeSplitMetrics(set, LABELS));
  near(found.balanced_accuracy.value, 0.75);
  assert.equal(found.labels[2].auc.value, null);
  // x: both cases over the other; y: the case over both others.
  assert.equal(found.auc.value, 1);
});

test('when all are right, or all wrong, then no interval is empty', async () => {
  const certain = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? [1, 0] : [0, 1])).flat();
  const targets = Array.from({ length: 40 }, (_, i) => i % 2);
  const groups = targets.map((_, i) => Math.floor(i / 3));
  for (const options of [{}, { groups }]) {
    const probabilities = Float64Array.from(certain);
    const right = checkMetrics(
      await computeSplitMetrics({ probabilities, targets }, ['x', 'y'], options),
    );
    for (const name of WHOLE_METRICS) {
      assert.equal(
        Math.abs(right[name].value ?? 9),
        METRICS[name].better === 'higher' ? 1 : 0,
        name,
      );
    }
    assert.equal(right.auc.interval?.[1], 1);
    const turned = targets.map((target) => 1 - target);
    const wrong = checkMetrics(
      await computeSplitMetrics({ probabilities, targets: turned }, ['x', 'y'], options),
    );
    assert.equal(wrong.mcc.value, -1);
    assert.equal(wrong.auc.interval?.[0], 0);
    assert.equal(wrong.brier.value, 2);
    assert.ok((wrong.log_loss.value ?? 0) > 600 && Number.isFinite(wrong.log_loss.value));
  }
});

test('when there is one image, or one group, then it is still told what can be', async () => {
  const one = { probabilities: Float64Array.of(0.7, 0.3), targets: [0] };
  const found = checkMetrics(await computeSplitMetrics(one, ['x', 'y']));
  assert.deepEqual(found.accuracy, { value: 1, interval: wilsonInterval(1, 1) });
  assert.match(found.log_loss.note ?? '', /only 1 image( of x)?$/);
  const grouped = checkMetrics(
    await computeSplitMetrics(TWELVE, LABELS, { groups: new Array(12).fill('a') }),
  );
  assert.equal(grouped.groups, 1);
  assert.match(grouped.pr_auc.note ?? '', /only 1 group( of x)?$/);
});

test('when every score is equal then ranking is a coin and nothing breaks', async () => {
  const set = {
    probabilities: new Float64Array(60).fill(0.5),
    targets: Array.from({ length: 30 }, (_, i) => i % 2),
  };
  const found = checkMetrics(await computeSplitMetrics(set, ['x', 'y']));
  assert.equal(found.auc.value, 0.5);
  assert.equal(found.labels[1].pr_auc.value, 0.5);
});

test('when a set has no images then there are no metrics', async () => {
  const none = { probabilities: new Float64Array(), targets: [] };
  assert.equal(await computeSplitMetrics(none, ['x', 'y']), null);
  assert.equal(await computeSplitMetrics(none, ['x', 'y'], { groups: [] }), null);
});

test('when labels have names that objects have too then they are labels like others', async () => {
  const found = checkMetrics(
    await computeSplitMetrics(TWELVE, ['__proto__', 'constructor', '<script>']),
  );
  assert.deepEqual(
    found.labels.map(({ label, support }) => [label, support]),
    [
      ['__proto__', 5],
      ['constructor', 4],
      ['<script>', 3],
    ],
  );
});

test('when two labels mirror each other then the macro average has the interval of either', () => {
  const either = { value: 0.8, interval: [0.7, 0.9] as const };
  const resampled = { value: 0.8, interval: [0.71, 0.89] as const };
  assert.equal(macroOfMirrored(resampled, [either, either]), either);
  assert.equal(macroOfMirrored(resampled, [either, either, either]), resampled);
  assert.equal(macroOfMirrored(resampled, [either, { value: 0.7, interval: null }]), resampled);
  assert.equal(macroOfMirrored({ ...resampled, value: null }, [either, either]).value, null);
});
