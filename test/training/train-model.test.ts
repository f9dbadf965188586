import assert from 'node:assert/strict';
import test from 'node:test';
import type { OnMessage } from '../../src/base/messages.ts';
import { applyHead, logitsOf } from '../../src/head/head.ts';
import { chooseCalibration, describeCalibration } from '../../src/training/calibration.ts';
import { chooseOperatingPoint } from '../../src/training/choose-threshold.ts';
import { evaluateSplits } from '../../src/training/evaluate-splits.ts';
import { type HeldOut, predictHeldOut } from '../../src/training/held-out.ts';
import { TOO_FEW } from '../../src/training/inner-folds.ts';
import { createPool, type Pool, trainingRows } from '../../src/training/pool.ts';
import { type TrainSettings, trainModel } from '../../src/training/train-model.ts';
import { makeMatrix } from '../helpers/make-examples.ts';
import { changeRows, makePool, makeSplitRows, makeTwins, SETTINGS } from '../helpers/make-pool.ts';
import { near } from '../helpers/near.ts';

const LABELS = ['a', 'b'];

async function trainOn(pool: Pool, change: Partial<TrainSettings> = {}) {
  const lines: string[] = [];
  const onMessage: OnMessage = (_, text) => void lines.push(text);
  const model = await trainModel(pool, LABELS, { ...SETTINGS, ...change }, { onMessage });
  const { heldOut } = model;
  const predictions = typeof heldOut === 'string' ? new Float64Array() : heldOut.probabilities;
  return { model, lines, predictions, scores: applyHead(model.head, pool.features) };
}

/** Odds of label a against b. */
const oddsOf = (p: Float64Array) => Array.from({ length: 5 }, (_, i) => p[2 * i] / p[2 * i + 1]);

test('when a prevalence is stated then odds of head and held-out predictions move alike', async () => {
  const pool = makePool(120, 2, 0);
  const without = await trainOn(pool);
  const rare = await trainOn(pool, { prevalence: () => [0.1, 0.9] });
  // From 1:1 to 1:9, whatever the temperature; biases are float32.
  const before = oddsOf(without.scores);
  for (const [i, odds] of oddsOf(rare.scores).entries()) {
    near((9 * odds) / before[i], 1, 1e-4);
  }
  const held = oddsOf(without.predictions);
  for (const [i, odds] of oddsOf(rare.predictions).entries()) {
    near((9 * odds) / held[i], 1, 1e-9);
  }
  assert.deepEqual(rare.model.shares, [0.1, 0.9]);
});

test('when a temperature is fitted then head and held-out predictions are divided alike', async () => {
  const pool = makePool(120, 2, 0);
  const [plain, found] = [await trainOn(pool, { calibration: 'none' }), await trainOn(pool)];
  const { temperature } = found.model.calibration;
  assert.notEqual(temperature, 1);
  for (const of of ['scores', 'predictions'] as const) {
    const before = oddsOf(plain[of]);
    for (const [i, odds] of oddsOf(found[of]).entries()) {
      near(Math.log(odds), Math.log(before[i]) / temperature, 1e-6);
    }
  }
});

test('when calibration is off or nothing is held out then the temperature is 1 and says why', async () => {
  const { model: off, lines } = await trainOn(makePool(120, 2, 0), { calibration: 'none' });
  assert.deepEqual([off.calibration.method, off.calibration.temperature], ['none', 1]);
  assert.ok(
    lines.includes('temperature scaling not applied: turned off by --calibration none'),
    `${lines}`,
  );
  const { model: none } = await trainOn(makePool(3, 2, 0));
  assert.equal(none.heldOut, TOO_FEW);
  assert.match(
    describeCalibration(none.calibration),
    /^temperature scaling not applied: a label has too few/,
  );
  assert.equal(none.reliability, undefined);
});

test('when images are too few then out-of-distribution detection is off, and a line says so', async () => {
  assert.notEqual((await trainOn(makePool(120, 2, 0))).model.ood.oodDetector, undefined);
  const { model, lines } = await trainOn(makePool(8, 2, 0));
  assert.equal(model.ood.oodDetector, undefined);
  assert.match(
    lines.join('\n'),
    /^out-of-distribution detection is off: needs 19 images, found 8$/m,
  );
});

test('when the head is refitted then the one before it is kept as well, treated alike', async () => {
  const pool = makePool(120, 2, 4);
  const { model } = await trainOn(pool, { prevalence: () => [0.2, 0.8] });
  const { trained, calibration, head, headBeforeRefit } = model;
  assert.notEqual(calibration.temperature, 1);
  for (const [saved, { head: fitted, shares }] of [
    [head, trained.final],
    [headBeforeRefit, trained.beforeRefit],
  ] as const) {
    const logits = logitsOf(fitted, pool.features);
    const offset = Math.log(0.2 / shares[0]) - Math.log(0.8 / shares[1]);
    for (const [i, odds] of oddsOf(applyHead(saved, pool.features)).entries()) {
      const margin = logits[2 * i] - logits[2 * i + 1];
      near(Math.log(odds), margin / calibration.temperature + offset, 1e-5);
    }
  }
});

test('when temperature and threshold are chosen then on held-out predictions, not on fitted ones', async () => {
  const pool = makePool(120, 2, 4);
  const threshold = { ...SETTINGS.threshold, positive: 'a' };
  const { model } = await trainOn(pool, { threshold });
  const { fit } = SETTINGS;
  const options = { fit: { ...fit, l2: 0.1 }, hasInitialHead: false };
  const heldOut = await predictHeldOut(pool, LABELS, model.trained, undefined, options);
  assert.deepEqual(
    (await chooseCalibration(heldOut, 2, 'temperature')).calibration,
    model.calibration,
  );
  const point = chooseOperatingPoint(LABELS, model.heldOut, threshold);
  assert.deepEqual(point, model.operatingPoint);
  assert.equal(point?.chosen_on, 'out-of-fold predictions');
  const { targets } = pool;
  const probabilities = applyHead(model.head, pool.features);
  const fitted = { ...(heldOut as HeldOut), targets, probabilities };
  assert.notEqual(chooseOperatingPoint(LABELS, fitted, threshold)?.threshold, point?.threshold);
});

test('when test images change then nothing changes but their own metrics', async () => {
  const splitOf = (row: number) =>
    (['training', 'validation', 'training', 'testing'] as const)[row % 4];
  const rows = makeSplitRows(160, 2, (row) => splitOf(row >> 1));
  const isTest = [...rows.splits.keys()].filter((row) => rows.splits[row] === 'testing');
  const other = changeRows(rows, isTest, 2);
  const threshold = { ...SETTINGS.threshold, positive: 'a', target_sensitivity: 0.9 };
  const settings = { threshold, folds: 3, l2: undefined };
  const [one, two] = [
    await trainOn(createPool(rows), settings),
    await trainOn(createPool(other), settings),
  ];
  assert.deepEqual(one.model, two.model);
  assert.deepEqual(one.lines, two.lines);
  const { calibration, operatingPoint } = one.model;
  assert.deepEqual([calibration.images, operatingPoint?.images], [120, 120]);
  const [before, after] = [
    await evaluateSplits(rows, LABELS, one.model, false),
    await evaluateSplits(other, LABELS, one.model, false),
  ];
  assert.deepEqual(before.summary.validation, after.summary.validation);
  assert.deepEqual(before.outOfFold, after.outOfFold);
  assert.notDeepEqual(before.summary.testing, after.summary.testing);
});

test('when images belong together then what is unlike training is told by whole units', async () => {
  const thresholdOf = async (whole: boolean) =>
    (await trainOn(makeTwins(30, 2, whole))).model.ood.oodDetector?.threshold ?? 0;
  const [whole, cut] = [await thresholdOf(true), await thresholdOf(false)];
  assert.ok(whole > 1.1 * cut, `${whole}, ${cut}`);
});

test('when training stops late, early or by folds then a line says so', async () => {
  const linesOf = async (pool: Pool, change: Partial<TrainSettings>) =>
    (await trainOn(pool, change)).lines.join('\n');
  const short = { fit: { ...SETTINGS.fit, optimizer: { kind: 'lbfgs', steps: 2 } } } as const;
  assert.match(await linesOf(makePool(60, 2, 0), short), /^not converged after 2 steps/m);
  assert.match(
    await linesOf(makePool(60, 2, 0), {}),
    /^converged after \d+ of at most \d+ steps$/m,
  );
  const stopping = { fit: { ...SETTINGS.fit, earlyStoppingPatience: 2 } };
  const none = /no validation images for early stopping/;
  assert.match(await linesOf(makePool(60, 2, 0), stopping), none);
  assert.doesNotMatch(await linesOf(makePool(60, 2, 5), stopping), none);
  assert.match(
    await linesOf(makePool(60, 2, 0), { folds: 3 }),
    /^fold 3 of 3: accuracy .*\(N=20\)$/m,
  );
});

test('when variants were made then their effect on validation images is told', async () => {
  const pool = makePool(60, 2, 5);
  const sourceOf = trainingRows(pool);
  const variants = { sourceOf, features: makeMatrix(sourceOf.length, 6) };
  const { model, lines } = await trainOn({ ...pool, variants });
  const { with: augmented, without } = model.augmentationEffect ?? { with: 0, without: 0 };
  assert.ok(augmented > 0 && without > 0 && augmented !== without, `${augmented}, ${without}`);
  assert.match(
    lines.join('\n'),
    /^augmentation (lowered|did not lower) the validation log loss: .*\(N=12\)$/m,
  );
  assert.equal((await trainOn(pool)).model.augmentationEffect, null);
});
