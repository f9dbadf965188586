// Whether two images are copies of one, whatever was done to the copy, and what was done.

import { type Likeness, likenessAt } from './likeness.ts';
import type { Sketch } from './polar.ts';
import { type Affine, gridOf, IDENTITY, register } from './register.ts';
import { startsOf } from './starts.ts';

/** How a copy differs from the first image. */
export interface Relation {
  readonly mirrored: boolean;
  /** Clockwise, -180..180; whole degrees. */
  readonly degrees: number;
  /** Correlation reached by three quarters of the blocks, 0..1. */
  readonly likeness: number;
}

/** Median correlation of blocks before registration, and of three quarters of them halfway. */
const [NEARLY, HALFWAY] = [0.4, 0.8];
/** Steps of the registration, before and after that second look. */
const [FIRST_STEPS, LAST_STEPS] = [4, 8];
/** Copies reach 0.98 and more, the most similar different X-rays 0.967: docs/decisions.md. */
const SAME = 0.985;
/** Structured blocks, as a share of the disc: under it, two images are alike as two walls are. */
const ENOUGH_STRUCTURE = 0.15;
/**
 * Share of a stretch or shear in the last placing: copies have under 0.01, images that were bent
 * until they fitted more.
 */
const MOST_STRETCH = 0.02;
/**
 * @param shift rings by which the second seems enlarged; undefined: all are tried
 * @returns how the second comes of the first; undefined when they are different images
 */
export function relationOf(
  first: Sketch,
  second: Sketch,
  shift: number | undefined,
): Relation | undefined {
  let best: { at: Affine; likeness: number } | undefined;
  const target = gridOf(first.grey, IDENTITY);
  for (const start of startsOf(first, second, shift)) {
    const before = likenessAt(target, second.grey, start);
    if (before.median < NEARLY) continue;
    const near = register(target, second.grey, start, FIRST_STEPS);
    if (likenessAt(target, second.grey, near).quarter < HALFWAY) continue;
    const at = register(target, second.grey, near, LAST_STEPS);
    const found = likenessAt(target, second.grey, at);
    if (!isTurnOf(start, at)) continue;
    if (isSame(found) && found.quarter > (best?.likeness ?? 0)) {
      best = { at, likeness: found.quarter };
    }
  }
  return best && describe(best.at, best.likeness);
}

/** Whether registration did no more to the placing than to turn, enlarge and move it. */
function isTurnOf(start: Affine, at: Affine): boolean {
  const [a, b, , c, d] = start;
  const determinant = a * d - b * c;
  // The last placing after the inverse of the first: what registration has added.
  const xx = (at[0] * d - at[1] * c) / determinant;
  const xy = (at[1] * a - at[0] * b) / determinant;
  const yx = (at[3] * d - at[4] * c) / determinant;
  const yy = (at[4] * a - at[3] * b) / determinant;
  // A turn with an enlarging, and what is left when that is taken away: a stretch.
  const turn = Math.hypot(xx + yy, yx - xy);
  const stretch = Math.hypot(xx - yy, yx + xy);
  return stretch <= MOST_STRETCH * turn;
}

function isSame({ quarter, structured }: Likeness): boolean {
  return quarter >= SAME && structured >= ENOUGH_STRUCTURE;
}

function describe([xx, xy, , yx, yy]: Affine, likeness: number): Relation {
  const mirrored = xx * yy - xy * yx < 0;
  // Of a mirrored placing, columns are (-cos, -sin) and (-sin, cos): see `affineOf`.
  const turn = mirrored ? Math.atan2(-yx - xy, yy - xx) : Math.atan2(yx - xy, xx + yy);
  return { mirrored, degrees: Math.round((turn * 180) / Math.PI), likeness };
}
