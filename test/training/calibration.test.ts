import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { calibrate } from '../../src/metrics/temperature.ts';
import { chooseCalibration, describeCalibration } from '../../src/training/calibration.ts';
import type { HeldOut } from '../../src/training/held-out.ts';

/** Right in `share` of 200 predictions, all of them said with certainty 0.99. */
function makeHeldOut(share: number): HeldOut {
  const random = createRandom(1, 'held out');
  const rows = Array.from({ length: 200 }, (_, row) => row);
  const targets = Uint16Array.from(rows, (row) => row % 2);
  const probabilities = new Float64Array(400).fill(0.01);
  for (const row of rows) {
    const said = random.uniform() < share ? targets[row] : 1 - targets[row];
    probabilities[2 * row + said] = 0.99;
  }
  const folds = rows.map((row) => row % 5);
  return { of: 'out-of-fold predictions', rows, targets, probabilities, folds };
}

test('when predictions are too certain then a temperature above 1 is fitted to them', async () => {
  const heldOut = makeHeldOut(0.8);
  const { calibration, reliability } = await chooseCalibration(heldOut, 2, 'temperature');
  const found = await calibrate(heldOut.probabilities, heldOut.targets, 2, heldOut.folds);
  assert.equal(calibration.temperature, found.temperature);
  assert.ok(calibration.temperature > 2, `${calibration.temperature}`);
  assert.deepEqual(
    [calibration.method, calibration.fitted_on, calibration.images, calibration.reason],
    ['temperature', 'out-of-fold predictions', 200, null],
  );
  assert.notDeepEqual(reliability?.before, reliability?.after);
  assert.match(
    describeCalibration(calibration),
    /^temperature \d\.\d{3}, fitted on out-of-fold predictions \(N=200\); log loss /,
  );
});

test('when a temperature does not help then 1 is kept, and both losses are told', async () => {
  const { calibration } = await chooseCalibration(makeHeldOut(0.99), 2, 'temperature');
  assert.equal(calibration.temperature, 1);
  assert.match(
    describeCalibration(calibration),
    /^temperature scaling not applied: it did not lower the log loss of out-of-fold predictions \(N=200\); log loss /,
  );
});

test('when nothing is held out, or calibration is off, then the reason stands in its place', async () => {
  for (const [heldOut, method, reason] of [
    ['too few', 'temperature', 'too few'],
    [makeHeldOut(0.8), 'none', 'turned off by --calibration none'],
  ] as const) {
    const { calibration, reliability } = await chooseCalibration(heldOut, 2, method);
    assert.equal(reliability, undefined);
    assert.equal(describeCalibration(calibration), `temperature scaling not applied: ${reason}`);
  }
});
