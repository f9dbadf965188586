import assert from 'node:assert/strict';
import test from 'node:test';
import { assignFolds, foldRows } from '../../src/data/folds.ts';
import { applyHead } from '../../src/head/head.ts';
import { labelShares } from '../../src/head/prior.ts';
import { logLoss } from '../../src/head/softmax.ts';
import { chooseL2 } from '../../src/training/choose-l2.ts';
import {
  type CrossValidationOptions,
  crossValidate,
  meanAndSd,
} from '../../src/training/cross-validate.ts';
import { fitPool } from '../../src/training/fit-pool.ts';
import { type Pool, takePool } from '../../src/training/pool.ts';
import { FIT, makePool, makeTwins } from '../helpers/make-pool.ts';
import { near } from '../helpers/near.ts';
import { optimizer } from '../helpers/run-fit.ts';

const LABELS = ['a', 'b'];
const OPTIONS: CrossValidationOptions = { folds: 3, fit: FIT, l2: 0.1, prevalence: undefined };

/** Two thirds of label 0, in pairs that are units, some of them for validation. */
function makeUneven(): Pool {
  const pool = makePool(48, 2, 4);
  return {
    ...pool,
    targets: Uint16Array.from(pool.targets, (_, row) => (row % 6 < 4 ? 0 : 1)),
    units: pool.units.map((row) => row >> 1),
  };
}

test('when a spread is given then it is the standard deviation with one degree of freedom less', async () => {
  const { mean, sd } = meanAndSd([1, 2, 3, 4]);
  near(mean, 2.5);
  near(sd, Math.sqrt(5 / 3));
  assert.equal(meanAndSd([7]).sd, 0);

  const accuracies: number[] = [];
  const onFold = (_: number, accuracy: number) => void accuracies.push(accuracy);
  const { metrics } = await crossValidate(makeUneven(), LABELS, { ...OPTIONS, onFold });
  const [a, b, c] = accuracies;
  const centre = (a + b + c) / 3;
  near(metrics.accuracy.mean, centre);
  const squares = (a - centre) ** 2 + (b - centre) ** 2 + (c - centre) ** 2;
  assert.ok(squares > 0, `${accuracies}`);
  near(metrics.accuracy.sd, Math.sqrt(squares / 2));
  assert.deepEqual([metrics.folds, metrics.images], [3, 48]);
});

test('when a fold is predicted then every choice and count is of the rows outside it', async () => {
  const pool = makeUneven();
  const fit = { ...FIT, classWeights: 'balanced' as const };
  const options = { ...OPTIONS, fit, l2: undefined };
  const { folds, probabilities } = await crossValidate(pool, LABELS, options);
  assert.deepEqual(folds, assignFolds(pool.units, pool.targets, LABELS, 3, FIT.seed));
  const whole = { ...pool, isValidation: pool.units.map(() => false) };
  for (const { fitted, held } of foldRows(folds)) {
    const training = takePool(whole, fitted);
    const { l2 } = await chooseL2(training, LABELS, { head: fit, given: undefined });
    const { head } = await fitPool(training, 2, { ...fit, l2 });
    const expected = applyHead(head, takePool(pool, held).features);
    const found = held.flatMap((row) => [...probabilities.subarray(2 * row, 2 * row + 2)]);
    assert.deepEqual(found, [...expected]);
  }
});

test('when a prevalence is stated then metrics are at it, predictions at the training shares', async () => {
  const pool = makeUneven();
  const plain = await crossValidate(pool, LABELS, OPTIONS);
  const trained: (readonly number[])[] = [];
  const prevalence = (shares: readonly number[]) => {
    trained.push(shares);
    return [1e-9, 1 - 1e-9];
  };
  const rare = await crossValidate(pool, LABELS, { ...OPTIONS, prevalence });
  assert.deepEqual(rare.probabilities, plain.probabilities);
  const shares = foldRows(rare.folds).map(({ fitted }) =>
    labelShares(takePool(pool, fitted).targets, 2),
  );
  assert.deepEqual(trained, shares);
  assert.notDeepEqual(shares[0], shares[1]);
  // All are called label 1, the one that is not in the majority.
  near(rare.metrics.accuracy.mean, 1 - plain.metrics.majority_baseline.accuracy.mean);
  assert.notEqual(plain.metrics.accuracy.mean, rare.metrics.accuracy.mean);
});

test('when training stops early then it watches whole units of its own part', async () => {
  // Noise is soon worse than nothing, unless twins among the watched make it seem to pay.
  const fit = {
    ...FIT,
    optimizer: optimizer('sgd', 400, { learningRate: 0.3 }),
    earlyStoppingPatience: 2,
    evalStepInterval: 5,
  };
  const lossOf = async (twins: Pool, patience: number) => {
    const { targets } = twins;
    const options = { ...OPTIONS, fit: { ...fit, earlyStoppingPatience: patience }, l2: 0 };
    const { probabilities } = await crossValidate(twins, LABELS, options);
    return logLoss(probabilities, targets, 2);
  };
  const whole = makeTwins(60, 2, true);
  const [stopped, never] = [await lossOf(whole, 2), await lossOf(whole, 0)];
  assert.ok(stopped < 0.9 && never > 1.5, `${stopped}, ${never}`);
});

test('when a fold has a network of its own then its rows are those of that network', async () => {
  const pool = makeUneven();
  const blank = { ...pool.features, data: new Float32Array(pool.features.data.length) };
  const blind = { ...pool, features: blank };
  const plain = await crossValidate(pool, LABELS, OPTIONS);
  const { folds, probabilities } = await crossValidate(pool, LABELS, {
    ...OPTIONS,
    foldPools: [pool, blind, pool],
  });
  for (const { fold, held } of foldRows(folds)) {
    const scores = held.map((row) => probabilities[2 * row]);
    const before = held.map((row) => plain.probabilities[2 * row]);
    // Without features, every image has the same score.
    if (fold === 1) assert.equal(new Set(scores).size, 1);
    else assert.deepEqual(scores, before);
  }
});
