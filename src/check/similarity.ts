// Similarity of two aligned images: correlation block by block, where there is structure.

import type { GreyImage } from './grey.ts';
import { type Affine, GRID, gridOf, overlapOf } from './register.ts';

/** Side of a block and distance between blocks, in grid points. */
const BLOCK = 8;
const STRIDE = 4;
/** Standard deviation in grey levels below which a block has no structure. */
const FLAT = 3;

/**
 * Grey level from which a point may have been brighter than can be stored: where only one of two
 * images has it, the point tells nothing. So many points of a block must be left.
 */
const [CLIPPED, FEWEST_POINTS] = [245, (BLOCK * BLOCK) / 2];

/** Blocks that fit into the disc: at most so many can be compared. */
const FULL_COUNT = 129;

export interface Similarity {
  /**
   * Correlation (-1..1) that three quarters of the structured blocks reach; two different legs
   * agree in outline, but not in every block.
   */
  readonly quarter: number;
  readonly median: number;
  /** Share of structured blocks among those that fit into the disc, 0..1. */
  readonly structured: number;
}

/** @param target the first image on the grid, `[GRID * GRID]` */
export function similarityAt(target: Float32Array, second: GreyImage, at: Affine): Similarity {
  const inside = overlapOf(second, at);
  const one = smooth(target);
  const other = smooth(gridOf(second, at));
  const found: number[] = [];
  for (let top = 0; top + BLOCK <= GRID; top += STRIDE) {
    for (let left = 0; left + BLOCK <= GRID; left += STRIDE) {
      const correlation = blockCorrelation(one, other, inside, top * GRID + left);
      if (correlation !== undefined) found.push(correlation);
    }
  }
  found.sort((a, b) => a - b);
  const reached = (share: number) => found[Math.floor(share * found.length)] ?? -1;
  return {
    quarter: reached(0.25),
    median: reached(0.5),
    structured: found.length / FULL_COUNT,
  };
}

/** Undefined for a block that is partly outside, or flat in both images. */
function blockCorrelation(
  one: Float32Array,
  other: Float32Array,
  inside: Uint8Array,
  corner: number,
): number | undefined {
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  let clipped = 0;
  for (let row = 0; row < BLOCK; row++) {
    for (let at = corner + row * GRID; at < corner + row * GRID + BLOCK; at++) {
      if (inside[at] === 0) return undefined;
      const a = one[at];
      const b = other[at];
      if (a >= CLIPPED !== b >= CLIPPED) {
        clipped++;
        continue;
      }
      sumA += a;
      sumB += b;
      squaresA += a * a;
      squaresB += b * b;
      products += a * b;
    }
  }
  const count = BLOCK * BLOCK - clipped;
  if (count < FEWEST_POINTS) return undefined;
  const varianceA = squaresA / count - (sumA / count) ** 2;
  const varianceB = squaresB / count - (sumB / count) ** 2;
  if (Math.max(varianceA, varianceB) < FLAT * FLAT) return undefined;
  const covariance = products / count - (sumA / count) * (sumB / count);
  // Where only one of the two is flat they differ: assume at least 1 grey level of noise.
  return covariance / Math.sqrt(Math.max(varianceA, 1) * Math.max(varianceB, 1));
}

/** Binomial filter over three by three points: fine detail is lost in a smaller copy. */
function smooth(values: Float32Array): Float32Array {
  const across = smoothAlong(values, 1);
  return smoothAlong(across, GRID);
}

function smoothAlong(values: Float32Array, stride: number): Float32Array {
  const result = values.slice();
  for (let at = stride; at < values.length - stride; at++) {
    result[at] = (values[at - stride] + 2 * values[at] + values[at + stride]) / 4;
  }
  return result;
}
