import assert from 'node:assert/strict';
import test from 'node:test';
import { searchL2 } from '../../src/head/search-l2.ts';
import {
  type ChooseL2Options,
  chooseL2,
  DEFAULT_L2,
  describeL2,
} from '../../src/training/choose-l2.ts';
import { innerFolds } from '../../src/training/inner-folds.ts';
import type { Pool } from '../../src/training/pool.ts';
import { FIT, makePool, makeTwins } from '../helpers/make-pool.ts';

const LABELS = ['a', 'b'];
const OPTIONS: ChooseL2Options = { head: FIT, given: undefined };

const choose = (pool: Pool, change: Partial<ChooseL2Options> = {}) =>
  chooseL2(pool, LABELS, { ...OPTIONS, ...change });

/** The first `count` rows are for validation, of which `ofLabel1` bear label 1. */
function withValidation(count: number, ofLabel1: number): Pool {
  const pool = makePool(count + 40, 2, 0);
  const targets = pool.targets.map((target, row) =>
    row < count ? Number(row < ofLabel1) : target,
  );
  return { ...pool, targets, isValidation: pool.units.map((_, row) => row < count) };
}

test('when 200 validation images, 30 of each label, are there then they choose alone', async () => {
  assert.equal((await choose(withValidation(200, 30))).by, 'validation');
  assert.equal((await choose(withValidation(200, 170))).by, 'validation');
  for (const few of [withValidation(199, 100), withValidation(200, 29), withValidation(200, 171)]) {
    assert.equal((await choose(few)).by, 'inner folds');
  }
});

test('when validation images choose then the others alone are fitted on', async () => {
  const pool = withValidation(200, 100);
  const folds = pool.isValidation.map((held) => (held ? 0 : -1));
  const { l2, path, end } = await searchL2(pool, folds, 2, FIT);
  assert.deepEqual(await choose(pool), { l2, by: 'validation', path, end });
});

test('when inner folds choose then no unit is cut', async () => {
  // Noise: the less is learnt of it, the better, unless twins give each other away.
  const whole = await choose(makeTwins(60, 2, true));
  assert.deepEqual([whole.by, whole.l2, whole.end], ['inner folds', 30, 'strongest']);
  const cut = await choose(makeTwins(60, 2, false));
  assert.ok(cut.l2 < 1, `${cut.l2}`);
});

test('when a strength is given, or nothing may be held out, then none is tried', async () => {
  const given = await choose(makePool(60, 2, 5), { given: 3 });
  assert.deepEqual(given, { l2: 3, by: 'given', path: [] });
  assert.equal(describeL2(given), 'L2 strength 3, as given');
  const fallback = { l2: DEFAULT_L2, by: 'default', path: [] };
  const oneUnit = { ...makePool(20, 2, 0), units: Array<number>(20).fill(0) };
  const none = await choose(oneUnit);
  assert.deepEqual(none, fallback);
  assert.equal(
    describeL2(none),
    'L2 strength 0.1, the default: a label has too few independent images to hold any out',
  );
  const { by, path } = await choose(makePool(60, 2, 0));
  assert.ok(by === 'inner folds' && path.length > 1, `${by}, ${path.length}`);
});

test('when inner folds are made then there are five, or as many as a label has units', () => {
  const count = (pool: Pool, most?: number) =>
    new Set(innerFolds(pool, LABELS, 0, most) ?? []).size;
  assert.equal(count(makePool(60, 2, 0)), 5);
  assert.equal(count(makePool(60, 2, 0), 10), 10);
  assert.equal(count(makePool(6, 2, 0)), 3);
  assert.equal(innerFolds(makePool(3, 2, 0), LABELS, 0), undefined);
  const twins = makeTwins(30, 2, true);
  const folds = innerFolds(twins, LABELS, 0) ?? [];
  for (let row = 0; row < 60; row += 2) assert.equal(folds[row], folds[row + 1]);
});
