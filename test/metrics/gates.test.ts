import assert from 'node:assert/strict';
import test from 'node:test';
import { computeSplitMetrics } from '../../src/metrics/compute-metrics.ts';
import { type GateWords, missedGates, parseGates } from '../../src/metrics/gates.ts';
import type { SplitMetrics } from '../../src/metrics/split-metrics.ts';
import { LABEL_METRICS, METRIC_NAMES, specOf, WHOLE_METRICS } from '../../src/metrics/table.ts';
import { assertRejects } from '../helpers/rejects.ts';
import { TWELVE } from '../helpers/scored-sets.ts';

const LABELS = ['x', 'y', 'z'];
const METRICS = (await computeSplitMetrics(TWELVE, LABELS)) as SplitMetrics;
const parse = ({ min = [], max = [] }: Partial<GateWords>, labels = LABELS) =>
  parseGates({ min, max }, labels);
const missed = (words: Partial<GateWords>, metrics = METRICS) =>
  missedGates(
    parse(
      words,
      metrics.labels.map(({ label }) => label),
    ),
    metrics,
  );

test('when gates are given then metric, label and number are told apart', () => {
  const min = ['accuracy=0.9', 'auc=.8', 'sensitivity:y=0.85', 'mcc=-0.5'];
  assert.deepEqual(parse({ min, max: ['log_loss=1.5'] }), [
    { name: 'accuracy', metric: 'accuracy', label: null, bound: 0.9 },
    { name: 'auc', metric: 'auc', label: null, bound: 0.8 },
    { name: 'sensitivity:y', metric: 'sensitivity', label: 1, bound: 0.85 },
    { name: 'mcc', metric: 'mcc', label: null, bound: -0.5 },
    { name: 'log_loss', metric: 'log_loss', label: null, bound: 1.5 },
  ]);
  assert.deepEqual(parse({}), []);
});

test('when a gate names a label in the other Unicode form then an exact match comes first', () => {
  const [composed, decomposed] = ['\u00e9', 'e\u0301'];
  const labelOf = (name: string, ...labels: string[]) =>
    parse({ min: [`ppv:${name}=0.5`] }, labels)[0].label;
  assert.equal(labelOf(decomposed, 'x', composed), 1);
  assert.equal(labelOf(decomposed, composed, decomposed), 1);
});

test('when a metric has another name then the gate is of the same metric', () => {
  const metricsOf = (...min: string[]) => parse({ min }).map(({ metric }) => metric);
  assert.deepEqual(metricsOf('roc_auc=0.5', 'roc_auc:x=0.5', 'recall:x=0.5', 'precision:x=0.5'), [
    'auc',
    'auc',
    'sensitivity',
    'ppv',
  ]);
});

test('when labels hold colons and equals signs then they are found all the same', () => {
  const labels = ['a=b', 'knee:left', 'ppv:a=0.1', '__proto__', '0.5'];
  const min = labels.map((label) => `ppv:${label}=0.5`);
  assert.deepEqual(
    parse({ min }, labels).map(({ label, bound }) => [label, bound]),
    labels.map((_, k) => [k, 0.5]),
  );
});

test('when a value is just good enough then its gate is passed, and missed a little further', () => {
  const values = [
    ...WHOLE_METRICS.map((name) => [name, name, METRICS[name].value] as const),
    ...LABEL_METRICS.map((name) => [name, `${name}:z`, METRICS.labels[2][name].value] as const),
  ];
  for (const [name, word, value] of values) {
    assert.ok(value !== null, word);
    const option = specOf(name).better === 'higher' ? 'min' : 'max';
    const further = specOf(name).better === 'higher' ? 0.01 : -0.01;
    assert.deepEqual(missed({ [option]: [`${word}=${value}`] }), [], word);
    assert.equal(missed({ [option]: [`${word}=${value + further}`] }).length, 1, word);
  }
});

test('when gates are missed then each says by how much in its own format, and of how many', () => {
  assert.deepEqual(
    missed({
      min: [
        'accuracy=0.9',
        'sensitivity:x=0.65',
        'ppv:y=0.9',
        'specificity:x=0.9',
        'npv:x=0.8',
        'auc:x=1',
      ],
      max: ['log_loss=0.4', 'ece=0.057'],
    }),
    [
      'accuracy is 66.7%, 23.3 points below 90% (N=12)',
      'sensitivity:x is 60.0%, 5.0 points below 65% (N=5)',
      'ppv:y is 60.0%, 30.0 points below 90% (N=5)',
      'specificity:x is 85.7%, 4.3 points below 90% (N=7)',
      'npv:x is 75.0%, 5.0 points below 80% (N=8)',
      'auc:x is 0.886, 0.114 below 1 (N=12)',
      'log_loss is 0.687, 0.287 above 0.4 (N=12)',
      'ece is 31.3%, 25.6 points above 5.7% (N=12)',
    ],
  );
});

test('when a gate is missed by a hair then the digits show it', () => {
  assert.deepEqual(missed({ min: ['sensitivity:x=0.60002', 'mcc=0.500003'] }), [
    'sensitivity:x is 60.000%, 0.002 points below 60.002% (N=5)',
    'mcc is 0.500000, 0.000003 below 0.500003 (N=12)',
  ]);
});

test('when a mean is short by rounding only then its gate is passed', () => {
  const interval = null;
  const balanced_accuracy = { value: 0.9 - 2e-16, interval };
  const log_loss = { value: 0.4 + 1e-16, interval };
  const metrics = { ...METRICS, balanced_accuracy, log_loss };
  assert.deepEqual(missed({ min: ['balanced_accuracy=0.9'], max: ['log_loss=0.4'] }, metrics), []);
});

test('when a metric is undefined then its gate is missed and the reason given', async () => {
  const set = { probabilities: Float64Array.of(0.9, 0.1), targets: [0] };
  const metrics = (await computeSplitMetrics(set, ['x', 'y'])) as SplitMetrics;
  assert.deepEqual(missed({ min: ['sensitivity:y=0.5', 'auc=0.5'] }, metrics), [
    'sensitivity:y is undefined, expected at least 50%: no image of y (N=0)',
    'auc is undefined, expected at least 0.5: every image is of x (N=1)',
  ]);
  const log_loss = { value: null, interval: null, note: 'no images' };
  assert.deepEqual(missed({ max: ['log_loss=0.5'] }, { ...metrics, log_loss }), [
    'log_loss is undefined, expected at most 0.5: no images (N=1)',
  ]);
});

test('when a metric must be low then --min is refused by name, and --max of one that must be high', async () => {
  for (const name of METRIC_NAMES) {
    const { better, whole } = specOf(name);
    const word = whole === undefined ? `${name}:x=0.5` : `${name}=0.5`;
    const [right, wrong] = better === 'higher' ? ['min', 'max'] : ['max', 'min'];
    assert.equal(parse({ [right]: [word] }).length, 1);
    const message = new RegExp(
      `expected --${right} for ${name} \\(${better} is better\\), found --${wrong} ${word}`,
    );
    await assertRejects(
      () => parse({ [wrong]: [word] }),
      2,
      message,
      new RegExp(`--${right} ${word}`),
    );
  }
});

test('when a gate cannot be then it is refused with what there is', async () => {
  const refuse = (word: string, message: RegExp, hint: RegExp) =>
    assertRejects(() => parse({ min: [word] }), 2, message, hint);
  await refuse(
    'acuracy=0.9',
    /known metric, found acuracy=0.9/,
    /accuracy, balanced_accuracy, mcc/,
  );
  await refuse('constructor=0.9', /known metric/, /per label sensitivity, specificity/);
  await refuse('sensitivity=0.9', /known metric/, /--min sensitivity:x=0.85/);
  await refuse('accuracy:x=0.9', /known metric/, /accuracy/);
  await refuse(
    'sensitivity:w=0.9',
    /for a known label, found sensitivity:w=0.9/,
    /labels are x, y, z/,
  );
  for (const text of ['90', '90%', '', '1.1', '-0.1', 'NaN', '0x1', '0,9', ' ']) {
    await refuse(`accuracy=${text}`, /number from 0 to 1/, /accuracy=0.9 for 90%$/);
  }
  await refuse('accuracy', /number from 0 to 1/, /after =/);
  await refuse('mcc=-1.5', /number from -1 to 1/, /mcc=0.9$/);
  const low = () => parse({ max: ['log_loss=-1'] });
  await assertRejects(low, 2, /expected --max log_loss with a number of at least 0/, /after =/);
});
