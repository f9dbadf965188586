// Whether two pictures are copies of one, whatever was done to the copy, and what was done.

import type { GreyPicture } from './grey.ts';
import { halvesOf } from './grey.ts';
import { type Likeness, likenessAt } from './likeness.ts';
import { bestTurn, type Placement, type PolarSpectrum, RING_STEP, RINGS } from './polar.ts';
import { type Affine, affineOf, frameOnFrame, register } from './register.ts';

/** A picture as it is compared: small, grey, and on rings. */
export interface Sketch {
  readonly grey: GreyPicture;
  readonly spectrum: PolarSpectrum;
}

/** How a copy differs from the first picture. */
export interface Relation {
  readonly mirrored: boolean;
  /** Clockwise, -180..180; whole degrees. */
  readonly degrees: number;
  /** Correlation reached by three quarters of the blocks, 0..1. */
  readonly likeness: number;
}

/** Rings tried where nothing is known of the scale: up to about twice as large or small. */
const ALL_SHIFTS = [-7, -5, -3, -1, 0, 1, 3, 5, 7];
/** Correlation of the rings from which on pixels are looked at; turned copies have 0.97 and more. */
const PROMISING = 0.85;
/** Median correlation of blocks before registration, and of three quarters of them halfway. */
const [NEARLY, HALFWAY] = [0.4, 0.8];
/** Steps of the registration, before and after that second look. */
const [FIRST_STEPS, LAST_STEPS] = [4, 8];
/** Copies reach 0.98 and more, the most similar different X-rays 0.967: docs/decisions.md. */
const SAME = 0.975;
/** Structured blocks, as a share of the disc: under it, two pictures are alike as two walls are. */
const ENOUGH_STRUCTURE = 0.15;
/** Shapes that differ by more than this factor: one may have been squeezed. */
const OTHER_SHAPE = 1.02;

/**
 * @param shift rings by which the second seems enlarged; undefined: all are tried
 * @returns how the second comes of the first; undefined when they are different pictures
 */
export function relationOf(
  first: Sketch,
  second: Sketch,
  shift: number | undefined,
): Relation | undefined {
  let best: { at: Affine; likeness: number } | undefined;
  for (const start of startsOf(first, second, shift)) {
    const before = likenessAt(first.grey, second.grey, start);
    if (before.median < NEARLY) continue;
    const near = register(first.grey, second.grey, start, FIRST_STEPS, 2);
    if (likenessAt(first.grey, second.grey, near).quarter < HALFWAY) continue;
    const at = register(first.grey, second.grey, near, LAST_STEPS, 1);
    const found = likenessAt(first.grey, second.grey, at);
    if (isSame(found) && found.quarter > (best?.likeness ?? 0)) {
      best = { at, likeness: found.quarter };
    }
  }
  return best && describe(best.at, best.likeness);
}

function isSame({ quarter, structured }: Likeness): boolean {
  return quarter >= SAME && structured >= ENOUGH_STRUCTURE;
}

function startsOf(first: Sketch, second: Sketch, shift: number | undefined): Affine[] {
  const shifts = shift === undefined ? ALL_SHIFTS : [shift - 1, shift, shift + 1];
  const starts = [false, true].flatMap((mirrored) => {
    const turned = shifts
      .filter((rings) => Math.abs(rings) < RINGS / 2)
      .map((rings) => bestTurn(first.spectrum, second.spectrum, rings, mirrored));
    const best = betweenRings(turned);
    return best.score >= PROMISING ? [affineOf(best)] : [];
  });
  const [one, other] = [halvesOf(first.grey), halvesOf(second.grey)];
  const squeezed = Math.abs(Math.log((one[0] * other[1]) / (one[1] * other[0])));
  if (squeezed < Math.log(OTHER_SHAPE)) return starts;
  return [
    ...starts,
    frameOnFrame(first.grey, second.grey, false),
    frameOnFrame(first.grey, second.grey, true),
  ];
}

/** The best of all shifts; of three neighbours, its scale moved to the top of their parabola. */
function betweenRings(turned: readonly Placement[]): Placement {
  if (turned.length !== 3) return turned.reduce((a, b) => (b.score > a.score ? b : a));
  const top = turned.reduce((best, { score }, i) => (score > turned[best].score ? i : best), 0);
  const best = turned[top];
  const [before, after] = [turned[top - 1], turned[top + 1]];
  if (before === undefined || after === undefined) return best;
  const bend = before.score - 2 * best.score + after.score;
  const move = bend < 0 ? (before.score - after.score) / (2 * bend) : 0;
  return { ...best, scale: best.scale * RING_STEP ** move };
}

function describe([xx, xy, , yx, yy]: Affine, likeness: number): Relation {
  const mirrored = xx * yy - xy * yx < 0;
  // Of a mirrored placing, columns are (-cos, -sin) and (-sin, cos): see `affineOf`.
  const turn = mirrored ? Math.atan2(-yx - xy, yy - xx) : Math.atan2(yx - xy, xx + yy);
  return { mirrored, degrees: Math.round((turn * 180) / Math.PI), likeness };
}
