// Where one image may lie over another, roughly: by its rings, and frame on frame.

import { halvesOf } from './grey.ts';
import type { Sketch } from './polar.ts';
import { bestTurn, type Placement, RING_STEP, RINGS } from './polar.ts';
import { type Affine, affineOf, frameOnFrame } from './register.ts';

/** Rings tried where nothing is known of the scale: up to about twice as large or small. */
const COARSE_SHIFTS: readonly number[] = [-7, -5, -3, -1, 0, 1, 3, 5, 7];
/** Rings that must be left to compare. */
const FEWEST_RINGS = RINGS / 2;
/** Correlation of the rings from which on pixels are looked at; turned copies have 0.97 and more. */
const PROMISING = 0.85;
/** Shapes that differ by more than this factor: one may have been squeezed. */
const OTHER_SHAPE = 1.02;

/** @param shift rings by which the second seems enlarged; undefined: nothing is known of that */
export function startsOf(first: Sketch, second: Sketch, shift: number | undefined): Affine[] {
  const starts = [false, true].flatMap((mirrored) => {
    const near = shift ?? bestShift(first, second, mirrored);
    const placement = betweenRings(first, second, near, mirrored);
    return placement.score >= PROMISING ? [affineOf(placement)] : [];
  });
  const [one, other] = [halvesOf(first.grey), halvesOf(second.grey)];
  const squeezed = Math.abs(Math.log((one[0] * other[1]) / (one[1] * other[0])));
  if (squeezed < Math.log(OTHER_SHAPE)) return starts;
  const squeezes = [false, true].map((mirrored) => frameOnFrame(first.grey, second.grey, mirrored));
  return [...starts, ...squeezes];
}

function bestShift(first: Sketch, second: Sketch, mirrored: boolean): number {
  const scores = COARSE_SHIFTS.map(
    (shift) => bestTurn(first.spectrum, second.spectrum, shift, mirrored).score,
  );
  return COARSE_SHIFTS[scores.indexOf(Math.max(...scores))];
}

/** The best of a shift and its neighbours, its scale moved to the top of the parabola of the three. */
function betweenRings(first: Sketch, second: Sketch, shift: number, mirrored: boolean): Placement {
  const turned = [shift - 1, shift, shift + 1]
    .filter((rings) => RINGS - Math.abs(rings) >= FEWEST_RINGS)
    .map((rings) => bestTurn(first.spectrum, second.spectrum, rings, mirrored));
  const top = turned.reduce((best, { score }, i) => (score > turned[best].score ? i : best), 0);
  const best = turned[top];
  const [before, after] = [turned[top - 1], turned[top + 1]];
  if (before === undefined || after === undefined) return best;
  const bend = before.score - 2 * best.score + after.score;
  const move = bend < 0 ? (before.score - after.score) / (2 * bend) : 0;
  return { ...best, scale: best.scale * RING_STEP ** move };
}
