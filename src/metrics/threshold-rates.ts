// What a decision threshold reaches on a set of images.

import type { Estimate } from './estimate.ts';
import { indexGroups } from './groups.ts';
import { ratesOf } from './label-metrics.ts';

/** Of the decision `score >= threshold`, with 95 % intervals. */
export interface ThresholdRates {
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  readonly ppv: Estimate;
  readonly npv: Estimate;
  readonly true_positives: number;
  readonly false_positives: number;
  readonly true_negatives: number;
  readonly false_negatives: number;
}

/**
 * @param scores `[n]`, of the positive label, 0..1; compared as float32, as the saved model gives them
 * @param label the positive label, for notes
 * @param groups one for each image; equal ids are one patient or study
 */
export function ratesAtThreshold(
  scores: ArrayLike<number>,
  isPositive: (image: number) => boolean,
  threshold: number,
  label: string,
  groups?: readonly (string | number)[],
): ThresholdRates {
  const images = Array.from({ length: scores.length }, (_, image) => image);
  const index = groups === undefined ? null : indexGroups(groups);
  const isTaken = (image: number) => Math.fround(scores[image]) >= threshold;
  const rates = ratesOf(label, images, index, { isCase: isPositive, isTaken });
  const count = (taken: boolean, positive: boolean) =>
    images.filter((image) => isTaken(image) === taken && isPositive(image) === positive).length;
  return {
    sensitivity: rates.sensitivity,
    specificity: rates.specificity,
    ppv: rates.ppv,
    npv: rates.npv,
    true_positives: count(true, true),
    false_positives: count(true, false),
    true_negatives: count(false, false),
    false_negatives: count(false, true),
  };
}
