import assert from 'node:assert/strict';
import test from 'node:test';
import { fitPool } from '../../src/training/fit-pool.ts';
import { takePool, trainingRows, validationRows } from '../../src/training/pool.ts';
import { trainHead } from '../../src/training/train-head.ts';
import { changeRows, FIT, makePool } from '../helpers/make-pool.ts';
import { optimizer } from '../helpers/run-fit.ts';

test('when there are validation images then the first fit has not seen them, the last one has', async () => {
  const pool = makePool(60, 2, 5);
  const other = changeRows(pool, validationRows(pool), 2);
  const [one, two] = [await trainHead(pool, 2, FIT), await trainHead(other, 2, FIT)];
  assert.deepEqual(one.beforeRefit.head, two.beforeRefit.head);
  assert.notDeepEqual(one.final.head, two.final.head);
  assert.equal(one.refitted, true);
  assert.deepEqual(one.final.head, (await fitPool(pool, 2, FIT)).head);
  const training = takePool(pool, trainingRows(pool));
  assert.deepEqual(one.beforeRefit.head, (await fitPool(training, 2, FIT)).head);
});

test('when there are none then nothing is refitted', async () => {
  const { final, beforeRefit, refitted } = await trainHead(makePool(60, 2, 0), 2, FIT);
  assert.equal(refitted, false);
  assert.equal(final, beforeRefit);
});

test('when the first fit stops early then the refit makes the steps that were best', async () => {
  const pool = makePool(60, 2, 3);
  const fit = {
    ...FIT,
    l2: 0,
    optimizer: optimizer('sgd', 400, { learningRate: 0.5 }),
    earlyStoppingPatience: 2,
    evalStepInterval: 5,
  };
  const { final, beforeRefit, history } = await trainHead(pool, 2, fit);
  const { bestSteps, stoppedEarly, steps } = beforeRefit.result;
  assert.ok(stoppedEarly && bestSteps < steps, `${bestSteps} of ${steps}`);
  assert.equal(final.result.steps, bestSteps);
  assert.equal(history.length, Math.floor((steps - 1) / 5) + 1);
});
