// Counts of truth against prediction, and the metrics that follow from the counts alone.

import { mostProbable } from '../head/softmax.ts';

/** `[truth][predicted]`, in label order. */
export type Confusion = readonly (readonly number[])[];

/** `confusion[truth][predicted]` of the most probable labels; `scores` may be any monotone score. */
export function countConfusion(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  labelCount: number,
): number[][] {
  return countPairs(targets, predictedLabels(scores, targets.length, labelCount), labelCount);
}

/** Index of the most probable label of each image; the first wins a tie. */
export function predictedLabels(
  scores: ArrayLike<number>,
  images: number,
  labelCount: number,
): Uint32Array {
  return Uint32Array.from({ length: images }, (_, i) =>
    mostProbable(scores, i * labelCount, labelCount),
  );
}

/** @param weights how often each image counts; once where they are left out */
export function countPairs(
  targets: ArrayLike<number>,
  predicted: ArrayLike<number>,
  labelCount: number,
  weights?: ArrayLike<number>,
): number[][] {
  const confusion = Array.from({ length: labelCount }, () => new Array<number>(labelCount).fill(0));
  for (let i = 0; i < targets.length; i++) {
    confusion[targets[i]][predicted[i]] += weights === undefined ? 1 : weights[i];
  }
  return confusion;
}

/** Images of each label. */
export function supportOf(confusion: Confusion): number[] {
  return confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
}

/** Images taken for each label. */
export function takenFor(confusion: Confusion): number[] {
  return confusion.map((_, k) => confusion.reduce((sum, row) => sum + row[k], 0));
}

/** Images that are right. */
export function correctOf(confusion: Confusion): number {
  return confusion.reduce((sum, row, k) => sum + row[k], 0);
}

/** Mean over the labels that have cases of the share that was found; NaN without any image. */
export function balancedAccuracyOf(confusion: Confusion): number {
  const recalls = confusion.flatMap((row, truth) => {
    const cases = row.reduce((sum, count) => sum + count, 0);
    return cases === 0 ? [] : [row[truth] / cases];
  });
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

/**
 * Matthews correlation of several labels, -1..1: R_K of Gorodkin, Comput Biol Chem 2004.
 * @returns NaN when truth or prediction holds one label only
 */
export function matthewsCorrelation(confusion: Confusion): number {
  const truth = supportOf(confusion);
  const taken = takenFor(confusion);
  const images = truth.reduce((sum, count) => sum + count, 0);
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, count, k) => sum + count * b[k], 0);
  const covariance = correctOf(confusion) * images - product(truth, taken);
  const spreadOfTruth = images ** 2 - product(truth, truth);
  const spreadOfTaken = images ** 2 - product(taken, taken);
  return covariance / Math.sqrt(spreadOfTruth * spreadOfTaken);
}

/**
 * Cohen's kappa of several labels, -1..1: (agreement - chance) / (1 - chance), where chance is the
 * agreement of independent answers with the same shares of labels (Cohen, Educ Psychol Meas 1960).
 * @returns NaN when truth and prediction hold the same one label only
 */
export function cohensKappa(confusion: Confusion): number {
  const taken = takenFor(confusion);
  const truth = supportOf(confusion);
  const images = truth.reduce((sum, count) => sum + count, 0);
  const byChance = truth.reduce((sum, count, k) => sum + count * taken[k], 0) / images;
  return (correctOf(confusion) - byChance) / (images - byChance);
}

/** Harmonic mean of precision and recall, 0..1; NaN for a label without cases. */
export function f1Of(hits: number, cases: number, taken: number): number {
  return cases === 0 ? Number.NaN : (2 * hits) / (cases + taken);
}
