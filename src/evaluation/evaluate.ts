// How good the scores of one set are, always beside what guessing would give.

import { crossEntropy, mostProbable } from '../head/softmax.ts';

/** Figures of one set of images, named as they are saved; every count is a number of images. */
export interface SetEvaluation {
  readonly images: number;
  readonly correct: number;
  /** 0..1 */
  readonly accuracy: number;
  /** Mean recall of the labels that the set holds, 0..1: 1 / labels is chance. */
  readonly balanced_accuracy: number;
  /** Mean, in nats. */
  readonly cross_entropy: number;
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

/** @returns null for a set without images: there is no figure to give */
export function evaluateSet(
  { probabilities, targets }: ScoredSet,
  labels: readonly string[],
): SetEvaluation | null {
  const images = targets.length;
  if (images === 0) return null;
  const confusion = countConfusion(probabilities, targets, labels.length);
  const support = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const majority = mostProbable(support, 0, labels.length);
  const correct = labels.reduce((sum, _, k) => sum + confusion[k][k], 0);
  return {
    images,
    correct,
    accuracy: correct / images,
    balanced_accuracy: meanRecall(confusion),
    cross_entropy: crossEntropy(probabilities, targets, labels.length),
    majority_baseline: { label: labels[majority], accuracy: support[majority] / images },
    confusion,
  };
}

/** `confusion[truth][predicted]` of the most probable labels; `scores` may be any monotone score. */
export function countConfusion(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  labelCount: number,
): number[][] {
  const confusion = Array.from({ length: labelCount }, () => new Array<number>(labelCount).fill(0));
  for (let i = 0; i < targets.length; i++) {
    confusion[targets[i]][mostProbable(scores, i * labelCount, labelCount)]++;
  }
  return confusion;
}

/** Mean over the labels that have cases of the share that was found. */
export function meanRecall(confusion: readonly (readonly number[])[]): number {
  const recalls = confusion.flatMap((row, truth) => {
    const cases = row.reduce((sum, count) => sum + count, 0);
    return cases === 0 ? [] : [row[truth] / cases];
  });
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

/**
 * Area under the ROC curve, one label against the rest, averaged over the labels that have cases
 * and others (with two labels both give the same). Ties count half: Mann-Whitney.
 * @returns null when the set holds fewer than two labels
 */
export function macroAuc(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  labelCount: number,
): number | null {
  const areas: number[] = [];
  for (let k = 0; k < labelCount; k++) {
    const area = rankArea(
      targets.length,
      (i) => scores[i * labelCount + k],
      (i) => targets[i] === k,
    );
    if (area !== null) areas.push(area);
  }
  return areas.length === 0 ? null : areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

function rankArea(
  count: number,
  score: (i: number) => number,
  isCase: (i: number) => boolean,
): number | null {
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => score(a) - score(b));
  let cases = 0;
  let rankSum = 0;
  for (let start = 0; start < count; ) {
    let end = start;
    while (end < count && score(order[end]) === score(order[start])) end++;
    for (let at = start; at < end; at++) {
      if (!isCase(order[at])) continue;
      cases++;
      // Ranks start..end-1 (from 1) are shared equally among equal scores.
      rankSum += (start + 1 + end) / 2;
    }
    start = end;
  }
  const others = count - cases;
  return cases === 0 || others === 0
    ? null
    : (rankSum - (cases * (cases + 1)) / 2) / (cases * others);
}
