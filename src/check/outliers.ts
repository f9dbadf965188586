// Outliers: images far from their nearest neighbours in feature space.

import type { Finding } from './findings.ts';
import { type CheckInput, imagesAre } from './input.ts';
import type { Near } from './nearest.ts';
import { OUTLYING, robustScores } from './robust.ts';

/** The distance to this neighbour counts, so that a few similar outliers do not hide each other. */
const NEIGHBOUR = 5;

/** @param neighbours of each file, most similar first */
export function findOutliers(
  { files }: Pick<CheckInput, 'files'>,
  neighbours: readonly (readonly Near[])[],
): Finding[] {
  if (neighbours.some((near) => near.length < NEIGHBOUR)) return [];
  const scores = robustScores(neighbours.map((near) => 1 - near[NEIGHBOUR - 1].similarity));
  const rows = [...scores.keys()].filter((row) => scores[row] > OUTLYING);
  if (rows.length === 0) return [];
  return [
    {
      kind: 'outliers',
      severity: 'note',
      sentence: `${imagesAre(rows.length)} far from all others in feature space`,
      items: rows
        .sort((a, b) => scores[b] - scores[a])
        .map((row) => ({
          paths: [files[row].path],
          detail: `distance to its neighbours ${scores[row].toFixed(1)} robust standard deviations above the median`,
          score: scores[row],
        })),
    },
  ];
}
