// All pairs of near-duplicates; exact duplicates are found before, by their bytes.

import { createBreather } from '../base/breathe.ts';
import { type Matrix, takeRows } from '../base/matrix.ts';
import { findCandidates, rotationInvariant } from './candidates.ts';
import type { Copy } from './duplicates.ts';
import type { Sketch } from './polar.ts';
import { relationOf } from './same-image.ts';

/**
 * @param sketches one for each row; undefined for rows to be left out
 * @param features `[n, featureSize]`
 * @param onProgress counts pairs whose pixels have been compared, to the last
 */
export async function findNearDuplicates(
  sketches: readonly (Sketch | undefined)[],
  features: Matrix,
  signal?: AbortSignal,
  onProgress?: (done: number, total: number) => void,
): Promise<Copy[]> {
  const rows = [...sketches.keys()].filter((row) => sketches[row] !== undefined);
  const taken = rows.map((row) => sketches[row] as Sketch);
  const candidates = await findCandidates(
    taken.map(({ spectrum }) => rotationInvariant(spectrum)),
    takeRows(features, rows),
    signal,
  );
  const breathe = createBreather(signal);
  const found = new Map<string, Copy>();
  for (const [index, { first, second, shift }] of candidates.entries()) {
    await breathe();
    if (index % 16 === 0) onProgress?.(index, candidates.length);
    const key = `${first} ${second}`;
    if (found.has(key)) continue;
    const relation = relationOf(taken[first], taken[second], shift);
    if (relation) found.set(key, { first: rows[first], second: rows[second], relation });
  }
  if (candidates.length > 0) onProgress?.(candidates.length, candidates.length);
  return [...found.values()];
}
