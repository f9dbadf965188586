// Scored sets for tests of metrics: a small one with metrics known from scikit-learn, and drawn ones.

import type { Random } from '../../src/base/random.ts';
import type { ScoredSet } from '../../src/metrics/probability-scores.ts';

/** Twelve images of three labels, with ties. */
export const TWELVE: ScoredSet = {
  probabilities: Float64Array.of(
    ...[0.7, 0.2, 0.1],
    ...[0.4, 0.5, 0.1],
    ...[0.55, 0.3, 0.15],
    ...[0.8, 0.15, 0.05],
    ...[0.25, 0.25, 0.5],
    ...[0.2, 0.6, 0.2],
    ...[0.3, 0.4, 0.3],
    ...[0.45, 0.35, 0.2],
    ...[0.1, 0.85, 0.05],
    ...[0.05, 0.15, 0.8],
    ...[0.2, 0.2, 0.6],
    ...[0.35, 0.4, 0.25],
  ),
  targets: [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2],
};

export interface GroupedSet extends ScoredSet {
  readonly targets: Uint16Array;
  readonly groups: number[];
}

/**
 * Two labels, as many groups of each; the images of a group share `shared` of the variance of
 * their score, the rest is their own. Cases lie `apart` standard deviations above the others.
 */
export function drawGroupedSet(
  random: Random,
  size: { readonly groups: number; readonly perGroup: number },
  { apart, shared }: { readonly apart: number; readonly shared: number },
): GroupedSet {
  const targets: number[] = [];
  const groups: number[] = [];
  const probabilities: number[] = [];
  for (let group = 0; group < size.groups; group++) {
    const target = group % 2;
    const common = random.normal() * Math.sqrt(shared);
    for (let i = 0; i < size.perGroup; i++) {
      const own = random.normal() * Math.sqrt(1 - shared);
      const score = 1 / (1 + Math.exp(-(common + own + (target - 0.5) * apart)));
      targets.push(target);
      groups.push(group);
      probabilities.push(1 - score, score);
    }
  }
  return {
    probabilities: Float64Array.from(probabilities),
    targets: Uint16Array.from(targets),
    groups,
  };
}

/** Share of `rounds` whose interval holds the truth. */
export function coverage(
  rounds: number,
  truth: number,
  draw: () => readonly [number, number] | null | undefined,
): number {
  let held = 0;
  for (let round = 0; round < rounds; round++) {
    const [low, high] = draw() ?? [Number.NaN, Number.NaN];
    if (low <= truth && truth <= high) held++;
  }
  return held / rounds;
}
