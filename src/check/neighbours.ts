// Nearest neighbours of each image in feature space, among other units.

import { setImmediate as breathe } from 'node:timers/promises';
import { rowOf, takeRows } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';
import { createBlock, loadBlock, multiply } from '../head/kernels.ts';
import { unitLength } from '../head/out-of-distribution.ts';
import { fitStandardisation, standardise } from '../head/standardise.ts';
import type { CheckInput } from './input.ts';

/** Neighbours kept for each image. */
export const NEIGHBOURS = 10;
/** Each image is compared with at most this many, drawn at random: beyond, the work is linear. */
const REFERENCES = 2000;
/** Rows per block; the signal is checked between blocks. */
const AT_ONCE = 16;

export interface Neighbour {
  readonly row: number;
  /** Cosine of the standardised features, -1..1. */
  readonly similarity: number;
}

/** @returns for each row at most `NEIGHBOURS`, most similar first */
export async function nearestNeighbours(
  { features, units, seed }: Pick<CheckInput, 'features' | 'units' | 'seed'>,
  signal?: AbortSignal,
): Promise<Neighbour[][]> {
  const directions = standardise(features, fitStandardisation(features));
  for (let row = 0; row < directions.rows; row++) {
    const direction = rowOf(directions, row);
    direction.set(unitLength(direction));
  }
  const rows = [...units.keys()];
  const references = createRandom(seed, 'neighbours')
    .shuffle([...rows])
    .slice(0, REFERENCES);
  const compared = Float64Array.from(takeRows(directions, references).data);
  const none = new Float64Array(references.length);
  const block = createBlock(AT_ONCE, features.columns);
  const products = new Float64Array(AT_ONCE * references.length);
  const found: Neighbour[][] = [];
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    await breathe();
    signal?.throwIfAborted();
    loadBlock(block, directions, rows, from);
    multiply(block, compared, none, products);
    for (let i = 0; i < block.count; i++) {
      const own = products.subarray(i * references.length, (i + 1) * references.length);
      found.push(nearestOf(own, references, (row) => units[row] !== units[from + i]));
    }
  }
  return found;
}

/** @param similarity of each of `rows` */
function nearestOf(
  similarity: Float64Array,
  rows: readonly number[],
  counts: (row: number) => boolean,
): Neighbour[] {
  const near: Neighbour[] = [];
  for (let at = 0; at < rows.length; at++) {
    const [row, own] = [rows[at], similarity[at]];
    if (near.length === NEIGHBOURS && own < near[NEIGHBOURS - 1].similarity) continue;
    if (!counts(row)) continue;
    const place = near.findIndex(
      (one) => own > one.similarity || (own === one.similarity && row < one.row),
    );
    near.splice(place < 0 ? near.length : place, 0, { row, similarity: own });
    near.splice(NEIGHBOURS);
  }
  return near;
}
