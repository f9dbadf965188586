// A few metrics of one split for the manifest, beside what guessing would give.

import { crossEntropy, mostProbable } from '../head/softmax.ts';
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
    log_loss: crossEntropy(probabilities, targets, labels.length),
    majority_baseline: majorityOf(supportOf(confusion), labels),
    confusion,
  };
}

/**
 * What always answering the most frequent label gives, the first of equals: the no-information rate.
 * @param support images of each label; at least one
 */
export function majorityOf(support: readonly number[], labels: readonly string[]) {
  const majority = mostProbable(support, 0, labels.length);
  const images = support.reduce((sum, count) => sum + count, 0);
  return { label: labels[majority], accuracy: support[majority] / images };
}
