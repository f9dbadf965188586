// Initial alignments for registration, roughly: by rings, and frame on frame.

import { halvesOf } from './grey.ts';
import type { Sketch } from './polar.ts';
import { bestTurn, type Placement, RING_STEP, RINGS } from './polar.ts';
import { type Affine, affineOf, frameOnFrame } from './register.ts';

/** Shifts tried when the scale is not known: up to about twice as large or small. */
const COARSE_SHIFTS: readonly number[] = [-7, -5, -3, -1, 0, 1, 3, 5, 7];
/** Rings that must be left to compare. */
const FEWEST_RINGS = RINGS / 2;
/** Correlation of the rings from which pixels are compared; rotated copies have 0.97 and more. */
const PROMISING = 0.85;
/** If shapes differ by more than this factor, one image may have been stretched. */
const OTHER_SHAPE = 1.02;

/** @param shift rings by which the second seems enlarged; undefined: not known */
export function initialAlignments(first: Sketch, second: Sketch, shift?: number): Affine[] {
  const starts = [false, true].flatMap((mirrored) => {
    const near = shift ?? bestShift(first, second, mirrored);
    const placement = betweenRings(first, second, near, mirrored);
    return placement.score >= PROMISING ? [affineOf(placement)] : [];
  });
  const [one, other] = [halvesOf(first.grey), halvesOf(second.grey)];
  const stretch = Math.abs(Math.log((one[0] * other[1]) / (one[1] * other[0])));
  if (stretch < Math.log(OTHER_SHAPE)) return starts;
  const frames = [false, true].map((mirrored) => frameOnFrame(first.grey, second.grey, mirrored));
  return [...starts, ...frames];
}

function bestShift(first: Sketch, second: Sketch, mirrored: boolean): number {
  const scores = COARSE_SHIFTS.map(
    (shift) => bestTurn(first.spectrum, second.spectrum, shift, mirrored).score,
  );
  return COARSE_SHIFTS[scores.indexOf(Math.max(...scores))];
}

/** The best of a shift and its neighbours, its scale refined by the parabola through the three. */
function betweenRings(first: Sketch, second: Sketch, shift: number, mirrored: boolean): Placement {
  const rotated = [shift - 1, shift, shift + 1]
    .filter((rings) => RINGS - Math.abs(rings) >= FEWEST_RINGS)
    .map((rings) => bestTurn(first.spectrum, second.spectrum, rings, mirrored));
  const top = rotated.reduce((best, { score }, i) => (score > rotated[best].score ? i : best), 0);
  const best = rotated[top];
  const [before, after] = [rotated[top - 1], rotated[top + 1]];
  if (before === undefined || after === undefined) return best;
  const bend = before.score - 2 * best.score + after.score;
  const move = bend < 0 ? (before.score - after.score) / (2 * bend) : 0;
  return { ...best, scale: best.scale * RING_STEP ** move };
}
