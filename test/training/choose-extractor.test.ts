import assert from 'node:assert/strict';
import test from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import {
  choosingRows,
  compareNetworks,
  foldsToCompare,
  heldOutLosses,
} from '../../src/training/choose-extractor.ts';
import { crossValidate } from '../../src/training/cross-validate.ts';
import { FIT, makePool, makeTwins } from '../helpers/make-pool.ts';
import { near } from '../helpers/near.ts';
import { assertRejects } from '../helpers/rejects.ts';

const LABELS = ['a', 'b'];
const APART = [0, 1, 2, 3];
/** The best; the others differ from it by these, 0.15 on average. */
const BEST = [0.1, 0.3, 0.2, 0.2];
const plus = (...differences: number[]) =>
  Float64Array.from(differences, (difference, image) => BEST[image] + difference);
const BEST_LOSSES = plus(0, 0, 0, 0);

test('when a cheaper network is worse by more than a standard error then the best is kept', () => {
  const { networks, kept } = compareNetworks([plus(0.4, 0.3, -0.1, 0), BEST_LOSSES], [1, 2], APART);
  assert.equal(kept, 1);
  near(networks[0].logLoss, 0.35);
  near(networks[0].difference, 0.15);
  // Deviations 0.25, 0.15, -0.25 and -0.15, of squares 0.17 in all.
  near(networks[0].standardError, Math.sqrt(0.17 / 3 / 4));
  assert.deepEqual({ ...networks[1] }, { logLoss: 0.2, difference: 0, standardError: 0 });
});

test('when the same images come in two groups then the error is larger, and the cheaper one is kept', () => {
  const losses = [plus(0.4, 0.3, -0.1, 0), BEST_LOSSES];
  const { networks, kept } = compareNetworks(losses, [1, 2], [0, 0, 1, 1]);
  assert.equal(kept, 0);
  near(networks[0].standardError, 0.2);
});

test('when several are near the best then the cheapest of them is kept, but none that is further off', () => {
  const near1 = plus(0.3, -0.2, 0.3, -0.3);
  const far = plus(0.5, 0.4, 0.5, 0.4);
  const { kept, networks } = compareNetworks([BEST_LOSSES, near1, near1, far], [9, 5, 4, 1], APART);
  assert.equal(kept, 2);
  assert.equal(networks[1].difference <= networks[1].standardError, true);
});

test('when networks are equally good then the cheapest is kept; of equal costs, the better one', () => {
  assert.equal(compareNetworks([BEST_LOSSES, BEST_LOSSES], [2, 1], APART).kept, 1);
  const worse = plus(0.3, -0.2, 0.3, -0.3);
  assert.equal(compareNetworks([worse, BEST_LOSSES], [1, 1], APART).kept, 1);
  assert.equal(compareNetworks([BEST_LOSSES, worse], [1, 1], APART).kept, 0);
});

test('when losses are held out then no image is scored by a head that has seen its unit', async () => {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / 80;
  const options = { head: FIT, l2: 0.001 };
  const whole = mean(await heldOutLosses(makeTwins(40, 2, true), LABELS, options));
  const cut = mean(await heldOutLosses(makeTwins(40, 2, false), LABELS, options));
  assert.ok(whole > Math.log(2), `${whole}: the features are noise`);
  assert.ok(cut < whole / 2, `${cut} where twins are cut, ${whole} where they are not`);
});

test('when no L2 strength is given then each network has the one that suits it', async () => {
  const pool = makePool(60, 2, 5);
  const chosen = await heldOutLosses(pool, LABELS, { head: FIT, l2: undefined });
  const strong = await heldOutLosses(pool, LABELS, { head: FIT, l2: 100 });
  assert.ok(chosen.reduce((a, b) => a + b) < strong.reduce((a, b) => a + b) - 1, 'in all');
});

test('when a label has a single unit then nothing can be compared, and the label is named', () =>
  assertRejects(
    () => foldsToCompare({ units: [1, 2, 2, 3], targets: Uint16Array.of(0, 1, 1, 0) }, LABELS, 0),
    EXIT.input,
    'expected at least 2 independent groups of label b to compare networks on, found 1',
    /--extractor NAME$/,
  ));

test('when there are folds then the choice for each is on the images outside it', async () => {
  const pool = makePool(30, 2, 0);
  const [all, ...outside] = choosingRows(pool, LABELS, { folds: 3, seed: FIT.seed });
  assert.deepEqual(all, [...pool.units.keys()]);
  const options = { folds: 3, fit: FIT, l2: 0.1, prevalence: undefined };
  const { folds } = await crossValidate(pool, LABELS, options);
  for (const [fold, rows] of outside.entries()) {
    assert.deepEqual(
      rows,
      all.filter((row) => folds[row] !== fold),
    );
  }
  assert.deepEqual(choosingRows(pool, LABELS, { folds: 0, seed: 0 }), [all]);
});
