// The directions along which rows vary most: principal components, without a covariance matrix.

import { dotProduct } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';

/** Rounds where the directions need not be exact, only the same every time. */
const ROUNDS = 6;

export interface Principal {
  /** `[count, columns]`, row-major, orthonormal, in no particular order. */
  readonly directions: Float64Array;
  /** `[count]`: sum of squares of the rows along each direction. */
  readonly squares: Float64Array;
}

export interface PrincipalOptions {
  /** Rounds of multiplication: the more, the nearer to the components themselves. */
  readonly rounds?: number;
  /** `[count, columns]`: directions to begin with; default: drawn from a fixed seed. */
  readonly start?: ArrayLike<number>;
}

/**
 * Subspace iteration from a seeded start (Halko, Martinsson & Tropp 2011, algorithm 4.4,
 * https://arxiv.org/abs/0909.4061): `rounds x rows x columns x count` multiplications, so that
 * thousands of features cost seconds, not the minutes of a full decomposition.
 * @param rows float64 `[n, columns]`, row-major, centred
 * @param count at most the smaller of n and columns; where the rows vary along fewer directions
 *   the others have squares of about 0
 */
export function principalDirections(
  rows: Float64Array,
  columns: number,
  count: number,
  { rounds = ROUNDS, start = drawnStart(count * columns) }: PrincipalOptions = {},
): Principal {
  let directions = Float64Array.from(start);
  orthonormalise(directions, columns);
  for (let round = 0; round < rounds; round++) {
    directions = multiplyByCovariance(rows, directions, columns);
    orthonormalise(directions, columns);
  }
  const squares = new Float64Array(count);
  for (let row = 0; row < rows.length; row += columns) {
    for (let k = 0; k < count; k++) {
      squares[k] += dotProduct(rows, row, directions, k * columns, columns) ** 2;
    }
  }
  return { directions, squares };
}

function drawnStart(length: number): Float64Array {
  const random = createRandom(0, 'principal directions');
  return Float64Array.from({ length }, () => random.normal());
}

/** Sum over rows of `(row . direction) row`, for each direction. */
function multiplyByCovariance(
  rows: Float64Array,
  directions: Float64Array,
  columns: number,
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(directions.length);
  for (let row = 0; row < rows.length; row += columns) {
    for (let at = 0; at < directions.length; at += columns) {
      const along = dotProduct(rows, row, directions, at, columns);
      for (let j = 0; j < columns; j++) sums[at + j] += along * rows[row + j];
    }
  }
  return sums;
}

/** Gram-Schmidt, twice over each vector against rounding; a vector that vanishes becomes 0. */
function orthonormalise(vectors: Float64Array, columns: number): void {
  for (let at = 0; at < vectors.length; at += columns) {
    const before = Math.sqrt(dotProduct(vectors, at, vectors, at, columns));
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < at; other += columns) {
        const along = dotProduct(vectors, at, vectors, other, columns);
        for (let j = 0; j < columns; j++) vectors[at + j] -= along * vectors[other + j];
      }
    }
    const length = Math.sqrt(dotProduct(vectors, at, vectors, at, columns));
    const scale = length > 1e-9 * before ? 1 / length : 0;
    for (let j = 0; j < columns; j++) vectors[at + j] *= scale;
  }
}
