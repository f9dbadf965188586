// Nearest neighbours of each image in feature space, among other units.

import { setImmediate as breathe } from 'node:timers/promises';
import { multiplyRows, normaliseRows } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';
import { fitStandardisation, standardise } from '../head/standardise.ts';
import type { CheckInput } from './input.ts';
import { type Near, Nearest } from './nearest.ts';

/** Neighbours kept for each image. */
export const NEIGHBOURS = 10;
/** Each image is compared with at most this many, drawn at random: beyond, the work is linear. */
const REFERENCES = 2000;
/** @returns for each row at most `NEIGHBOURS`, most similar first */
export async function nearestNeighbours(
  { features, units, seed }: Pick<CheckInput, 'features' | 'units' | 'seed'>,
  signal?: AbortSignal,
): Promise<Near[][]> {
  const directions = normaliseRows(standardise(features, fitStandardisation(features)));
  const rows = createRandom(seed, 'neighbours').shuffle([...units.keys()]);
  const references = rows.slice(0, REFERENCES).sort((a, b) => a - b);
  const found: Near[][] = [];
  for (let row = 0; row < units.length; row++) {
    if (row % 16 === 0) {
      await breathe();
      signal?.throwIfAborted();
    }
    const nearest = new Nearest(NEIGHBOURS);
    for (const other of references) {
      if (units[other] === units[row]) continue;
      nearest.offer(multiplyRows(directions, row, directions, other), other);
    }
    found.push(nearest.found);
  }
  return found;
}
