// Candidate pairs of near-duplicates: nearest by a rotation-invariant descriptor, and by features.

import { createBreather } from '../base/breathe.ts';
import { createMatrix, type Matrix, multiplyRows, normaliseRows, rowOf } from '../base/matrix.ts';
import { Nearest } from './nearest.ts';
import { FREQUENCIES, type PolarSpectrum, RINGS } from './polar.ts';

/** Two images that may be near-duplicates. */
export interface CandidatePair {
  readonly first: number;
  readonly second: number;
  /** Rings by which the second is probably enlarged; undefined when that is not known. */
  readonly shift: number | undefined;
}

/** Neighbouring rings are similar: a descriptor takes them in pairs. */
const PAIRS = RINGS / 2;
/** Pairs compared: the outermost, and those that a larger canvas moves inwards. */
const WIDTH = 8;
const OUTER = PAIRS - WIDTH;
/**
 * Pairs of rings by which one image may be smaller in its frame: one that was rotated onto a
 * larger canvas is up to 2 times smaller on it (16:9 by 45 degrees: 1.96), 1.103^6 is 1.8.
 */
const SHIFTS = [0, 1, 2, 3] as const;
/** Lowest angular frequencies: coarse, so that a shift by a pixel hardly matters. */
const COARSE = 4;

/** Nearest images taken as candidates, for each image by each measure. */
const NEAREST_RINGS = 4;
const NEAREST_FEATURES = 3;

/** `[PAIRS, COARSE]`, square roots of magnitudes: the same for a rotated or mirrored copy. */
export function rotationInvariant(spectrum: PolarSpectrum): Float32Array {
  const values = new Float32Array(PAIRS * COARSE);
  for (let ring = 0; ring < RINGS; ring++) {
    for (let f = 0; f < COARSE; f++) {
      const at = (ring * FREQUENCIES + f) * 2;
      const magnitude = Math.hypot(spectrum[at], spectrum[at + 1]);
      values[(ring >> 1) * COARSE + f] += Math.sqrt(magnitude);
    }
  }
  return values;
}

/** A run of rings as a vector of length 1, `[count, WIDTH * COARSE]`. */
function unitWindows(descriptions: readonly Float32Array[], from: number): Matrix {
  const windows = createMatrix(descriptions.length, WIDTH * COARSE);
  for (const [i, description] of descriptions.entries()) {
    rowOf(windows, i).set(description.subarray(from * COARSE, (from + WIDTH) * COARSE));
  }
  return normaliseRows(windows);
}

/**
 * Compares every image with every other: n^2 / 2 times 224 + featureSize multiplications; memory
 * only for the few nearest of each.
 * @param descriptions as `rotationInvariant` gives them
 * @param features `[n, featureSize]`, of the same images
 */
export async function findCandidates(
  descriptions: readonly Float32Array[],
  features: Matrix,
  signal?: AbortSignal,
): Promise<CandidatePair[]> {
  const outer = unitWindows(descriptions, OUTER);
  const inner = SHIFTS.map((shift) => unitWindows(descriptions, OUTER - shift));
  const directions = normaliseRows({ ...features, data: features.data.slice() });
  const nearest = descriptions.map(() => ({
    rings: new Nearest(NEAREST_RINGS),
    features: new Nearest(NEAREST_FEATURES),
  }));
  const breathe = createBreather(signal);
  for (let i = 0; i < descriptions.length; i++) {
    await breathe();
    for (let j = i + 1; j < descriptions.length; j++) {
      const similarity = multiplyRows(directions, i, directions, j);
      nearest[i].features.offer(similarity, j, undefined);
      nearest[j].features.offer(similarity, i, undefined);
      for (const [at, pairs] of SHIFTS.entries()) {
        // One fills its frame, the other is smaller in its own: its rings are further in.
        const second = multiplyRows(outer, i, inner[at], j);
        nearest[i].rings.offer(second, j, -2 * pairs);
        nearest[j].rings.offer(second, i, 2 * pairs);
        if (pairs === 0) continue;
        const first = multiplyRows(inner[at], i, outer, j);
        nearest[i].rings.offer(first, j, 2 * pairs);
        nearest[j].rings.offer(first, i, -2 * pairs);
      }
    }
  }
  const found = new Map<string, CandidatePair>();
  for (const [index, { rings, features }] of nearest.entries()) {
    for (const { row: other, shift } of [...rings.found, ...features.found]) {
      const [first, second] = index < other ? [index, other] : [other, index];
      const ordered = shift === undefined || index < other ? shift : -shift;
      found.set(`${first} ${second} ${ordered}`, { first, second, shift: ordered });
    }
  }
  return [...found.values()];
}
