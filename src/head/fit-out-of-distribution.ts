// Fits the out-of-distribution detector: a Gaussian of training features, a held-out threshold.

import { type Matrix, rowOf } from '../base/matrix.ts';
import { foldRows } from '../data/folds.ts';
import {
  distanceOfUnit,
  type Gaussian,
  type OodDetector,
  unitLength,
} from './out-of-distribution.ts';
import { principalDirections } from './principal.ts';

export type FittedOodDetector =
  | { readonly oodDetector: OodDetector }
  | { readonly oodDetector: undefined; readonly reason: string };

/** In-distribution images that are called out-of-distribution: at most this share, on average. */
export const FALSE_ALARMS = 0.05;
/** Fewer held-out distances than this have no 95th percentile: 19 / (19 + 1). */
export const MIN_IMAGES = 19;
/** Directions with their own variance: 4 to 24 are about equally good (docs/explain.md). */
const MAX_DIRECTIONS = 16;
/** Degrees of freedom required per direction: with fewer, variances are meaningless. */
const ROWS_PER_DIRECTION = 4;
/** The directions are computed from at most this many rows; more cost time and change little. */
const MAX_ROWS = 1000;
/** Rounds for the folds, which start from the directions of all rows. */
const ROUNDS_NEAR = 2;
/** Share of the mean variance added to that of each feature, since some do not vary at all. */
const FLOOR = 0.01;

/**
 * A shared covariance around the labels' means (Lee et al. 2018, https://arxiv.org/abs/1807.03888)
 * of features scaled to length 1 (Mueller & Hein 2025, https://arxiv.org/abs/2505.18032), reduced
 * to its largest directions and one variance for the rest (Tipping & Bishop 1999, "Probabilistic
 * principal component analysis"). The threshold is the conformal quantile of the distances of
 * held-out images: of each fold, by the fit on the other folds.
 * @param features as the extractor gives them, `[n, features]`
 * @param targets label index of each row
 * @param folds fold of each row; rows of one unit must share a fold
 */
export function fitOodDetector(
  features: Matrix,
  targets: ArrayLike<number>,
  labels: number,
  folds: ArrayLike<number>,
): FittedOodDetector {
  const { rows } = features;
  if (rows < MIN_IMAGES) return nothing(`needs ${MIN_IMAGES} images, found ${rows}`);
  const absent = labels - new Set(Array.from(targets)).size;
  if (absent > 0) return nothing(`${absent} of ${labels} labels have no images`);
  const units = Array.from({ length: rows }, (_, row) => unitLength(rowOf(features, row)));
  const targetOf = (row: number) => targets[row];
  const gaussian = fitGaussian(units, Array.from(targets), labels);
  if (typeof gaussian === 'string') return nothing(gaussian);
  const distances = new Float64Array(rows);
  for (const { fitted, held } of foldRows(folds)) {
    const training = fitted.map((row) => units[row]);
    const others = fitGaussian(training, fitted.map(targetOf), labels, gaussian.directions);
    if (typeof others === 'string') return nothing(others);
    for (const row of held) distances[row] = distanceOfUnit(others, units[row]);
  }
  const rank = Math.ceil((rows + 1) * (1 - FALSE_ALARMS));
  const threshold = Math.fround(distances.sort()[rank - 1]);
  return { oodDetector: { ...gaussian, threshold } };
}

/**
 * @param units rows of length 1
 * @param near directions to start from, of a fit to more rows: then a few rounds are enough
 * @returns the reason when there can be none
 */
function fitGaussian(
  units: readonly Float64Array[],
  targets: readonly number[],
  labels: number,
  near?: Float32Array,
): Gaussian | string {
  const rows = units.length;
  const columns = units[0]?.length ?? 0;
  const freedom = rows - new Set(targets).size;
  if (freedom < 1) return 'no label has two images outside one of the folds';
  const means = labelMeans(units, targets, labels, columns);
  const deviations = new Float64Array(rows * columns);
  for (const [row, unit] of units.entries()) {
    const mean = targets[row] * columns;
    for (let j = 0; j < columns; j++) deviations[row * columns + j] = unit[j] - means[mean + j];
  }
  const scale = deviationScale(deviations, columns, freedom);
  if (scale === undefined) return 'all images of each label have the same features';
  for (let at = 0; at < deviations.length; at++) deviations[at] *= scale[at % columns];

  const count = Math.min(MAX_DIRECTIONS, columns - 1, Math.floor(freedom / ROWS_PER_DIRECTION));
  const some = thinned(deviations, columns);
  const begin = near && { start: near.subarray(0, count * columns), rounds: ROUNDS_NEAR };
  const { directions, squares } = principalDirections(some, columns, count, begin);
  const perSquare = deviations.length / some.length / freedom;
  const total = deviations.reduce((sum, value) => sum + value ** 2, 0) / freedom;
  const found = squares.reduce((sum, square) => sum + square * perSquare, 0);
  // If a few directions explain everything, the rest still gets some variance.
  const least = (FLOOR * total) / columns;
  return {
    means,
    scale,
    directions: Float32Array.from(directions),
    variances: Float32Array.from(squares, (square) => Math.max(square * perSquare, least)),
    residual: Math.fround(Math.max((total - found) / (columns - count), least)),
  };
}

function labelMeans(
  units: readonly Float64Array[],
  targets: readonly number[],
  labels: number,
  columns: number,
): Float32Array {
  const counts = new Float64Array(labels);
  for (const target of targets) counts[target]++;
  const sums = new Float64Array(labels * columns);
  for (const [row, unit] of units.entries()) {
    for (let j = 0; j < columns; j++) sums[targets[row] * columns + j] += unit[j];
  }
  return Float32Array.from(sums, (sum, at) => sum / counts[Math.floor(at / columns)]);
}

/** `[columns]`; undefined if nothing varies. */
function deviationScale(
  deviations: Float64Array,
  columns: number,
  freedom: number,
): Float32Array | undefined {
  const variances = new Float64Array(columns);
  for (let at = 0; at < deviations.length; at++) {
    variances[at % columns] += deviations[at] ** 2 / freedom;
  }
  const mean = variances.reduce((sum, value) => sum + value, 0) / columns;
  // For unit vectors in float32, rounding alone gives about 1e-15.
  if (!(mean > 1e-12)) return undefined;
  return Float32Array.from(variances, (variance) => 1 / Math.sqrt(variance + FLOOR * mean));
}

/** At most `MAX_ROWS` rows, evenly spaced. */
function thinned(rows: Float64Array, columns: number): Float64Array {
  const count = rows.length / columns;
  const kept = Math.min(count, MAX_ROWS);
  if (kept === count) return rows;
  const some = new Float64Array(kept * columns);
  for (let i = 0; i < kept; i++) {
    const from = Math.floor((i * count) / kept) * columns;
    some.set(rows.subarray(from, from + columns), i * columns);
  }
  return some;
}

function nothing(reason: string): FittedOodDetector {
  return { oodDetector: undefined, reason };
}
