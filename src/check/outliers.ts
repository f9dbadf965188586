// Images that look like no other: far from their nearest neighbours in features.

import type { Finding } from './findings.ts';
import { type CheckInput, images } from './input.ts';
import type { Neighbour } from './neighbours.ts';
import { OUTLYING, robustScores } from './robust.ts';

/** The distance to this neighbour counts: a handful of strange images do not cover each other. */
const NEIGHBOUR = 5;

/** @param neighbours of each file, most alike first */
export function findOutliers(
  { files }: Pick<CheckInput, 'files'>,
  neighbours: readonly (readonly Neighbour[])[],
): Finding[] {
  if (neighbours.some((near) => near.length < NEIGHBOUR)) return [];
  const scores = robustScores(neighbours.map((near) => 1 - near[NEIGHBOUR - 1].likeness));
  const rows = [...scores.keys()].filter((row) => scores[row] > OUTLYING);
  if (rows.length === 0) return [];
  const verb = rows.length === 1 ? 'looks' : 'look';
  return [
    {
      kind: 'outliers',
      severity: 'note',
      sentence: `${images(rows.length)} ${verb} like no other of the set`,
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
