// Features in two dimensions, for a map: their first two principal components.

import { type Matrix, rowOf, takeRows } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';
import { fitStandardisation, type Standardisation, standardise } from '../head/standardise.ts';

/** Where each row lies in the two directions of largest spread. */
export interface Projection {
  /** `[rows]` */
  readonly points: readonly (readonly [number, number])[];
  /** Shares of the variance that the two directions explain, 0..1. */
  readonly explained: readonly [number, number];
}

/** Directions are found on so many rows, evenly spaced: more do not move a map visibly. */
const FITTED_ROWS = 1_000;
/** More points than this on a map hide each other. */
export const DRAWN_ROWS = 2_000;
/** Directions iterated together: the more, the sooner the first two are found. */
const BLOCK = 6;
const MOST_ITERATIONS = 40;
/** Relative change of the two variances at which the iteration ends: directions are off by its root. */
const SETTLED = 1e-7;

/**
 * Principal components of the standardised features, by orthogonal iteration from a fixed start
 * (Golub and Van Loan, Matrix Computations, 8.2.4). The largest weight of a direction is positive,
 * so the map is never mirrored from run to run.
 * @param features `[n, d]`, as extracted
 */
export function projectFeatures(features: Matrix): Projection {
  const fitted = takeRows(features, evenly(features.rows, FITTED_ROWS));
  const standardisation = fitStandardisation(fitted);
  const sample = standardise(fitted, standardisation);
  const total = sumOfSquares(sample.data);
  if (total === 0) {
    return { points: Array.from({ length: features.rows }, () => [0, 0]), explained: [0, 0] };
  }
  const [first, second] = principalDirections(sample);
  const x = coordinates(features, standardisation, signed(first.direction));
  const y = coordinates(features, standardisation, signed(second.direction));
  return {
    points: Array.from(x, (value, row) => [value, y[row]] as const),
    explained: [first.spread / total, second.spread / total],
  };
}

/** Of each row along a direction, `[n]`; the features are standardised without a copy of them. */
function coordinates(
  features: Matrix,
  { mean, scale }: Standardisation,
  direction: Float64Array,
): Float64Array {
  const weights = direction.map((value, column) => value * scale[column]);
  const offset = dot(mean, weights);
  return Float64Array.from(
    { length: features.rows },
    (_, row) => dot(rowOf(features, row), weights) - offset,
  );
}

/**
 * The rows to draw of `rows`, rising: all where they are few, else those of `keep` (the mistakes)
 * and others evenly spaced, about 2,000 in all.
 */
export function drawnRows(rows: number, keep: readonly number[]): number[] {
  if (rows <= DRAWN_ROWS) return evenly(rows, rows);
  const others = evenly(rows, Math.max(0, DRAWN_ROWS - keep.length));
  return [...new Set([...keep, ...others])].sort((a, b) => a - b);
}

/** `count` of `0..rows - 1`, or all where there are fewer. */
function evenly(rows: number, count: number): number[] {
  const taken = Math.min(rows, count);
  return Array.from({ length: taken }, (_, at) => Math.floor((at * rows) / taken));
}

interface Principal {
  /** `[d]`, of length 1, or zero where there is no such direction. */
  readonly direction: Float64Array;
  /** Sum of squares along it. */
  readonly spread: number;
}

/** At least two, by falling spread. */
function principalDirections(sample: Matrix): Principal[] {
  const { columns } = sample;
  const random = createRandom(0, 'projection');
  // A second direction is needed even of one feature: it is then zero.
  const start = Array.from({ length: Math.max(2, Math.min(BLOCK, columns)) }, () =>
    Float64Array.from({ length: columns }, () => random.normal()),
  );
  let directions = orthonormal(start);
  let spread = directions.map(() => 0);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const images = multiplyByCovariance(sample, directions);
    const before = spread;
    spread = images.map((image, at) => dot(image, directions[at]));
    directions = orthonormal(images);
    const moved = Math.max(...[0, 1].map((at) => Math.abs(spread[at] - before[at])));
    if (moved <= SETTLED * spread[0]) break;
  }
  return directions
    .map((direction, at) => ({ direction, spread: spread[at] }))
    .sort((a, b) => b.spread - a.spread);
}

/** `X' (X v)` of each direction `v`, `[columns]`, without forming `X' X`. */
function multiplyByCovariance(sample: Matrix, directions: readonly Float64Array[]): Float64Array[] {
  const images = directions.map(() => new Float64Array(sample.columns));
  for (let row = 0; row < sample.rows; row++) {
    const values = rowOf(sample, row);
    for (const [at, direction] of directions.entries()) {
      addScaled(images[at], values, dot(values, direction));
    }
  }
  return images;
}

/** Gram-Schmidt, twice for the sake of rounding; what depends on those before it becomes zero. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const result: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = Float64Array.from(vector);
    const length = Math.sqrt(sumOfSquares(rest));
    for (const earlier of [...result, ...result]) addScaled(rest, earlier, -dot(rest, earlier));
    const left = Math.sqrt(sumOfSquares(rest));
    const scale = left > DEPENDENT * length ? 1 / left : 0;
    result.push(rest.map((value) => value * scale));
  }
  return result;
}

/** What is left of a dependent vector is rounding. */
const DEPENDENT = 1e-10;

function signed(direction: Float64Array): Float64Array {
  const largest = direction.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
}

function dot(a: Float32Array | Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < b.length; at++) sum += a[at] * b[at];
  return sum;
}

function addScaled(to: Float64Array, from: Float32Array | Float64Array, factor: number): void {
  for (let at = 0; at < to.length; at++) to[at] += factor * from[at];
}

function sumOfSquares(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
