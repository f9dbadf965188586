// A few metrics of one split for the manifest, beside what guessing would give.

import { crossEntropy, mostProbable } from '../head/softmax.ts';
import { balancedAccuracyOf, correctOf, countConfusion, supportOf } from './confusion.ts';
import type { ScoredSet } from './probability-scores.ts';

/** Named as they are saved. */
export interface SplitSummary {
  readonly images: number;
  readonly correct: number;
  /** 0..1 */
  readonly accuracy: number;
  /** 0..1: 1 / labels is chance. */
  readonly balanced_accuracy: number;
  /** Mean, in nats. */
  readonly log_loss: number;
  /** What always answering this split's most frequent label gives: the no-information rate. */
  readonly majority_baseline: MajorityBaseline;
  /** `confusion[truth][predicted]`, in label order. */
  readonly confusion: number[][];
}

export interface MajorityBaseline {
  readonly label: string;
  /** 0..1 */
  readonly accuracy: number;
}

/** @returns null for a split without images */
export function computeSplitSummary(
  { probabilities, targets }: ScoredSet,
  labels: readonly string[],
): SplitSummary | null {
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

/** The first of equally frequent labels. @param support images of each label; at least one */
export function majorityOf(
  support: readonly number[],
  labels: readonly string[],
): MajorityBaseline {
  const majority = mostProbable(support, 0, labels.length);
  const images = support.reduce((sum, count) => sum + count, 0);
  return { label: labels[majority], accuracy: support[majority] / images };
}
