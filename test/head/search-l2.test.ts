import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { foldRows, NO_FOLD } from '../../src/data/folds.ts';
import { type HeadOptions, PLAIN_HEAD } from '../../src/head/fit.ts';
import type { Examples } from '../../src/head/network.ts';
import { predict } from '../../src/head/predict.ts';
import {
  type L2Search,
  type L2SearchOptions,
  searchL2,
  takeExamples,
} from '../../src/head/search-l2.ts';
import { logLoss } from '../../src/head/softmax.ts';
import { fitParetoScaling, standardise } from '../../src/head/standardise.ts';
import { largestDifference, makeMatrix } from '../helpers/make-examples.ts';
import { near } from '../helpers/near.ts';
import { fitWhole } from '../helpers/run-fit.ts';

const [ROWS, COLUMNS, LABELS] = [150, 40, 3];
const folds = Array.from({ length: ROWS }, (_, row) => row % 5);

/** Many features of which three say something, each column on a scale of its own. */
function makeRows(seed: number, signal: number): Examples {
  const features = makeMatrix(ROWS, COLUMNS, seed);
  const random = createRandom(seed, 'targets');
  const targets = Uint16Array.from({ length: ROWS }, () => random.below(LABELS));
  for (const [row, target] of targets.entries()) {
    features.data[row * COLUMNS + target] += signal;
    for (let column = 0; column < COLUMNS; column++)
      features.data[row * COLUMNS + column] *= 1 + (column % 3);
  }
  return { features, targets };
}
const rows = makeRows(1, 1);

function search(
  options: L2SearchOptions & { readonly head?: HeadOptions } = {},
  examples = rows,
  heldOut: readonly number[] = folds,
): Promise<L2Search> {
  return searchL2(examples, heldOut, LABELS, options.head ?? PLAIN_HEAD, options);
}

test('when folds are held out then the choice has the lowest loss, of the scores it gives', async () => {
  const choice = await search();
  const losses = choice.path.map(({ logLoss }) => logLoss);
  const best = losses.indexOf(Math.min(...losses));
  assert.equal(choice.l2, choice.path[best].l2);
  assert.ok(best > 0 && best < losses.length - 1, `${losses}`);
  assert.equal(choice.end, undefined);
  const loss = logLoss(choice.probabilities, rows.targets, LABELS);
  assert.ok(Math.abs(loss - losses[best]) < 1e-12);
});

test('when a fold is scored then neither its rows nor their spread took part', async () => {
  const [l2] = [0.1];
  const { probabilities, path } = await search({ path: [l2], tolerance: 1e-9 });
  assert.equal(path.length, 1);
  for (let fold = 0; fold < 5; fold++) {
    const own = [...folds.keys()].filter((row) => folds[row] === fold);
    const others = [...folds.keys()].filter((row) => folds[row] !== fold);
    const [held, training] = [takeExamples(rows, own), takeExamples(rows, others)];
    const scaling = fitParetoScaling(training.features);
    const scaled = { ...training, features: standardise(training.features, scaling) };
    const { network } = await fitWhole(scaled, {
      optimizer: { kind: 'lbfgs', steps: 300, tolerance: 1e-9 },
      l2,
    });
    const expected = predict(network, standardise(held.features, scaling));
    const found = own.flatMap((row) => [...probabilities.subarray(3 * row, 3 * row + 3)]);
    assert.ok(largestDifference(found, expected) < 1e-6);
  }
});

test('when there is a validation set then it alone is scored', async () => {
  const validation = [...folds.keys()].filter((row) => row % 3 === 0);
  const heldOut = folds.map((_, row) => (row % 3 === 0 ? 0 : NO_FOLD));
  const choice = await search({}, rows, heldOut);
  const scores = validation.flatMap((row) => [
    ...choice.probabilities.subarray(LABELS * row, LABELS * (row + 1)),
  ]);
  const { targets } = takeExamples(rows, validation);
  const loss = logLoss(Float64Array.from(scores), targets, LABELS);
  const best = Math.min(...choice.path.map(({ logLoss }) => logLoss));
  assert.ok(Math.abs(loss - best) < 1e-12);
  assert.equal(choice.probabilities.filter((value) => value !== 0).length, scores.length);
});

test('when the loss rises then all strengths down to 0.01 are tried, and two weaker ones', async () => {
  const path = [0.0001, 0.0003, 10, 0.01, 1, 0.001, 0.1, 0.003];
  for (const examples of [rows, makeRows(3, 0)]) {
    const choice = await search({ path }, examples);
    assert.deepEqual(
      choice.path.map(({ l2 }) => l2),
      [10, 1, 0.1, 0.01, 0.003, 0.001],
    );
    const losses = choice.path.map(({ logLoss }) => logLoss);
    assert.equal(choice.l2, choice.path[losses.indexOf(Math.min(...losses))].l2);
    for (const last of losses.slice(-2)) {
      assert.ok(last > 1.02 * Math.min(...losses), `${losses}`);
    }
  }
});

test('when labels are easy to tell apart then no score is closer to 1 than the rows justify', async () => {
  const easy = await search({}, makeRows(1, 40));
  assert.equal(easy.l2, 0.01);
  assert.equal(easy.path.length, 8);
  assert.equal(easy.end, undefined);
  const likely = Math.max(...easy.probabilities);
  assert.ok(likely > 0.99 && likely < 0.99999, `${likely}`);
  // A weaker penalty still lowers the loss of some rows: the whole path is tried.
  const harder = await search({}, makeRows(1, 5));
  assert.ok(harder.l2 < 0.01, `${harder.l2}`);
});

test('when the best strength is at an end of the path then that is said', async () => {
  assert.equal((await search({ path: [0.001, 0.0001] })).end, 'strongest');
  assert.equal((await search({ path: [10, 3] })).end, 'weakest');
  // Features that say nothing: the more penalty the better.
  const nothing = makeRows(3, 0);
  assert.equal((await search({}, nothing)).end, 'strongest');
});

test('when two strengths are as good then the stronger is taken', async () => {
  // Features that are all 0: every strength gives the same, up to rounding.
  const zeros = { ...rows, features: { ...rows.features, data: new Float32Array(ROWS * COLUMNS) } };
  const choice = await search({ path: [1, 2, 0.5], tolerance: 1e-9 }, zeros);
  assert.equal(choice.l2, 2);
  assert.equal(choice.path.length, 3);
});

test('when the choice is made again then it is the same, to the last bit', async () => {
  assert.deepEqual(await search(), await search());
});

test('when weights are balanced then scores are at the training shares of labels', async () => {
  const targets = rows.targets as Uint16Array;
  const few = [...targets.keys()].filter((row) => targets[row] > 0 || row % 5 === 0);
  const some = takeExamples(rows, few);
  const heldOut = few.map((_, i) => i % 5);
  const head = { ...PLAIN_HEAD, classWeights: 'balanced' as const };
  const { probabilities } = await search({ head }, some, heldOut);
  const mean = probabilities.reduce((sum, value, at) => sum + (at % 3 ? 0 : value), 0) / few.length;
  const share = few.filter((row) => targets[row] === 0).length / few.length;
  assert.ok(share < 0.15 && Math.abs(mean - share) < 0.06, `${mean}, share ${share}`);
});

test('when nothing tells labels apart then a fold is scored by the shares outside it', async () => {
  const blank = { ...rows.features, data: new Float32Array(ROWS * COLUMNS) };
  // Label 0 fills the first fold, and is rare in the others.
  const targets = Uint16Array.from(folds, (fold, row) => (fold === 0 || row % 7 === 0 ? 0 : 1));
  for (const classWeights of ['balanced', 'none'] as const) {
    const head = { ...PLAIN_HEAD, classWeights };
    const options = { head, path: [1], tolerance: 1e-9 };
    const { probabilities } = await search(options, { features: blank, targets });
    for (const { fitted, held } of foldRows(folds)) {
      const share = fitted.filter((row) => targets[row] === 0).length / fitted.length;
      for (const row of held) near(probabilities[LABELS * row], share, 1e-4);
    }
  }
});

test('when it is called off then it ends', async () => {
  const signal = AbortSignal.abort(new Error('called off'));
  await assert.rejects(search({ signal }), /called off/);
});

test('when a fold number is left out then the others are scored', async () => {
  const some = folds.map((fold) => 2 * fold);
  assert.deepEqual(await search({ path: [1] }, rows, some), await search({ path: [1] }));
});
