// Whether two images are near-duplicates, and how one was transformed into the other.

import { initialAlignments } from './initial-alignments.ts';
import type { Sketch } from './polar.ts';
import { type Affine, gridOf, IDENTITY, register } from './register.ts';
import { type Similarity, similarityAt } from './similarity.ts';

/** How a copy differs from the first image. */
export interface Relation {
  readonly mirrored: boolean;
  /** Clockwise, -180..180; whole degrees. */
  readonly degrees: number;
  /** Correlation that three quarters of the blocks reach, 0..1. */
  readonly similarity: number;
}

/** Median correlation of blocks required before registration, and of three quarters halfway. */
const [NEARLY, HALFWAY] = [0.4, 0.8];
/** Steps of the registration, before and after the second check. */
const [FIRST_STEPS, LAST_STEPS] = [4, 8];
/** Copies reach 0.98 and more, the most similar different X-rays 0.967: docs/decisions.md. */
const SAME = 0.985;
/** Structured blocks, as a share of the disc: with fewer, any two images look alike. */
const ENOUGH_STRUCTURE = 0.15;
/**
 * Stretch or shear in the final alignment, relative to the rotation: copies have under 0.01,
 * different images that were warped until they matched have more.
 */
const MOST_STRETCH = 0.02;
/**
 * @param shift rings by which the second seems enlarged; undefined: all are tried
 * @returns how the second differs from the first; undefined when they are different images
 */
export function relationOf(
  first: Sketch,
  second: Sketch,
  shift: number | undefined,
): Relation | undefined {
  let best: { at: Affine; similarity: number } | undefined;
  const target = gridOf(first.grey, IDENTITY);
  for (const start of initialAlignments(first, second, shift)) {
    const before = similarityAt(target, second.grey, start);
    if (before.median < NEARLY) continue;
    const near = register(target, second.grey, start, FIRST_STEPS);
    if (similarityAt(target, second.grey, near).quarter < HALFWAY) continue;
    const at = register(target, second.grey, near, LAST_STEPS);
    const found = similarityAt(target, second.grey, at);
    if (!isSimilarityTransform(start, at)) continue;
    if (isSame(found) && found.quarter > (best?.similarity ?? 0)) {
      best = { at, similarity: found.quarter };
    }
  }
  return best && describe(best.at, best.similarity);
}

/** Whether registration only rotated, scaled and moved the initial alignment. */
function isSimilarityTransform(start: Affine, at: Affine): boolean {
  const [a, b, , c, d] = start;
  const determinant = a * d - b * c;
  // The final alignment after the inverse of the initial one: what registration has added.
  const xx = (at[0] * d - at[1] * c) / determinant;
  const xy = (at[1] * a - at[0] * b) / determinant;
  const yx = (at[3] * d - at[4] * c) / determinant;
  const yy = (at[4] * a - at[3] * b) / determinant;
  // Rotation with scaling, and what is left without them: a stretch.
  const turn = Math.hypot(xx + yy, yx - xy);
  const stretch = Math.hypot(xx - yy, yx + xy);
  return stretch <= MOST_STRETCH * turn;
}

function isSame({ quarter, structured }: Similarity): boolean {
  return quarter >= SAME && structured >= ENOUGH_STRUCTURE;
}

function describe([xx, xy, , yx, yy]: Affine, similarity: number): Relation {
  const mirrored = xx * yy - xy * yx < 0;
  // If mirrored, columns are (-cos, -sin) and (-sin, cos): see `affineOf`.
  const turn = mirrored ? Math.atan2(-yx - xy, yy - xx) : Math.atan2(yx - xy, xx + yy);
  return { mirrored, degrees: Math.round((turn * 180) / Math.PI), similarity };
}
