import assert from 'node:assert/strict';
import test from 'node:test';
import { applyHead } from '../../src/head/head.ts';
import { RETRAIN_DEFAULTS } from '../../src/options/commands.ts';
import { predictHeldOut, TOO_FEW } from '../../src/training/held-out.ts';
import { describeOod, encodeSettledOod, settle } from '../../src/training/settle.ts';
import { describeCalibration } from '../../src/training/settle-calibration.ts';
import { largestDifference } from '../helpers/make-examples.ts';
import { FIT, learnPool, makePool } from '../helpers/make-pool.ts';

const LABELS = ['a', 'b'];

async function settled(options = {}, stated?: (shares: readonly number[]) => number[]) {
  const pool = makePool(120, 2, 0);
  const learned = await learnPool(pool, 2);
  const wanted = { learn: { fit: FIT }, seed: 0, signal: undefined };
  const heldOut = await predictHeldOut(pool, LABELS, learned, undefined, wanted);
  const all = { ...RETRAIN_DEFAULTS, ...options };
  assert.ok(typeof heldOut !== 'string', `${heldOut}`);
  return { pool, learned, heldOut, settled: settle(pool, LABELS, learned, heldOut, stated, all) };
}

test('when a prevalence is stated then odds of head and held-out predictions move alike', async () => {
  const without = await settled();
  const rare = await settled({}, () => [0.1, 0.9]);
  const { features } = without.pool;
  const odds = (p: Float64Array) => Array.from({ length: 5 }, (_, i) => p[2 * i] / p[2 * i + 1]);
  const before = odds(applyHead(without.settled.head, features));
  const after = odds(applyHead(rare.settled.head, features));
  // From 1:1 to 1:9, whatever the temperature; biases are float32.
  for (const [i, value] of after.entries()) assert.ok(Math.abs((9 * value) / before[i] - 1) < 1e-4);
  const { probabilities } = without.heldOut;
  const held = odds(without.settled.finish(probabilities));
  const moved = odds(rare.settled.finish(probabilities));
  for (const [i, value] of moved.entries()) assert.ok(Math.abs((9 * value) / held[i] - 1) < 1e-9);
  assert.deepEqual(rare.settled.shares, [0.1, 0.9]);
});

test('when a temperature is settled then head and held-out predictions are divided alike', async () => {
  const { pool, learned, settled: found } = await settled();
  const { temperature } = found.calibration;
  const logits = (p: Float64Array) => Array.from(p, Math.log);
  const plain = applyHead(learned.final.head, pool.features);
  const [a, b] = [logits(applyHead(found.head, pool.features)), logits(found.finish(plain))];
  assert.ok(largestDifference(a, b) < 1e-4, `${temperature}`);
});

test('when calibration is off or nothing is held out then the temperature is 1 and says why', async () => {
  const { pool, learned, settled: off } = await settled({ calibration: 'none' });
  assert.deepEqual([off.calibration.method, off.calibration.temperature], ['none', 1]);
  assert.equal(
    describeCalibration(off.calibration),
    'temperature 1: switched off by --calibration none',
  );
  const none = settle(pool, LABELS, learned, TOO_FEW, undefined, RETRAIN_DEFAULTS);
  assert.match(describeCalibration(none.calibration), /^temperature 1: a label has too few/);
  assert.equal(none.reliability, undefined);
});

test('when there are enough images then what is familiar is kept, else an empty file', async () => {
  const { settled: enough } = await settled();
  assert.equal(describeOod(enough, 120)?.images, 120);
  assert.ok(encodeSettledOod(enough).length > 0);
  const pool = makePool(8, 2, 0);
  const few = settle(pool, LABELS, await learnPool(pool, 2), TOO_FEW, undefined, RETRAIN_DEFAULTS);
  assert.equal(describeOod(few, 8), null);
  assert.equal(encodeSettledOod(few).length, 0);
});
