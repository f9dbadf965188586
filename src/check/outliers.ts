// Pictures that look like no other: far from their nearest neighbours in features.

import { setImmediate as breathe } from 'node:timers/promises';
import { rowOf } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';
import { fitStandardisation, standardise } from '../head/standardise.ts';
import type { Finding } from './findings.ts';
import { type CheckInput, pictures } from './input.ts';
import { OUTLYING, robustScores } from './robust.ts';

/** The distance to this neighbour counts: a handful of strange pictures do not cover each other. */
const NEIGHBOUR = 5;
/** Pictures that are compared with at most, drawn at random: keeps the work linear beyond. */
const REFERENCES = 2000;

export async function findOutliers(
  { features, units, files, seed }: CheckInput,
  signal?: AbortSignal,
): Promise<Finding[]> {
  if (files.length <= NEIGHBOUR) return [];
  const scaled = standardise(features, fitStandardisation(features));
  const all = createRandom(seed, 'outlier references').shuffle([...files.keys()]);
  const references = all.slice(0, REFERENCES);
  const distances = new Float64Array(files.length);
  for (let row = 0; row < files.length; row++) {
    if (row % 16 === 0) {
      await breathe();
      signal?.throwIfAborted();
    }
    const nearest = references
      .filter((other) => units[other] !== units[row])
      .map((other) => squaredDistance(rowOf(scaled, row), rowOf(scaled, other)))
      .sort((a, b) => a - b);
    distances[row] = Math.log(
      Math.max(nearest[Math.min(NEIGHBOUR, nearest.length) - 1] ?? 1, 1e-9),
    );
  }
  const scores = robustScores(distances);
  const rows = [...scores.keys()].filter((row) => scores[row] > OUTLYING);
  if (rows.length === 0) return [];
  const verb = rows.length === 1 ? 'looks' : 'look';
  return [
    {
      kind: 'outliers',
      severity: 'note',
      sentence: `${pictures(rows.length)} ${verb} like no other of the set`,
      items: rows
        .sort((a, b) => scores[b] - scores[a])
        .map((row) => ({
          paths: [files[row].path],
          detail: `${scores[row].toFixed(1)} deviations further from its neighbours than usual`,
          score: scores[row],
        })),
    },
  ];
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}
