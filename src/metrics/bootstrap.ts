// The stratified bootstrap: draws of images or whole groups, and percentile intervals.

import type { Random } from '../base/random.ts';
import type { Interval } from './estimate.ts';
import type { GroupIndex } from './groups.ts';

export const DRAWS = 2000;

/** Strata of units, each a list of its images; a draw keeps the number of units of each stratum. */
export type Strata = readonly (readonly (readonly number[])[])[];

/**
 * One stratum per label, of images or of whole groups. A group with several labels belongs to its
 * most frequent one (the first of ties): with a stratum for every combination of labels, most strata
 * would hold a single group, which no draw can vary.
 */
export function strataOf(
  targets: ArrayLike<number>,
  labelCount: number,
  groups: GroupIndex | null,
): Strata {
  const strata: number[][][] = Array.from({ length: labelCount }, () => []);
  for (const images of unitsOf(targets.length, groups)) {
    const counts = new Array<number>(labelCount).fill(0);
    for (const image of images) counts[targets[image]]++;
    strata[counts.indexOf(Math.max(...counts))].push(images);
  }
  return strata;
}

function unitsOf(images: number, groups: GroupIndex | null): number[][] {
  if (groups === null) return Array.from({ length: images }, (_, image) => [image]);
  const units: number[][] = Array.from({ length: groups.count }, () => []);
  for (const [image, group] of groups.of.entries()) units[group].push(image);
  return units;
}

/**
 * Strata that can vary: those of a single unit are merged, or, where there is only one, merged with
 * the smallest other stratum ("collapsed strata": Wolter, Introduction to Variance Estimation, 2.5).
 */
export function collapseStrata(strata: Strata): Strata {
  const alone = strata.filter((units) => units.length === 1).flat();
  const others = strata.filter((units) => units.length > 1).sort((a, b) => a.length - b.length);
  if (alone.length === 1 && others.length > 0) {
    const [smallest, ...rest] = others;
    return [[...smallest, ...alone], ...rest];
  }
  return alone.length === 0 ? others : [alone, ...others];
}

/**
 * One draw with replacement of n - 1 of the n units of each stratum, each counted n / (n - 1) times:
 * draws of n units underestimate the variance by a factor of (n - 1) / n, a half for two units (Rao
 * and Wu 1988, "Resampling inference with complex survey data", section 2).
 * @param weights `[n]`, overwritten: how often each image counts
 */
export function drawWeights(strata: Strata, random: Random, weights: Float64Array): void {
  weights.fill(0);
  for (const units of strata) {
    const turns = Math.max(1, units.length - 1);
    const weight = units.length / turns;
    for (let turn = 0; turn < turns; turn++) {
      for (const image of units[random.below(units.length)]) weights[image] += weight;
    }
  }
}

/**
 * The 2.5 % and 97.5 % points, interpolated linearly between order statistics.
 * @param draws NaN where the metric is undefined in a draw; these are ignored
 * @returns NaN at both ends where no draw has a value
 */
export function percentileInterval(draws: Float64Array): Interval {
  const sorted = draws.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return [Number.NaN, Number.NaN];
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)];
    return below + (place % 1) * (sorted[Math.ceil(place)] - below);
  };
  return [at(0.025), at(0.975)];
}
