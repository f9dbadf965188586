import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import {
  type ChooseL2Options,
  chooseL2,
  type HeldOut,
  type L2Choice,
  takeExamples,
} from '../../src/head/choose-l2.ts';
import type { FitOptions } from '../../src/head/fit.ts';
import type { Examples } from '../../src/head/network.ts';
import { predict } from '../../src/head/predict.ts';
import { crossEntropy } from '../../src/head/softmax.ts';
import { fitStandardisation, standardise } from '../../src/head/standardise.ts';
import { largestDifference, makeMatrix } from '../helpers/make-examples.ts';
import { fitWhole, NO_EXAMPLES, PLAIN_FIT } from '../helpers/run-fit.ts';

const [ROWS, COLUMNS, LABELS] = [150, 40, 3];
const FIT: FitOptions = { ...PLAIN_FIT, optimizer: 'lbfgs', steps: 300, evalStepInterval: 1000 };
const folds = Array.from({ length: ROWS }, (_, row) => row % 5);

/** Many features of which three say something, each column on a scale of its own. */
function makeRows(seed: number, signal: number): Examples {
  const features = makeMatrix(ROWS, COLUMNS, seed);
  const random = createRandom(seed, 'targets');
  const targets = Uint16Array.from({ length: ROWS }, () => random.below(LABELS));
  for (const [row, target] of targets.entries()) {
    features.data[row * COLUMNS + target] += signal;
    for (let column = 0; column < COLUMNS; column++)
      features.data[row * COLUMNS + column] *= column;
  }
  return { features, targets };
}
const rows = makeRows(1, 1);

function choose(
  heldOut: HeldOut,
  change: Partial<ChooseL2Options> = {},
  examples = rows,
): Promise<L2Choice> {
  return chooseL2(examples, heldOut, LABELS, { fit: FIT, ...change });
}

test('when folds are held out then the choice has the lowest loss, of the scores it gives', async () => {
  const choice = await choose({ folds });
  const losses = choice.path.map(({ logLoss }) => logLoss);
  const best = losses.indexOf(Math.min(...losses));
  assert.equal(choice.l2, choice.path[best].l2);
  assert.ok(best > 0 && best < losses.length - 1, `${losses}`);
  assert.equal(choice.end, undefined);
  const loss = crossEntropy(choice.probabilities, rows.targets, LABELS);
  assert.ok(Math.abs(loss - losses[best]) < 1e-12);
});

test('when a fold is scored then neither its rows nor their spread took part', async () => {
  const [l2] = [0.1];
  const { probabilities, path } = await choose(
    { folds },
    { path: [l2], fit: { ...FIT, tolerance: 1e-9 } },
  );
  assert.equal(path.length, 1);
  for (let fold = 0; fold < 5; fold++) {
    const own = [...folds.keys()].filter((row) => folds[row] === fold);
    const others = [...folds.keys()].filter((row) => folds[row] !== fold);
    const [held, training] = [takeExamples(rows, own), takeExamples(rows, others)];
    const scaling = fitStandardisation(training.features);
    const scaled = { ...training, features: standardise(training.features, scaling) };
    const { network } = await fitWhole(scaled, { ...FIT, l2, tolerance: 1e-9 });
    const expected = predict(network, standardise(held.features, scaling));
    const found = own.flatMap((row) => [...probabilities.subarray(3 * row, 3 * row + 3)]);
    assert.ok(largestDifference(found, expected) < 1e-6);
  }
});

test('when there is a validation set then it alone is scored', async () => {
  const validation = makeRows(2, 1);
  const choice = await choose({ validation });
  assert.equal(choice.probabilities.length, ROWS * LABELS);
  const loss = crossEntropy(choice.probabilities, validation.targets, LABELS);
  const best = Math.min(...choice.path.map(({ logLoss }) => logLoss));
  assert.ok(Math.abs(loss - best) < 1e-12);
});

test('when the path is followed then it begins with the strongest and ends after a clear rise', async () => {
  const path = [0.0001, 10, 0.01, 1, 0.001, 0.1];
  const choice = await choose({ folds }, { path });
  const strengths = choice.path.map(({ l2 }) => l2);
  assert.deepEqual(strengths, [10, 1, 0.1, 0.01, 0.001, 0.0001].slice(0, strengths.length));
  assert.ok(strengths.length < path.length, `${strengths}`);
  const losses = choice.path.map(({ logLoss }) => logLoss);
  const last = losses[losses.length - 1];
  assert.ok(last > 1.02 * Math.min(...losses));
});

test('when the best strength is at an end of the path then that is said', async () => {
  assert.equal((await choose({ folds }, { path: [0.001, 0.0001] })).end, 'strongest');
  assert.equal((await choose({ folds }, { path: [10, 3] })).end, 'weakest');
  // Features that say nothing: the more penalty the better.
  const nothing = makeRows(3, 0);
  assert.equal((await choose({ folds }, {}, nothing)).end, 'strongest');
});

test('when two strengths are as good then the stronger is taken', async () => {
  // Features that are all 0: every strength gives the same, up to rounding.
  const zeros = { ...rows, features: { ...rows.features, data: new Float32Array(ROWS * COLUMNS) } };
  const choice = await choose({ folds }, { path: [1, 2, 0.5] }, zeros);
  assert.equal(choice.l2, 2);
  assert.equal(choice.path.length, 3);
});

test('when the choice is made again then it is the same, to the last bit', async () => {
  assert.deepEqual(await choose({ folds }), await choose({ folds }));
});

test('when weights are balanced then scores are at the training shares of labels', async () => {
  const targets = rows.targets as Uint16Array;
  const few = [...targets.keys()].filter((row) => targets[row] > 0 || row % 5 === 0);
  const some = takeExamples(rows, few);
  const heldOut = { folds: few.map((_, i) => i % 5) };
  const change = { fit: { ...FIT, classWeights: 'balanced' as const } };
  const { probabilities } = await choose(heldOut, change, some);
  const mean = probabilities.reduce((sum, value, at) => sum + (at % 3 ? 0 : value), 0) / few.length;
  const share = few.filter((row) => targets[row] === 0).length / few.length;
  assert.ok(share < 0.15 && Math.abs(mean - share) < 0.06, `${mean}, share ${share}`);
});

test('when training stops early then the choice tells after how many steps', async () => {
  const fit = { ...FIT, optimizer: 'sgd' as const, earlyStoppingPatience: 2, evalStepInterval: 5 };
  const choice = await choose({ folds }, { fit, path: [0.01] });
  assert.ok(choice.steps > 1 && choice.steps < 300, `${choice.steps}`);
  const whole = await choose(
    { folds },
    { fit: { ...fit, steps: 7, earlyStoppingPatience: 0 }, path: [1] },
  );
  assert.equal(whole.steps, 7);
});

test('when it is called off then it ends', async () => {
  const signal = AbortSignal.abort(new Error('called off'));
  await assert.rejects(choose({ folds }, { signal }), /called off/);
});

test('when a fold number is left out then the others are scored', async () => {
  const choice = await choose({ folds: folds.map((fold) => 2 * fold) }, { path: [1] });
  assert.ok(Number.isFinite(choice.path[0].logLoss));
  assert.equal(NO_EXAMPLES.targets.length, 0);
});
