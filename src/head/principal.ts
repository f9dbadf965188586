// The directions along which rows vary most: principal components, without a covariance matrix.

import { dotProduct } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';
import { BLOCK_ROWS, type Block, createBlock, multiply, multiplyTransposed } from './kernels.ts';

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
  const blocks = blocksOf(rows, columns);
  const none = new Float64Array(count);
  const along = new Float64Array(BLOCK_ROWS * count);
  let directions = Float64Array.from(start);
  orthonormalise(directions, columns);
  for (let round = 0; round < rounds; round++) {
    // Sum over rows of `(row . direction) row`, for each direction.
    const sums = new Float64Array(directions.length);
    for (const block of blocks) {
      multiply(block, directions, none, along);
      multiplyTransposed(block, along, count, sums);
    }
    directions = sums;
    orthonormalise(directions, columns);
  }
  const squares = new Float64Array(count);
  for (const block of blocks) {
    multiply(block, directions, none, along);
    for (let at = 0; at < block.count * count; at++) squares[at % count] += along[at] ** 2;
  }
  return { directions, squares };
}

function blocksOf(rows: Float64Array, columns: number): Block[] {
  const blocks: Block[] = [];
  for (let from = 0; from < rows.length; from += BLOCK_ROWS * columns) {
    const some = rows.subarray(from, from + BLOCK_ROWS * columns);
    const block = createBlock(some.length / columns, columns);
    block.x.set(some);
    block.count = some.length / columns;
    blocks.push(block);
  }
  return blocks;
}

function drawnStart(length: number): Float64Array {
  const random = createRandom(0, 'principal directions');
  return Float64Array.from({ length }, () => random.normal());
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
