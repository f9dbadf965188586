// Sensitivity, specificity, PPV and NPV of a decision threshold on labelled images.

import { countConfusion } from './confusion.ts';
import type { Estimate } from './estimate.ts';
import { indexGroups } from './groups.ts';
import { estimateShare } from './proportions.ts';
import { METRICS } from './table.ts';

/** The metrics of a threshold, in the order of tables. */
export const RATES = ['sensitivity', 'specificity', 'ppv', 'npv'] as const;

type Rate = (typeof RATES)[number];

/** For the decision `score >= threshold`, with 95 % intervals. */
export interface ThresholdRates extends Readonly<Record<Rate, Estimate>> {
  readonly true_positives: number;
  readonly false_positives: number;
  readonly true_negatives: number;
  readonly false_negatives: number;
}

/**
 * @param scores `[n]`, of the positive label, 0..1; compared as float32, as the saved model gives them
 * @param label the positive label, for notes
 * @param groups one per image; equal ids are one patient or study
 */
export function ratesAtThreshold(
  scores: ArrayLike<number>,
  isPositive: (image: number) => boolean,
  threshold: number,
  label: string,
  groups?: readonly (string | number)[],
): ThresholdRates {
  const index = groups === undefined ? null : indexGroups(groups);
  // Two labels: 1 is the positive one.
  const targets = Array.from(scores, (_, image) => Number(isPositive(image)));
  const predicted = Array.from(scores, (score) => Number(Math.fround(score) >= threshold));
  const rate = (name: Rate) =>
    estimateShare(METRICS[name].label, { targets, predicted }, 1, label, index);
  const confusion = countConfusion(targets, predicted, 2);
  return {
    ...(Object.fromEntries(RATES.map((name) => [name, rate(name)])) as Record<Rate, Estimate>),
    true_positives: confusion[1][1],
    false_positives: confusion[0][1],
    true_negatives: confusion[0][0],
    false_negatives: confusion[1][0],
  };
}
