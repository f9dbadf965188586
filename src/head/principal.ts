// Principal components, the directions of largest variance, without a covariance matrix.

import { createRandom } from '../base/random.ts';
import { BLOCK_ROWS, createBlock, multiply, multiplyTransposed } from './kernels.ts';

/** Rounds when the directions need not be exact, only reproducible. */
const ROUNDS = 6;

export interface Principal {
  /** `[count, columns]`, row-major, orthonormal, in no particular order. */
  readonly directions: Float64Array;
  /** `[n, count]`: of each row along each direction. */
  readonly along: Float64Array;
  /** `[count]`: sum of squares along each direction. */
  readonly squares: Float64Array;
}

export interface PrincipalOptions {
  /** Rounds of multiplication: the more, the closer to the principal components. */
  readonly rounds?: number;
  /** `[count, columns]`: initial directions; default: drawn from a fixed seed. */
  readonly start?: ArrayLike<number>;
}

/**
 * Subspace iteration from a seeded start (Halko, Martinsson & Tropp 2011, algorithm 4.4,
 * https://arxiv.org/abs/0909.4061): `rounds x rows x columns x count` multiplications, so that
 * thousands of features cost seconds, not the minutes of a full decomposition.
 * @param rows float64 `[n, columns]`, row-major, centred
 * @param count at most the smaller of n and columns; if the rows vary along fewer directions,
 *   the others have squares of about 0
 */
export function principalDirections(
  rows: Float64Array,
  columns: number,
  count: number,
  { rounds = ROUNDS, start = drawnStart(count * columns) }: PrincipalOptions = {},
): Principal {
  const n = rows.length / columns;
  const none = new Float64Array(count);
  // Rows of padding at the end, which the products write to.
  const along = new Float64Array((n + BLOCK_ROWS) * count);
  const blocks = Array.from({ length: Math.ceil(n / BLOCK_ROWS) }, (_, i) => {
    const some = rows.subarray(i * BLOCK_ROWS * columns, (i + 1) * BLOCK_ROWS * columns);
    const block = createBlock(some.length / columns, columns);
    block.count = some.length / columns;
    block.x.set(some);
    return { block, out: along.subarray(i * BLOCK_ROWS * count) };
  });
  let directions = Float64Array.from(start);
  orthonormalise(directions, columns);
  for (let round = 0; round < rounds; round++) {
    // Sum over rows of `(row . direction) row`, for each direction.
    const sums = new Float64Array(directions.length);
    for (const { block, out } of blocks) {
      multiply(block, directions, none, out);
      multiplyTransposed(block, out, count, sums);
    }
    directions = sums;
    orthonormalise(directions, columns);
  }
  for (const { block, out } of blocks) multiply(block, directions, none, out);
  const squares = new Float64Array(count);
  for (let at = 0; at < n * count; at++) squares[at % count] += along[at] ** 2;
  return { directions, along: along.subarray(0, n * count), squares };
}

function drawnStart(length: number): Float64Array {
  const random = createRandom(0, 'principal directions');
  return Float64Array.from({ length }, () => random.normal());
}

/** Gram-Schmidt, twice for each vector against rounding; a vector that vanishes becomes 0. */
function orthonormalise(vectors: Float64Array, columns: number): void {
  for (let at = 0; at < vectors.length; at += columns) {
    const before = Math.sqrt(product(vectors, at, vectors, at, columns));
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < at; other += columns) {
        const along = product(vectors, at, vectors, other, columns);
        for (let j = 0; j < columns; j++) vectors[at + j] -= along * vectors[other + j];
      }
    }
    const length = Math.sqrt(product(vectors, at, vectors, at, columns));
    const scale = length > 1e-9 * before ? 1 / length : 0;
    for (let j = 0; j < columns; j++) vectors[at + j] *= scale;
  }
}

function product(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  length: number,
): number {
  let sum = 0;
  for (let j = 0; j < length; j++) sum += a[fromA + j] * b[fromB + j];
  return sum;
}
