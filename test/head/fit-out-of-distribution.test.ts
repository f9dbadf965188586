import assert from 'node:assert/strict';
import test from 'node:test';
import { createMatrix, type Matrix, rowOf, takeRows } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { fitOodDetector } from '../../src/head/fit-out-of-distribution.ts';
import {
  isOutOfDistribution,
  type OodDetector,
  oodDistance,
} from '../../src/head/out-of-distribution.ts';
import { featuresOf } from '../helpers/features-of.ts';
import { DIAGNOSE, HEALTHDIAG } from '../helpers/run-cli.ts';

/** Images of `labels` kinds around means of their own, in turn: positive, as features are. */
function sample(rows: number, columns: number, labels: number, seed: number): Matrix {
  const random = createRandom(seed, 'sample');
  const means = createRandom(1, 'means');
  const centres = Array.from({ length: labels * columns }, () => 2 + 2 * means.uniform());
  const matrix = createMatrix(rows, columns);
  for (let at = 0; at < matrix.data.length; at++) {
    const label = Math.floor(at / columns) % labels;
    matrix.data[at] = Math.max(0, centres[label * columns + (at % columns)] + random.normal());
  }
  return matrix;
}

const everyNth = (rows: number, n: number) => Array.from({ length: rows }, (_, row) => row % n);
/** Changes every `labels` rows, so that each fold has all labels. */
const foldsOf = (rows: number, labels: number) =>
  Array.from({ length: rows }, (_, row) => Math.floor(row / labels) % 5);

function fit(features: Matrix, labels: number): OodDetector {
  const { rows } = features;
  const fitted = fitOodDetector(features, everyNth(rows, labels), labels, foldsOf(rows, labels));
  assert.ok(fitted.oodDetector, 'reason' in fitted ? fitted.reason : '');
  return fitted.oodDetector;
}

function shareFlagged(oodDetector: OodDetector, { rows, columns, data }: Matrix): number {
  const row = (i: number) => data.subarray(i * columns, (i + 1) * columns);
  return everyNth(rows, rows).filter((i) => isOutOfDistribution(oodDetector, row(i))).length / rows;
}

for (const [rows, columns, labels] of [
  [400, 20, 2],
  [60, 200, 3],
  [20, 40, 2],
]) {
  test(`of new images of the kind at most about 5 % are flagged, of another kind all (${rows} x ${columns})`, () => {
    const shares = [1, 2, 3, 4, 5, 6].map((seed) =>
      shareFlagged(
        fit(sample(rows, columns, labels, seed), labels),
        sample(300, columns, labels, 99),
      ),
    );
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    // At most 0.05 is expected; six fits to `rows` images leave a standard error below 0.02.
    assert.ok(mean < 0.09, `${mean}`);
    const other = createMatrix(50, columns);
    const random = createRandom(3, 'other');
    for (let at = 0; at < other.data.length; at++) {
      other.data[at] = at % 2 === 0 ? 6 + random.normal() : 0;
    }
    assert.equal(shareFlagged(fit(sample(rows, columns, labels, 1), labels), other), 1);
  });
}

test('the images fitted on lie at about 1', () => {
  const features = sample(400, 20, 2, 1);
  const oodDetector = fit(features, 2);
  const distances = everyNth(400, 400).map((row) => oodDistance(oodDetector, rowOf(features, row)));
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / 400;
  assert.ok(Math.abs(mean - 1) < 0.1, `${mean}`);
});

test('the same images give the same numbers', () => {
  assert.deepEqual(fit(sample(60, 30, 3, 1), 3), fit(sample(60, 30, 3, 1), 3));
});

test('a feature that never varied tells an image in which it does', () => {
  const features = sample(100, 10, 2, 1);
  for (let row = 0; row < 100; row++) features.data[row * 10] = 0;
  const oodDetector = fit(features, 2);
  const odd = rowOf(features, 0).slice();
  assert.equal(isOutOfDistribution(oodDetector, odd), false);
  odd[0] = 6;
  assert.equal(isOutOfDistribution(oodDetector, odd), true);
});

test('too few images, a label without any, or images all alike: nothing is said, and why', () => {
  const reasonOf = (features: Matrix, labels: number, folds = foldsOf(features.rows, 2)) => {
    const fitted = fitOodDetector(features, everyNth(features.rows, 2), labels, folds);
    return 'reason' in fitted ? fitted.reason : undefined;
  };
  assert.equal(reasonOf(sample(6, 20, 2, 1), 2), 'needs 19 images, found 6');
  assert.equal(reasonOf(sample(40, 20, 2, 1), 3), '1 of 3 labels have no images');
  const constant = createMatrix(40, 5);
  constant.data.fill(0.7);
  assert.match(reasonOf(constant, 2) ?? '', /^all images of each label have the same features$/);
  assert.match(
    reasonOf(sample(40, 20, 2, 1), 2, everyNth(40, 1)) ?? '',
    /outside one of the folds$/,
  );
});

test('three images of each of ten labels are enough to tell another kind', () => {
  const oodDetector = fit(sample(30, 60, 10, 1), 10);
  assert.ok(shareFlagged(oodDetector, sample(300, 60, 10, 7)) < 0.2);
});

test('of the drawn legs, those held out are familiar, features that are all alike are not', async () => {
  const { features, targets, paths } = await featuresOf(HEALTHDIAG);
  assert.equal(paths.length, 80);
  const folds = everyNth(80, 5);
  const held = everyNth(80, 80).filter((row) => row % 5 === 0);
  const rest = everyNth(80, 80).filter((row) => row % 5 !== 0);
  const fitted = fitOodDetector(
    takeRows(features, rest),
    rest.map((row) => targets[row]),
    2,
    rest.map((row) => folds[row]),
  );
  assert.ok(fitted.oodDetector);
  const share = shareFlagged(fitted.oodDetector, takeRows(features, held));
  assert.ok(share <= 2 / 16, `${share}`);
  const diagnose = (await featuresOf(DIAGNOSE)).features;
  assert.ok(shareFlagged(fitted.oodDetector, diagnose) <= 2 / 8);
  const flat = createMatrix(1, features.columns);
  flat.data.fill(1);
  assert.equal(shareFlagged(fitted.oodDetector, flat), 1);
});
