// Registration: aligns a second image with a first by Gauss-Newton steps on their difference
// (Lucas and Kanade 1981; robust weights after Baker and Matthews 2004, IJCV 56(3)).

import { type GreyImage, halvesOf, sampleGrey } from './grey.ts';
import type { Placement } from './polar.ts';
import { solveLinear } from './solve.ts';

/**
 * Where a point (x, y) of the first image is in the second, `[xx, xy, x0, yx, yy, y0]`:
 * x' = xx x + xy y + x0. Measured from the centre, in units of half the shorter side of each image.
 */
export type Affine = readonly [
  xx: number,
  xy: number,
  x0: number,
  yx: number,
  yy: number,
  y0: number,
];

export const IDENTITY: Affine = [1, 0, 0, 0, 1, 0];

/** Points along a side of the square around the disc that is compared. */
export const GRID = 64;
/** Radius of the disc, in units of half the shorter side: corners of rotated copies are outside. */
const RADIUS = 0.95;
/** Every second row and column is used: 700 points are plenty for eight unknowns. */
const EVERY = 2;
/** Converged: the step moves no point by more than a fiftieth of a grid point. */
const SMALL_STEP = 5e-4;
/** Longest step, in units of half the shorter side: beyond, gradients are meaningless. */
const LONGEST_STEP = 0.08;
/** Half a pixel of a 128-pixel image, over which gradients are taken. */
const SLOPE_STEP = 1 / 128;
/** Six of the alignment, and a gain and an offset of the grey level. */
const UNKNOWNS = 8;

export function affineOf({ degrees, mirrored, scale }: Placement): Affine {
  const turn = (degrees * Math.PI) / 180;
  const [along, across] = [scale * Math.cos(turn), scale * Math.sin(turn)];
  return mirrored ? [-along, -across, 0, -across, along, 0] : [along, -across, 0, across, along, 0];
}

/** Frame on frame, whatever the shapes: for an image that was stretched to another shape. */
export function frameOnFrame(first: GreyImage, second: GreyImage, mirrored: boolean): Affine {
  const [right, down] = halvesOf(first);
  const [otherRight, otherDown] = halvesOf(second);
  return [((mirrored ? -1 : 1) * otherRight) / right, 0, 0, 0, otherDown / down, 0];
}

/** Centres of the columns, or rows, of the grid, -1..1. */
const PLACES = Float64Array.from({ length: GRID }, (_, i) => ((i + 0.5) / GRID) * 2 - 1);

/** Grid points of the disc that are inside the second image too, `[GRID * GRID]`, 0 or 1. */
export function overlapOf(second: GreyImage, [xx, xy, x0, yx, yy, y0]: Affine): Uint8Array {
  const [right, down] = halvesOf(second);
  const inside = new Uint8Array(GRID * GRID);
  for (let row = 0, i = 0; row < GRID; row++) {
    const y = PLACES[row];
    for (let column = 0; column < GRID; column++, i++) {
      const x = PLACES[column];
      if (x * x + y * y > RADIUS * RADIUS) continue;
      const across = Math.abs(xx * x + xy * y + x0) <= right;
      if (across && Math.abs(yx * x + yy * y + y0) <= down) inside[i] = 1;
    }
  }
  return inside;
}

/** Grey levels of an image at the grid points of another, `[GRID * GRID]`. */
export function gridOf(image: GreyImage, [xx, xy, x0, yx, yy, y0]: Affine): Float32Array {
  const values = new Float32Array(GRID * GRID);
  for (let row = 0, i = 0; row < GRID; row++) {
    const y = PLACES[row];
    for (let column = 0; column < GRID; column++, i++) {
      const x = PLACES[column];
      values[i] = sampleGrey(image, xx * x + xy * y + x0, yx * x + yy * y + y0);
    }
  }
  return values;
}

/**
 * @param target the first image on the grid, `[GRID * GRID]`
 * @param iterations steps at most; a dozen are enough to converge
 * @returns the alignment near `start` at which the images differ least, brightness aside
 */
export function register(
  target: Float32Array,
  second: GreyImage,
  start: Affine,
  iterations: number,
): Affine {
  let at = start;
  let tone: readonly [gain: number, offset: number] = [1, 0];
  // Grey levels beyond which a point counts little: it may be hidden, or in a filled corner.
  let tolerance = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration <= iterations; iteration++) {
    const { step, residual } = gaussNewton(target, second, at, tone, tolerance);
    if (step === undefined) return at;
    tone = [tone[0] + step[6], tone[1] + step[7]];
    tolerance = Math.max(2, 2 * residual);
    // The tone first: an image that is only darker must not be moved.
    if (iteration === 0) continue;
    const length = Math.max(...step.subarray(0, 6).map(Math.abs));
    const share = Math.min(1, LONGEST_STEP / length);
    at = at.map((value, i) => value + share * step[i]) as unknown as Affine;
    if (length < SMALL_STEP) return at;
  }
  return at;
}

/** One step by weighted least squares; `residual` is the mean absolute difference before it. */
function gaussNewton(
  target: Float32Array,
  second: GreyImage,
  at: Affine,
  [gain, offset]: readonly [number, number],
  tolerance: number,
): { step: Float64Array | undefined; residual: number } {
  const inside = overlapOf(second, at);
  const [xx, xy, x0, yx, yy, y0] = at;
  const normal = new Float64Array(UNKNOWNS * UNKNOWNS);
  const right = new Float64Array(UNKNOWNS);
  const slopes = new Float64Array(UNKNOWNS);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < inside.length; i += EVERY) {
    const row = Math.floor(i / GRID);
    if (inside[i] === 0 || row % EVERY !== 0) continue;
    const x = PLACES[i - row * GRID];
    const y = PLACES[row];
    const u = xx * x + xy * y + x0;
    const v = yx * x + yy * y + y0;
    const left = sampleGrey(second, u - SLOPE_STEP, v);
    const far = sampleGrey(second, u + SLOPE_STEP, v);
    const above = sampleGrey(second, u, v - SLOPE_STEP);
    const below = sampleGrey(second, u, v + SLOPE_STEP);
    const value = (left + far + above + below) / 4;
    const across = (gain * (far - left)) / (2 * SLOPE_STEP);
    const down = (gain * (below - above)) / (2 * SLOPE_STEP);
    const residual = target[i] - gain * value - offset;
    sum += Math.abs(residual);
    count++;
    slopes[0] = across * x;
    slopes[1] = across * y;
    slopes[2] = across;
    slopes[3] = down * x;
    slopes[4] = down * y;
    slopes[5] = down;
    slopes[6] = value;
    slopes[7] = 1;
    const weight = 1 / (1 + (residual / tolerance) ** 2);
    for (let p = 0; p < UNKNOWNS; p++) {
      const weighted = weight * slopes[p];
      right[p] += weighted * residual;
      for (let q = 0; q <= p; q++) normal[p * UNKNOWNS + q] += weighted * slopes[q];
    }
  }
  for (let p = 0; p < UNKNOWNS; p++) {
    for (let q = 0; q < p; q++) normal[q * UNKNOWNS + p] = normal[p * UNKNOWNS + q];
  }
  return { step: solveLinear(normal, right), residual: count === 0 ? 0 : sum / count };
}
