// The images most like each one in features, of other units.

import { setImmediate as breathe } from 'node:timers/promises';
import { rowOf } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';
import { fitStandardisation, standardise } from '../head/standardise.ts';
import type { CheckInput } from './input.ts';

/** Neighbours kept of each image. */
export const NEIGHBOURS = 10;
/** Images that are compared with at most, drawn at random: keeps the work linear beyond. */
const REFERENCES = 2000;

export interface Neighbour {
  readonly row: number;
  /** Cosine of the standardised features, -1..1. */
  readonly likeness: number;
}

/** @returns of each row at most `NEIGHBOURS`, most alike first */
export async function nearestNeighbours(
  { features, units, seed }: Pick<CheckInput, 'features' | 'units' | 'seed'>,
  signal?: AbortSignal,
): Promise<Neighbour[][]> {
  const scaled = standardise(features, fitStandardisation(features));
  const lengths = Array.from({ length: scaled.rows }, (_, row) => norm(rowOf(scaled, row)));
  const all = createRandom(seed, 'neighbours').shuffle([...units.keys()]);
  const references = all.slice(0, REFERENCES);
  const found: Neighbour[][] = [];
  for (let row = 0; row < units.length; row++) {
    if (row % 16 === 0) {
      await breathe();
      signal?.throwIfAborted();
    }
    const own = rowOf(scaled, row);
    const others = references.filter((other) => units[other] !== units[row]);
    const near = others.map((other) => {
      const product = dot(own, rowOf(scaled, other));
      return { row: other, likeness: product / Math.max(lengths[row] * lengths[other], 1e-12) };
    });
    near.sort((a, b) => b.likeness - a.likeness || a.row - b.row);
    found.push(near.slice(0, NEIGHBOURS));
  }
  return found;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}
