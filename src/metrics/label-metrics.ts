// Metrics of one label against the rest: its rates as proportions, and its area under the ROC curve.

import { aucInterval } from './auc-interval.ts';
import type { Estimate } from './estimate.ts';
import type { GroupIndex } from './groups.ts';
import { proportionOf } from './proportions.ts';
import type { Ranking } from './ranking.ts';
import type { LabelMetrics } from './split-metrics.ts';

/** Of each image: whether it bears the label, and whether it is taken for it. */
export interface Decisions {
  readonly isCase: (image: number) => boolean;
  readonly isTaken: (image: number) => boolean;
}

export function ratesOf(
  label: string,
  images: readonly number[],
  groups: GroupIndex | null,
  { isCase, isTaken }: Decisions,
): Pick<LabelMetrics, 'ppv' | 'sensitivity' | 'specificity' | 'npv'> {
  const not = (is: (image: number) => boolean) => (image: number) => !is(image);
  const share = (
    among: (image: number) => boolean,
    isHit: (image: number) => boolean,
    reason: string,
  ) => proportionOf(images.filter(among), isHit, groups, reason);
  return {
    ppv: share(isTaken, isCase, `no image is taken for ${label}`),
    sensitivity: share(isCase, isTaken, `no image of ${label}`),
    specificity: share(not(isCase), not(isTaken), `every image is of ${label}`),
    npv: share(not(isTaken), not(isCase), `every image is taken for ${label}`),
  };
}

/** @param resampled the same area with a bootstrap interval, which stands where there are groups */
export function areaOf(resampled: Estimate, ranking: Ranking, groups: GroupIndex | null): Estimate {
  if (groups !== null || resampled.value === null) return resampled;
  return { value: resampled.value, interval: aucInterval(ranking) };
}

/** With two labels that mirror each other both areas are the macro average, interval and all. */
export function macroAreaOf(
  resampled: Estimate,
  labels: readonly Pick<LabelMetrics, 'auc'>[],
  groups: GroupIndex | null,
): Estimate {
  if (groups !== null || resampled.value === null || labels.length !== 2) return resampled;
  const [first, second] = labels.map(({ auc: area }) => area.value ?? Number.NaN);
  return Math.abs(first - second) < 1e-9 ? labels[0].auc : resampled;
}
