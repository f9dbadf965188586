import assert from 'node:assert/strict';
import test from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { createRandom } from '../../src/base/random.ts';
import { chooseThreshold, type ThresholdRule } from '../../src/metrics/threshold.ts';
import { assertRejects } from '../helpers/rejects.ts';

/** 20 positives at 0.50, 0.52 .. 0.88 and 10 negatives at 0.41, 0.47 .. 0.95. */
const SCORES = [
  ...Array.from({ length: 20 }, (_, i) => (50 + 2 * i) / 100),
  ...Array.from({ length: 10 }, (_, i) => (41 + 6 * i) / 100),
];
const isPositive = (image: number) => image < 20;
const choose = (rule: ThresholdRule) => chooseThreshold(SCORES, isPositive, rule, 'leg');

test('when a sensitivity is asked for then the highest threshold that reaches it is taken', () => {
  // 19 of 20 lie at or above 0.52; next below is the positive 0.50. Negatives below: 0.41, 0.47.
  assert.deepEqual(choose({ kind: 'sensitivity', target: 0.95 }), {
    threshold: 0.51,
    sensitivity: 0.95,
    specificity: 0.2,
  });
});

test('when a specificity is asked for then the lowest threshold that reaches it is taken', () => {
  // 0.77 is the seventh of ten negatives; from 0.78 on there are 6 positives.
  assert.deepEqual(choose({ kind: 'specificity', target: 0.7 }), {
    threshold: 0.775,
    sensitivity: 0.3,
    specificity: 0.7,
  });
});

test('when Youden is asked for then no other threshold is worth more', () => {
  const found = choose({ kind: 'youden' });
  for (const threshold of [0.1, 0.45, 0.515, 0.6, 0.7, 0.8, 0.885, 0.9]) {
    const sensitivity = SCORES.filter((s, i) => isPositive(i) && s >= threshold).length / 20;
    const specificity = SCORES.filter((s, i) => !isPositive(i) && s < threshold).length / 10;
    assert.ok(found.sensitivity + found.specificity >= sensitivity + specificity - 1e-12);
  }
});

test('when two thresholds are worth the same then the more sensitive is taken', () => {
  // Falling: 10 positives, 5 negatives, 10 positives, 5 negatives: 0.5 + 1 and 1 + 0.5.
  const scores = [
    ...Array(10).fill(0.9),
    ...Array(10).fill(0.5),
    ...Array(5).fill(0.7),
    ...Array(5).fill(0.3),
  ];
  const found = chooseThreshold(scores, isPositive, { kind: 'youden' }, 'leg');
  assert.deepEqual(found, { threshold: 0.4, sensitivity: 1, specificity: 0.5 });
});

test('when a threshold is chosen then it lies between scores, also once they are float32', () => {
  const random = createRandom(1, 'thresholds');
  const scores = Array.from({ length: 400 }, (_, i) => {
    const sharp = i < 200 ? 1 - 1e-7 * random.below(9) : random.uniform();
    return 0.5 + sharp / 2;
  });
  const asSaved = Float32Array.from(scores);
  for (const target of [0.2, 0.5, 0.8, 0.95]) {
    const rule = { kind: 'sensitivity', target } as const;
    const found = chooseThreshold(scores, (i) => i % 3 > 0, rule, 'leg');
    assert.ok(!asSaved.includes(found.threshold));
    const positives = asSaved.filter((_, i) => i % 3 > 0);
    const reached = positives.filter((score) => score >= found.threshold).length;
    assert.equal(reached / positives.length, found.sensitivity);
    assert.ok(found.sensitivity >= target);
    assert.equal(JSON.parse(JSON.stringify(found)).threshold, found.threshold);
  }
});

test('when a specificity is out of reach then the nearest is named', async () => {
  // Two negatives lie above all positives: 8 of 10 is the most that a threshold turns down; the
  // lowest that does lies above 0.83, where 3 positives are.
  await assertRejects(
    () => choose({ kind: 'specificity', target: 0.99 }),
    3,
    'expected a threshold for leg with a specificity of at least 0.99, found at most 0.8 (at a sensitivity of 0.15)',
    /--target_specificity 0\.8 or less/,
  );
});

test('when a sensitivity is out of reach then the nearest is named', async () => {
  const scores = [...Array(24).fill(0.8), 0.1, ...Array(10).fill(0.1)];
  await assertRejects(
    () => chooseThreshold(scores, (i) => i < 25, { kind: 'sensitivity', target: 0.98 }, 'leg'),
    3,
    'expected a threshold for leg with a sensitivity of at least 0.98, found at most 0.96 (at a specificity of 1.00)',
    /--target_sensitivity 0\.96 or less/,
  );
});

test('when there are too few positives or no negatives then it is refused', async () => {
  const rule = { kind: 'youden' } as const;
  await assertRejects(
    () => chooseThreshold(SCORES, (i) => i < 19, rule, 'leg'),
    3,
    /^expected at least 20 images of leg and 1 of another label .*, found 19 and 11$/,
    /add images/,
  );
  assert.throws(() => chooseThreshold(SCORES, () => true, rule, 'leg'), InputError);
});

test('when no threshold tells the label from the rest then every rule is refused', () => {
  const level = new Array(30).fill(0.5);
  const inverted = Array.from({ length: 30 }, (_, i) => (isPositive(i) ? 0.1 : 0.9));
  for (const scores of [level, inverted]) {
    for (const rule of [
      { kind: 'youden' },
      { kind: 'sensitivity', target: 0.5 },
      { kind: 'specificity', target: 0.5 },
    ] as const) {
      assert.throws(() => chooseThreshold(scores, isPositive, rule, 'leg'), /no threshold/);
    }
  }
});
