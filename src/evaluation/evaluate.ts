// How good the scores of one set are, always beside what guessing would give.

import { crossEntropy, mostProbable } from '../head/softmax.ts';

/** Figures of one set of images, named as they are saved; every count is a number of images. */
export interface SetEvaluation {
  readonly images: number;
  readonly correct: number;
  /** 0..1 */
  readonly accuracy: number;
  /** Mean, in nats. */
  readonly cross_entropy: number;
  /** What always answering this set's most frequent label gives: the no-information rate. */
  readonly majority_baseline: Baseline;
  /** `confusion[truth][predicted]`, in label order. */
  readonly confusion: readonly (readonly number[])[];
}

export interface Baseline {
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

/** @returns null for a set without images: there is no figure to give */
export function evaluateSet(
  { probabilities, targets }: ScoredSet,
  labels: readonly string[],
): SetEvaluation | null {
  const images = targets.length;
  if (images === 0) return null;
  const confusion = labels.map(() => labels.map(() => 0));
  for (let i = 0; i < images; i++) {
    confusion[targets[i]][mostProbable(probabilities, i * labels.length, labels.length)]++;
  }
  const correct = labels.reduce((sum, _, k) => sum + confusion[k][k], 0);
  const support = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const majority = mostProbable(support, 0, labels.length);
  return {
    images,
    correct,
    accuracy: correct / images,
    cross_entropy: crossEntropy(probabilities, targets, labels.length),
    majority_baseline: { label: labels[majority], accuracy: support[majority] / images },
    confusion,
  };
}
