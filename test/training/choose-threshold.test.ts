import assert from 'node:assert/strict';
import test from 'node:test';
import {
  chooseOperatingPoint,
  describeOperatingPoint,
  positiveLabel,
  thresholdRates,
} from '../../src/training/choose-threshold.ts';
import { assertRejects } from '../helpers/rejects.ts';

const LABELS = ['cat', 'dog'];
const NONE = { positive: undefined, target_sensitivity: undefined, target_specificity: undefined };

/** Scores of dog 0, 0.01, ... 0.99; the upper half is dogs but for the lowest five of it. */
const targets = Uint16Array.from({ length: 100 }, (_, row) => (row >= 55 ? 1 : 0));
const probabilities = Float64Array.from({ length: 200 }, (_, at) => {
  const dog = Math.floor(at / 2) / 100;
  return at % 2 ? dog : 1 - dog;
});
const heldOut = {
  of: 'validation images',
  rows: [...targets.keys()],
  targets,
  probabilities,
  folds: new Uint16Array(100),
} as const;

test('when a label is positive then its threshold is chosen on the held-out predictions', () => {
  const point = chooseOperatingPoint(LABELS, heldOut, { ...NONE, positive: 'dog' });
  assert.ok(point !== null, 'no point');
  assert.ok(point.threshold > 0.54 && point.threshold < 0.55, `${point.threshold}`);
  assert.deepEqual(
    [point.rule, point.target, point.chosen_on, point.images, point.positives],
    ['youden', null, 'validation images', 100, 45],
  );
  assert.match(describeOperatingPoint(point), /^threshold for dog: 0\.54\d*, chosen by Youden/);
  const strict = { ...NONE, positive: 'cat', target_specificity: 1 };
  assert.equal(chooseOperatingPoint(LABELS, heldOut, strict)?.rule, 'specificity');
  assert.equal(chooseOperatingPoint(LABELS, heldOut, NONE), null);
});

test('when a threshold meets other images then a score at it counts as positive', () => {
  const point = { positive: 'dog', threshold: 0.5 } as never;
  const rates = thresholdRates(point, LABELS, { probabilities, targets, groups: undefined });
  assert.deepEqual([rates?.true_positives, rates?.false_positives], [45, 5]);
  const none = { probabilities: new Float64Array(), targets: [], groups: undefined };
  assert.equal(thresholdRates(point, LABELS, none), null);
});

test('when there is nothing to choose on, or no such label, then that is said', async () => {
  const choose = () => chooseOperatingPoint(LABELS, 'all were seen', { ...NONE, positive: 'dog' });
  await assertRejects(choose, 3, /held-out images to choose a threshold on: all were seen/, /./);
  const check = () => positiveLabel('cow', LABELS);
  await assertRejects(check, 2, /one of cat, dog, found cow/, /--positive cat/);
  assert.equal(positiveLabel('cat', LABELS), 'cat');
  const labels = ['re\u0301d', 'r\u00e9d'];
  assert.equal(positiveLabel('r\u00e9d', labels), 'r\u00e9d');
  assert.equal(positiveLabel('r\u00e9d', labels.slice(0, 1)), 're\u0301d');
});
