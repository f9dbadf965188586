import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { lossAndError } from '../../src/metrics/probability-scores.ts';
import { applyTemperature, calibrate, fitTemperature } from '../../src/metrics/temperature.ts';
import { near } from '../helpers/near.ts';
import { TWELVE } from '../helpers/scored-sets.ts';

/** Two labels whose scores are `temperature` times too sure of themselves. */
function drawOverconfident(count: number, temperature: number) {
  const random = createRandom(1, `overconfident ${count} ${temperature}`);
  const logits = Array.from({ length: count }, () => 2 * random.normal());
  return {
    probabilities: Float64Array.from(
      logits.flatMap((logit) => {
        const score = 1 / (1 + Math.exp(-logit * temperature));
        return [1 - score, score];
      }),
    ),
    targets: logits.map((logit) => Number(random.uniform() < 1 / (1 + Math.exp(-logit)))),
  };
}

test('when twelve images are fitted then the temperature is that of scipy', () => {
  // scipy.optimize.minimize_scalar on log T, bounded; targets 6/7, 5/6, 4/5 of labels of 5, 4 and 3 images.
  near(fitTemperature(TWELVE.probabilities, TWELVE.targets, 3), 0.8971630546, 1e-7);
  const scaled = applyTemperature(TWELVE.probabilities, 3, 0.8971630546);
  near(lossAndError(scaled, TWELVE.targets, 3).log_loss, 0.6659155745179084, 1e-9);
});

test('when scores are twice or half as sure as they are right then that is found', () => {
  for (const [temperature, tolerance] of [
    [2, 0.1],
    [0.5, 0.025],
    [1, 0.05],
  ]) {
    const { probabilities, targets } = drawOverconfident(20_000, temperature);
    near(fitTemperature(probabilities, targets, 2), temperature, tolerance);
  }
});

test('when the best temperature is out of bounds then the bound is taken', () => {
  const probabilities = Float64Array.of(0.6, 0.4, 0.3, 0.7);
  assert.equal(fitTemperature(probabilities, [1, 0], 2), 10);
  assert.equal(fitTemperature(Float64Array.of(1, 0), [1], 2), 10);
  const right = Array.from({ length: 80 }, (_, at) => (at % 4 === 0 || at % 4 === 3 ? 0.55 : 0.45));
  const targets = Array.from({ length: 40 }, (_, i) => i % 2);
  assert.equal(fitTemperature(right, targets, 2), 0.25);
});

test('when all are right then the scores become no surer than so many images justify', () => {
  for (const [count, score] of [
    [2, 0.6],
    [20, 0.9],
    [20, 0.9999],
  ]) {
    const targets = Array.from({ length: 2 * count }, (_, i) => i % 2);
    const probabilities = targets.flatMap((target) =>
      target === 0 ? [score, 1 - score] : [1 - score, score],
    );
    const scaled = applyTemperature(probabilities, 2, fitTemperature(probabilities, targets, 2));
    near(scaled[0], (count + 1) / (count + 2), 1e-6);
  }
});

test('when every temperature is as good then it is 1', () => {
  assert.equal(fitTemperature([], [], 3), 1);
  assert.equal(fitTemperature(new Float64Array(6).fill(1 / 3), [0, 2], 3), 1);
});

test('when all are right and surer than justified then no temperature makes the loss worse', async () => {
  const targets = Array.from({ length: 60 }, (_, i) => i % 2);
  const probabilities = targets.flatMap((target) =>
    target === 0 ? [0.999, 0.001] : [0.001, 0.999],
  );
  const folds = targets.map((_, i) => i % 5);
  const found = await calibrate(Float64Array.from(probabilities), targets, 2, folds);
  assert.deepEqual([found.temperature, found.kept], [1, false]);
  assert.ok(found.after.log_loss > found.before.log_loss, 'not worse');
});

test('when a temperature is applied then rows sum to 1 and keep their order', () => {
  // Square roots, normalised: 0.9^.5 : 0.1^.5 is 3 : 1.
  const [a, b] = applyTemperature([0.9, 0.1], 2, 2);
  near(a, 0.75);
  near(b, 0.25);
  const tiny = applyTemperature([1, 0, 1e-320, 1, 1e-200, 1e-250], 2, 0.25);
  assert.ok([...tiny].every((value) => value >= 0 && value <= 1));
  for (let row = 0; row < 6; row += 2) near(tiny[row] + tiny[row + 1], 1);
  assert.deepEqual([...applyTemperature([0.1, 0.9], 2, 1)], [0.1, 0.9]);
});

test('when scores are too sure then a temperature is kept, judged on images it has not seen', async () => {
  const { probabilities, targets } = drawOverconfident(600, 3);
  const folds = targets.map((_, i) => i % 5);
  const found = await calibrate(probabilities, targets, 2, folds);
  assert.equal(found.kept, true);
  assert.equal(found.reason, undefined);
  assert.equal(found.temperature, fitTemperature(probabilities, targets, 2));
  assert.deepEqual(found.before, lossAndError(probabilities, targets, 2));
  assert.deepEqual(found.after, lossAndError(found.crossFitted, targets, 2));
  assert.ok(found.after.log_loss < found.before.log_loss);
  assert.ok(found.after.ece < found.before.ece);
  // Fold 0 is scaled by what the other four say.
  const others = targets.flatMap((_, i) => (i % 5 === 0 ? [] : [i]));
  const temperature = fitTemperature(
    others.flatMap((i) => [probabilities[2 * i], probabilities[2 * i + 1]]),
    others.map((i) => targets[i]),
    2,
  );
  near(found.crossFitted[11], applyTemperature(probabilities.subarray(10, 12), 2, temperature)[1]);
});

test('when a temperature does not help unseen images then it stays 1 and the reason is given', async () => {
  // Fold 0 is all right and asks for less than 1, fold 1 all wrong and asks for 10.
  const times = <T>(values: readonly T[]) => Array.from({ length: 10 }, () => values).flat();
  const probabilities = Float64Array.from(times([0.9, 0.1, 0.2, 0.8, 0.9, 0.1, 0.2, 0.8]));
  const found = await calibrate(probabilities, times([0, 1, 1, 0]), 2, times([0, 0, 1, 1]));
  assert.equal(found.kept, false);
  assert.equal(found.temperature, 1);
  assert.ok(found.after.log_loss > found.before.log_loss);
  assert.match(found.reason ?? '', /^it did not lower the log loss$/);
  assert.deepEqual(found.crossFitted, probabilities);
});

test('when there is one fold then nothing can be judged', async () => {
  const found = await calibrate(TWELVE.probabilities, TWELVE.targets, 3, new Array(12).fill(4));
  assert.equal(found.temperature, 1);
  assert.deepEqual(found.after, found.before);
  assert.match(found.reason ?? '', /single fold/);
});
