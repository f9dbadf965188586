// How good the scores of one set are, always beside what guessing would give.

import { crossEntropy, mostProbable } from '../head/softmax.ts';
import { correctOf, countConfusion, meanRecall, supportOf } from './confusion.ts';

export { countConfusion, meanRecall } from './confusion.ts';
export { macroAuc } from './ranking.ts';

/** Metrics of one set of images, named as they are saved; every count is a number of images. */
export interface SetEvaluation {
  readonly images: number;
  readonly correct: number;
  /** 0..1 */
  readonly accuracy: number;
  /** Mean recall of the labels that the set holds, 0..1: 1 / labels is chance. */
  readonly balanced_accuracy: number;
  /** Mean, in nats. */
  readonly log_loss: number;
  /** What always answering this set's most frequent label gives: the no-information rate. */
  readonly majority_baseline: MajorityBaseline;
  /** `confusion[truth][predicted]`, in label order. */
  readonly confusion: number[][];
}

export interface MajorityBaseline {
  readonly label: string;
  /** 0..1 */
  readonly accuracy: number;
}

export interface ScoredSet {
  /** `[n, labels]`, 0..1 */
  readonly probabilities: Float64Array;
  /** `[n]`, label indices */
  readonly targets: ArrayLike<number>;
}

/** @returns null for a set without images: there is no metric to give */
export function evaluateSet(
  { probabilities, targets }: ScoredSet,
  labels: readonly string[],
): SetEvaluation | null {
  const images = targets.length;
  if (images === 0) return null;
  const confusion = countConfusion(probabilities, targets, labels.length);
  const correct = correctOf(confusion);
  return {
    images,
    correct,
    accuracy: correct / images,
    balanced_accuracy: meanRecall(confusion),
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
