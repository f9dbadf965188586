// Nearest neighbours of each image in feature space, among other units.

import { createBreather } from '../base/breathe.ts';
import { type Matrix, multiplyRows, normaliseRows } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';
import { fitStandardisation, standardise } from '../head/standardise.ts';
import type { CheckInput } from './input.ts';
import { type Near, Nearest } from './nearest.ts';

/** Neighbours kept for each image. */
export const NEIGHBOURS = 10;
/** Each image is compared with at most this many, drawn at random: beyond, the work is linear. */
const REFERENCES = 2000;

/** Standardised features as rows of length 1: their products are cosines. */
export function directionsOf(features: Matrix): Matrix {
  return normaliseRows(standardise(features, fitStandardisation(features)));
}

/** @returns for each row at most `NEIGHBOURS`, most similar first */
export async function nearestNeighbours(
  { features, units, seed }: Pick<CheckInput, 'features' | 'units' | 'seed'>,
  signal?: AbortSignal,
): Promise<Near[][]> {
  const directions = directionsOf(features);
  const rows = createRandom(seed, 'neighbours').shuffle([...units.keys()]);
  const references = rows.slice(0, REFERENCES).sort((a, b) => a - b);
  const found: Near[][] = [];
  const breathe = createBreather(signal);
  for (let row = 0; row < units.length; row++) {
    await breathe();
    const nearest = new Nearest(NEIGHBOURS);
    for (const other of references) {
      if (units[other] === units[row]) continue;
      nearest.offer(multiplyRows(directions, row, directions, other), other);
    }
    found.push(nearest.found);
  }
  return found;
}
