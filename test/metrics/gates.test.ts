import assert from 'node:assert/strict';
import test from 'node:test';
import { computeSplitMetrics } from '../../src/metrics/compute-metrics.ts';
import { checkGates, parseGates } from '../../src/metrics/gates.ts';
import type { SplitMetrics } from '../../src/metrics/split-metrics.ts';
import { assertRejects } from '../helpers/rejects.ts';
import { TWELVE } from '../helpers/scored-sets.ts';

const LABELS = ['x', 'y', 'z'];
const METRICS = computeSplitMetrics(TWELVE, LABELS) as SplitMetrics;
const missed = (...words: string[]) =>
  checkGates(parseGates(words, LABELS), METRICS).map(({ sentence }) => sentence);

test('when gates are given then metric, label and number are told apart', () => {
  assert.deepEqual(
    parseGates(['accuracy=0.9', 'auc=.8', 'sensitivity:y=0.85', 'mcc=-0.5'], LABELS),
    [
      { name: 'accuracy', minimum: 0.9, metric: 'accuracy', label: null },
      { name: 'auc', minimum: 0.8, metric: 'auc', label: null },
      { name: 'sensitivity:y', minimum: 0.85, metric: 'sensitivity', label: 1 },
      { name: 'mcc', minimum: -0.5, metric: 'mcc', label: null },
    ],
  );
  assert.deepEqual(parseGates([], LABELS), []);
});

test('when labels hold colons and equals signs then they are found all the same', () => {
  const labels = ['a=b', 'knee:left', 'ppv:a=0.1', '__proto__', '0.5'];
  const words = labels.map((label) => `ppv:${label}=0.5`);
  assert.deepEqual(
    parseGates(words, labels).map(({ label, minimum }) => [label, minimum]),
    labels.map((_, k) => [k, 0.5]),
  );
});

test('when every metric is reached then no gate is missed', () => {
  assert.deepEqual(
    missed(
      'accuracy=0.66',
      'balanced_accuracy=0.672',
      'mcc=0.5',
      'roc_auc=0.9',
      'auc=0.9',
      'pr_auc=0.85',
      'sensitivity:x=0.6',
      'recall:y=0.75',
      'specificity:z=0.88',
      'ppv:x=0.75',
      'precision:y=0.6',
      'npv:z=0.88',
      'f1:z=0.66',
      'roc_auc:x=0.88',
      'auc:y=0.89',
      'pr_auc:z=0.86',
    ),
    [],
  );
});

test('when gates are missed then each says by how much, and of how many images', () => {
  assert.deepEqual(
    missed(
      'accuracy=0.9',
      'sensitivity:x=0.65',
      'ppv:y=0.9',
      'specificity:x=0.9',
      'npv:x=0.8',
      'auc:x=1',
    ),
    [
      'accuracy is 0.667, 0.233 below 0.9 (N=12)',
      'sensitivity:x is 0.600, 0.050 below 0.65 (N=5)',
      'ppv:y is 0.600, 0.300 below 0.9 (N=5)',
      'specificity:x is 0.857, 0.043 below 0.9 (N=7)',
      'npv:x is 0.750, 0.050 below 0.8 (N=8)',
      'auc:x is 0.886, 0.114 below 1 (N=12)',
    ],
  );
});

test('when a gate is missed by a hair then the digits show it', () => {
  assert.deepEqual(missed('sensitivity:x=0.60002'), [
    'sensitivity:x is 0.60000, 0.00002 below 0.60002 (N=5)',
  ]);
});

test('when a mean is short by rounding only then its gate is passed', () => {
  const metrics = { ...METRICS, balanced_accuracy: { value: 0.9 - 2e-16, interval: null } };
  assert.deepEqual(checkGates(parseGates(['balanced_accuracy=0.9'], LABELS), metrics), []);
});

test('when a metric is undefined then its gate is missed and the reason given', () => {
  const set = { probabilities: Float64Array.of(0.9, 0.1), targets: [0] };
  const metrics = computeSplitMetrics(set, ['x', 'y']) as SplitMetrics;
  const found = checkGates(parseGates(['sensitivity:y=0.5', 'auc=0.5'], ['x', 'y']), metrics);
  assert.deepEqual(
    found.map(({ value, sentence }) => [value, sentence]),
    [
      [null, 'sensitivity:y is undefined, 0.5 is asked for: no image of y (N=0)'],
      [null, 'auc is undefined, 0.5 is asked for: all images are of one label (N=1)'],
    ],
  );
});

test('when a gate cannot be then it is refused with what there is', async () => {
  const refuse = (word: string, message: RegExp, hint: RegExp) =>
    assertRejects(() => parseGates([word], LABELS), 2, message, hint);
  await refuse(
    'acuracy=0.9',
    /known metric, found acuracy=0.9/,
    /accuracy, balanced_accuracy, mcc/,
  );
  await refuse('constructor=0.9', /known metric/, /sensitivity, recall/);
  await refuse('sensitivity=0.9', /known metric/, /--min sensitivity:x=0.85/);
  await refuse('accuracy:x=0.9', /known metric/, /accuracy/);
  await refuse(
    'sensitivity:w=0.9',
    /of a known label, found sensitivity:w=0.9/,
    /labels are x, y, z/,
  );
  for (const text of ['90', '90%', '', '1.1', '-0.1', 'NaN', '0x1', '0,9', ' ']) {
    await refuse(`accuracy=${text}`, /number from 0 to 1/, /0.9 for 90 %/);
  }
  await refuse('accuracy', /number from 0 to 1/, /behind =/);
  await refuse('mcc=-1.5', /number from -1 to 1/, /mcc=0.9/);
});
