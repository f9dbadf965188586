import assert from 'node:assert/strict';
import test from 'node:test';
import { createMatrix } from '../../src/base/matrix.ts';
import { applyHead } from '../../src/head/head.ts';
import { fitPool, withFixedSteps } from '../../src/training/fit-pool.ts';
import type { Pool } from '../../src/training/pool.ts';
import { FIT, makePool } from '../helpers/make-pool.ts';
import { near } from '../helpers/near.ts';
import { assertRejects } from '../helpers/rejects.ts';
import { optimizer } from '../helpers/run-fit.ts';

/** 30 rows of label 0 and 10 of label 1 that nothing tells apart. */
const blank: Pool = {
  ...makePool(40, 2, 0),
  features: createMatrix(40, 6),
  targets: Uint16Array.from({ length: 40 }, (_, row) => (row % 4 === 0 ? 1 : 0)),
};

const scoreOf = async (pool: Pool, classWeights: 'balanced' | 'none') => {
  const fitted = await fitPool(pool, 2, { ...FIT, classWeights });
  return { ...fitted, score: applyHead(fitted.head, createMatrix(1, 6))[0] };
};

test('when nothing tells labels apart then their shares are the scores, also of balanced weights', async () => {
  for (const classWeights of ['none', 'balanced'] as const) {
    const { shares, score } = await scoreOf(blank, classWeights);
    near(shares[0], 0.75);
    near(score, 0.75, 1e-5);
  }
});

test('when variants change the shares then the head holds at those of the images', async () => {
  // Three variants of each image of label 1, as many rows as the other label has images.
  const sourceOf = [...blank.targets.keys()].flatMap((row) =>
    blank.targets[row] === 1 ? [row, row] : [],
  );
  const pool = { ...blank, variants: { features: createMatrix(sourceOf.length, 6), sourceOf } };
  for (const classWeights of ['none', 'balanced'] as const) {
    const { shares, score } = await scoreOf(pool, classWeights);
    near(shares[0], 0.75);
    near(score, 0.75, 1e-5);
  }
});

test('when validation rows are watched then the head does not learn from them', async () => {
  const [pool, other] = [makePool(40, 2, 0), makePool(20, 2, 0)];
  const watched = await fitPool(pool, 2, FIT, { validation: other });
  assert.deepEqual(watched.head, (await fitPool(pool, 2, FIT)).head);
});

test('when early stopping has found its steps then the same fit makes them, withFixedSteps', () => {
  const sgd = { ...FIT, optimizer: optimizer('sgd', 50) };
  assert.deepEqual(withFixedSteps({ ...sgd, earlyStoppingPatience: 2 }, 7), {
    ...sgd,
    optimizer: optimizer('sgd', 7),
    evalStepInterval: 0,
  });
  assert.equal(withFixedSteps(sgd, 7).optimizer.steps, 50);
});

test('when weights grow the weights diverged then the rate is named', async () => {
  const wild = { ...FIT, l2: 1, optimizer: optimizer('sgd', 50, { learningRate: 1e60 }) };
  const fit = () => fitPool(makePool(40, 2, 0), 2, wild);
  await assertRejects(
    fit,
    2,
    /the weights diverged \(sgd, --learning_rate 1e\+60\)/,
    /--optimizer/,
  );
});
