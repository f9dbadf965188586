// Candidate pairs of near-duplicates: nearest by a rotation-invariant descriptor, and by features.

import { setImmediate as breathe } from 'node:timers/promises';
import { type Matrix, rowOf } from '../base/matrix.ts';
import { FREQUENCIES, type PolarSpectrum, RINGS } from './polar.ts';

/** Two images that may be near-duplicates. */
export interface Candidate {
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
  const columns = WIDTH * COARSE;
  const data = new Float32Array(descriptions.length * columns);
  for (const [i, description] of descriptions.entries()) {
    data.set(unit(description.subarray(from * COARSE, from * COARSE + columns)), i * columns);
  }
  return { rows: descriptions.length, columns, data };
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? vector.map((value) => value / length) : vector;
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
): Promise<Candidate[]> {
  const outer = unitWindows(descriptions, OUTER);
  const inner = SHIFTS.map((shift) => unitWindows(descriptions, OUTER - shift));
  const directions = { ...features, data: features.data.slice() };
  for (let i = 0; i < features.rows; i++) rowOf(directions, i).set(unit(rowOf(directions, i)));
  const nearest = descriptions.map(() => ({
    rings: new Nearest(NEAREST_RINGS),
    features: new Nearest(NEAREST_FEATURES),
  }));
  for (let i = 0; i < descriptions.length; i++) {
    if (i % 16 === 0) {
      await breathe();
      signal?.throwIfAborted();
    }
    for (let j = i + 1; j < descriptions.length; j++) {
      const similarity = dot(directions, i, directions, j);
      nearest[i].features.offer(similarity, j, undefined);
      nearest[j].features.offer(similarity, i, undefined);
      for (const [at, pairs] of SHIFTS.entries()) {
        // One fills its frame, the other is smaller in its own: its rings are further in.
        const second = dot(outer, i, inner[at], j);
        nearest[i].rings.offer(second, j, -2 * pairs);
        nearest[j].rings.offer(second, i, 2 * pairs);
        if (pairs === 0) continue;
        const first = dot(inner[at], i, outer, j);
        nearest[i].rings.offer(first, j, 2 * pairs);
        nearest[j].rings.offer(first, i, -2 * pairs);
      }
    }
  }
  const found = new Map<string, Candidate>();
  for (const [index, { rings, features }] of nearest.entries()) {
    for (const { other, shift } of [...rings.found, ...features.found]) {
      const [first, second] = index < other ? [index, other] : [other, index];
      const ordered = shift === undefined || index < other ? shift : -shift;
      found.set(`${first} ${second} ${ordered}`, { first, second, shift: ordered });
    }
  }
  return [...found.values()];
}

/** Four sums side by side: twice as fast as one, since none waits for another. */
function dot(a: Matrix, i: number, b: Matrix, j: number): number {
  const { columns, data: one } = a;
  const two = b.data;
  let p = i * columns;
  let q = j * columns;
  const end = p + columns;
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (; p + 3 < end; p += 4, q += 4) {
    first += one[p] * two[q];
    second += one[p + 1] * two[q + 1];
    third += one[p + 2] * two[q + 2];
    fourth += one[p + 3] * two[q + 3];
  }
  for (; p < end; p++, q++) first += one[p] * two[q];
  return first + second + third + fourth;
}

interface Near {
  readonly similarity: number;
  readonly other: number;
  readonly shift: number | undefined;
}

/** The few most similar of many, best first. */
class Nearest {
  readonly found: Near[] = [];
  readonly #wanted: number;
  /** Similarity of the last one, once there are as many as wanted. */
  #least = Number.NEGATIVE_INFINITY;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** Each image is kept once, with its best shift. */
  offer(similarity: number, other: number, shift: number | undefined): void {
    if (similarity <= this.#least) return;
    const { found } = this;
    const known = found.findIndex((near) => near.other === other);
    if (known !== -1) {
      if (found[known].similarity >= similarity) return;
      found.splice(known, 1);
    }
    const place = found.findIndex((near) => similarity > near.similarity);
    found.splice(place === -1 ? found.length : place, 0, { similarity, other, shift });
    if (found.length > this.#wanted) found.pop();
    if (found.length === this.#wanted) this.#least = found[found.length - 1].similarity;
  }
}
