// A few metrics of one split for the manifest, with the majority baseline.

import { logLoss, mostProbable } from '../head/softmax.ts';
import { balancedAccuracyOf, correctOf, countConfusion, supportOf } from './confusion.ts';
import type { ScoredSet } from './probability-scores.ts';

/** Named as in the manifest. @returns null for a split without images */
export function computeSplitSummary(
  { probabilities, targets }: ScoredSet,
  labels: readonly string[],
) {
  const images = targets.length;
  if (images === 0) return null;
  const confusion = countConfusion(probabilities, targets, labels.length);
  const correct = correctOf(confusion);
  return {
    images,
    correct,
    accuracy: correct / images,
    balanced_accuracy: balancedAccuracyOf(confusion),
    log_loss: logLoss(probabilities, targets, labels.length),
    majority_baseline: majorityOf(supportOf(confusion), labels),
    confusion,
  };
}

/**
 * Predicting the most frequent label (the first of ties) for every image: the no-information rate.
 * @param support number of images of each label; at least one image in all
 */
export function majorityOf(support: readonly number[], labels: readonly string[]) {
  const majority = mostProbable(support, 0, labels.length);
  const images = support.reduce((sum, count) => sum + count, 0);
  return { label: labels[majority], accuracy: support[majority] / images };
}
