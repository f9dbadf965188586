import assert from 'node:assert/strict';
import test from 'node:test';
import { accuracy } from '../../src/head/softmax.ts';
import { predictHeldOut } from '../../src/training/held-out.ts';
import { TOO_FEW } from '../../src/training/inner-folds.ts';
import { trainHead } from '../../src/training/train-head.ts';
import { FIT, makePool, makeTwins, trainPool } from '../helpers/make-pool.ts';
import { optimizer } from '../helpers/run-fit.ts';

const LABELS = ['a', 'b'];
const OPTIONS = { fit: FIT, hasInitialHead: false };

test('when validation images are few then every row is predicted by a head without its fold', async () => {
  const pool = makePool(60, 2, 10);
  const trained = await trainPool(pool, 2);
  const heldOut = await predictHeldOut(pool, LABELS, trained, undefined, OPTIONS);
  assert.ok(typeof heldOut !== 'string', `${heldOut}`);
  assert.equal(heldOut.of, 'out-of-fold predictions');
  assert.equal(heldOut.rows.length, 60);
  assert.deepEqual([...new Set(Array.from(heldOut.folds ?? []))].sort(), [0, 1, 2, 3, 4]);
  // What only row 0 has is known to no head that predicts it, and to all that predict others.
  const marked = makePool(60, 2, 10);
  for (let row = 0; row < 60; row++) marked.features.data[row * 6 + 5] = row === 0 ? 9 : 0;
  const blank = makePool(60, 2, 10);
  for (let row = 0; row < 60; row++) blank.features.data[row * 6 + 5] = 0;
  const predict = async (some: typeof pool) => {
    const found = await predictHeldOut(some, LABELS, trained, undefined, OPTIONS);
    return typeof found === 'string' ? [] : found.probabilities;
  };
  const [with0, without] = [await predict(marked), await predict(blank)];
  assert.deepEqual([...with0].slice(0, 2), [...without].slice(0, 2));
  assert.notDeepEqual([...with0].slice(2), [...without].slice(2));
});

test('when validation images are many then they are predicted by the head before the refit', async () => {
  const pool = makePool(800, 2, 3);
  const trained = await trainPool(pool, 2);
  const heldOut = await predictHeldOut(pool, LABELS, trained, undefined, OPTIONS);
  assert.ok(typeof heldOut !== 'string', `${heldOut}`);
  assert.equal(heldOut.of, 'validation images');
  assert.equal(heldOut.rows.length, pool.isValidation.filter(Boolean).length);
  assert.ok(heldOut.rows.every((row) => pool.isValidation[row]));
});

test('when predictions of --folds are there then they are taken', async () => {
  const pool = makePool(30, 2, 0);
  const trained = await trainPool(pool, 2);
  const probabilities = new Float64Array(60).fill(0.5);
  const folds = Uint16Array.from({ length: 30 }, (_, row) => row % 3);
  const crossValidated = { metrics: {} as never, folds, probabilities };
  const heldOut = await predictHeldOut(pool, LABELS, trained, crossValidated, OPTIONS);
  assert.ok(typeof heldOut !== 'string', `${heldOut}`);
  assert.equal(heldOut.probabilities, probabilities);
  assert.equal(heldOut.folds, folds);
});

test('when a label has one unit only then there is nothing to hold out', async () => {
  const pool = makePool(20, 2, 0);
  const units = Array.from(pool.targets, (target, row) => (target === 0 ? 0 : row));
  const trained = await trainPool(pool, 2);
  const torn = { ...pool, units };
  assert.equal(await predictHeldOut(torn, LABELS, trained, undefined, OPTIONS), TOO_FEW);
});

test('when training began at another head then only L-BFGS predicts as if it had not', async () => {
  const pool = makePool(40, 2, 0);
  const trained = await trainPool(pool, 2);
  const predict = (fit: typeof FIT, hasInitialHead: boolean) =>
    predictHeldOut(pool, LABELS, trained, undefined, { fit, hasInitialHead });
  const sgd = { ...FIT, optimizer: optimizer('sgd', 1) };
  assert.match(`${await predict(sgd, true)}`, /may have been trained on/);
  assert.notEqual(typeof (await predict(sgd, false)), 'string');
  assert.deepEqual(await predict(FIT, true), await predict(FIT, false));
});

test('when images belong together then a head that has seen one predicts none of the others', async () => {
  const accuracyOf = async (whole: boolean) => {
    const twins = makeTwins(60, 2, whole);
    const trained = await trainPool(twins, 2);
    const heldOut = await predictHeldOut(twins, LABELS, trained, undefined, OPTIONS);
    assert.ok(typeof heldOut !== 'string', `${heldOut}`);
    return accuracy(heldOut.probabilities, heldOut.targets, 2);
  };
  const [whole, cut] = [await accuracyOf(true), await accuracyOf(false)];
  assert.ok(whole < 0.65 && cut > 0.75, `${whole}, ${cut}`);
});

test('when the first fit stopped early then the heads of the folds make its best steps', async () => {
  const pool = makePool(40, 2, 4);
  const sgd = (steps: number) => ({ ...FIT, optimizer: optimizer('sgd', steps) });
  const trained = await trainHead(pool, 2, sgd(3));
  const predict = (fit: typeof FIT) =>
    predictHeldOut(pool, LABELS, trained, undefined, { ...OPTIONS, fit });
  const stopping = { ...sgd(50), earlyStoppingPatience: 2 };
  assert.deepEqual(await predict(stopping), await predict(sgd(3)));
  assert.notDeepEqual(await predict(sgd(50)), await predict(sgd(3)));
});
