// Projects features to two dimensions, their first two principal components, for the map.

import { dot, type Matrix, rowOf, takeRows } from '../base/matrix.ts';
import { principalDirections } from '../head/principal.ts';
import { fitStandardisation, type Standardisation, standardise } from '../head/standardise.ts';

/** Each row's coordinates along the two directions of largest variance. */
export interface Projection {
  /** `[rows]` */
  readonly points: readonly (readonly [number, number])[];
  /** Shares of the variance that the two directions explain, 0..1. */
  readonly explained: readonly [number, number];
}

/** Directions are found on this many evenly spaced rows: more do not change the map visibly. */
const FITTED_ROWS = 1_000;
/** More points than this hide each other on the map. */
export const DRAWN_ROWS = 2_000;
/** Directions iterated together: with more of them, the first two converge sooner. */
const BLOCK = 12;
/** Rounds within this block, where they cost next to nothing. */
const ROUNDS = 100;

/**
 * Principal components of the standardised features, by orthogonal iteration from a fixed start
 * (Golub and Van Loan, Matrix Computations, 8.2.4). The largest weight of a direction is made positive,
 * so that the map is not mirrored from run to run.
 * @param features `[n, d]`, as extracted
 */
export function projectFeatures(features: Matrix): Projection {
  const fitted = takeRows(features, evenly(features.rows, FITTED_ROWS));
  const standardisation = fitStandardisation(fitted);
  const sample = standardise(fitted, standardisation);
  const total = sample.data.reduce((sum, value) => sum + value ** 2, 0);
  if (total === 0) {
    return { points: Array.from({ length: features.rows }, () => [0, 0]), explained: [0, 0] };
  }
  const [first, second] = firstTwo(sample);
  const x = coordinates(features, standardisation, signed(first.direction));
  const y = coordinates(features, standardisation, signed(second.direction));
  return {
    points: Array.from(x, (value, row) => [value, y[row]] as const),
    explained: [first.spread / total, second.spread / total],
  };
}

/** Coordinate of each row along a direction, `[n]`; the features are standardised without a copy. */
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
 * The rows to draw, ascending: all where they are few, else those in `keep` (the mistakes) and evenly
 * spaced others, about 2,000 in all.
 */
export function drawnRows(rows: number, keep: readonly number[]): number[] {
  if (rows <= DRAWN_ROWS) return evenly(rows, rows);
  const others = evenly(rows, Math.max(0, DRAWN_ROWS - keep.length));
  return [...new Set([...keep, ...others])].sort((a, b) => a - b);
}

/** `count` evenly spaced numbers of `0..rows - 1`, or all where there are fewer. */
function evenly(rows: number, count: number): number[] {
  const taken = Math.min(rows, count);
  return Array.from({ length: taken }, (_, at) => Math.floor((at * rows) / taken));
}

interface Direction {
  /** `[d]`, of length 1, or zero where there is no such direction. */
  readonly direction: Float64Array;
  /** Sum of squares along it. */
  readonly spread: number;
}

/** A few rounds find the space of the largest directions, many rounds the two within it. */
function firstTwo({ data, columns }: Matrix): [Direction, Direction] {
  const rows = Float64Array.from(data);
  const count = Math.min(BLOCK, columns);
  const { directions: space, along } = principalDirections(rows, columns, count);
  const pair = Math.min(2, count);
  const { directions, squares } = principalDirections(along, count, pair, { rounds: ROUNDS });
  const found = Array.from(squares, (spread, k) => {
    const direction = new Float64Array(columns);
    for (let at = 0; at < space.length; at++) {
      direction[at % columns] += directions[k * count + Math.floor(at / columns)] * space[at];
    }
    return { direction, spread };
  }).sort((a, b) => b.spread - a.spread);
  // A second direction is needed even of one feature.
  return [found[0], found[1] ?? { direction: new Float64Array(columns), spread: 0 }];
}

function signed(direction: Float64Array): Float64Array {
  const largest = direction.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
}
