// A few metrics of one split for the manifest, with the majority baseline.

import { sumOf } from '../base/matrix.ts';
import { logLoss, mostProbable } from '../head/softmax.ts';
import {
  accuracyOf,
  balancedAccuracyOf,
  countConfusion,
  countLabels,
  topLabels,
} from './confusion.ts';
import type { ScoredSet } from './probability-scores.ts';

/** Named as in the manifest. @returns null for a split without images */
export function computeSplitSummary(
  { probabilities, targets }: ScoredSet,
  labels: readonly string[],
) {
  const images = targets.length;
  if (images === 0) return null;
  const top = topLabels(probabilities, images, labels.length);
  const counts = countLabels(targets, top, labels.length);
  return {
    images,
    correct: sumOf(counts.hits),
    accuracy: accuracyOf(counts),
    balanced_accuracy: balancedAccuracyOf(counts),
    log_loss: logLoss(probabilities, targets, labels.length),
    majority_baseline: majorityOf(counts.support, labels),
    confusion: countConfusion(targets, top, labels.length),
  };
}

/**
 * Predicting the most frequent label (the first of ties) for every image: the no-information rate.
 * @param support number of images of each label; at least one image in all
 */
export function majorityOf(support: Float64Array, labels: readonly string[]) {
  const majority = mostProbable(support, 0, labels.length);
  const images = sumOf(support);
  return { label: labels[majority], accuracy: support[majority] / images };
}
