// The standard error of a mean over images, which may come in groups.

import { indexGroups } from './groups.ts';

/**
 * Of the mean as a ratio estimator over groups, as in `effectiveSize`; where each image is a group of
 * its own, this is the usual s / sqrt(n).
 * @param groups `[n]`, equal numbers are one group
 * @returns infinite for a single group, which says nothing of its spread
 */
export function standardErrorOfMean(values: ArrayLike<number>, groups: ArrayLike<number>): number {
  const { of, count } = indexGroups(groups);
  if (count < 2) return Number.POSITIVE_INFINITY;
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const deviations = new Float64Array(count);
  for (const [image, value] of all.entries()) deviations[of[image]] += value - mean;
  const spread = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  return Math.sqrt((spread * count) / (count - 1)) / all.length;
}
