// Confusion matrices, and the metrics that follow from their counts alone.

import { mostProbable } from '../head/softmax.ts';

/** `[truth][predicted]`, in label order. */
export type Confusion = readonly (readonly number[])[];

/** `confusion[truth][predicted]` by the most probable label; `scores` may be any monotone score. */
export function countConfusion(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  labelCount: number,
): number[][] {
  return countPairs(targets, topLabels(scores, targets.length, labelCount), labelCount);
}

/** Index of the most probable label of each image; the first wins a tie. */
export function topLabels(
  scores: ArrayLike<number>,
  images: number,
  labelCount: number,
): Uint32Array {
  return Uint32Array.from({ length: images }, (_, i) =>
    mostProbable(scores, i * labelCount, labelCount),
  );
}

/** @param weights how often each image counts; default: once */
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

/** Number of images of each label. */
export function supportOf(confusion: Confusion): number[] {
  return confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
}

/** Number of images predicted as each label. */
export function predictedOf(confusion: Confusion): number[] {
  return confusion.map((_, k) => confusion.reduce((sum, row) => sum + row[k], 0));
}

/** Number of images predicted correctly. */
export function correctOf(confusion: Confusion): number {
  return confusion.reduce((sum, row, k) => sum + row[k], 0);
}

/** Mean sensitivity over the labels that have images; NaN without any image. */
export function balancedAccuracyOf(confusion: Confusion): number {
  const sensitivities = confusion.flatMap((row, truth) => {
    const cases = row.reduce((sum, count) => sum + count, 0);
    return cases === 0 ? [] : [row[truth] / cases];
  });
  return sensitivities.reduce((sum, one) => sum + one, 0) / sensitivities.length;
}

/**
 * Matthews correlation of several labels, -1..1: R_K of Gorodkin, Comput Biol Chem 2004.
 * @returns NaN when all true or all predicted labels are the same
 */
export function matthewsCorrelation(confusion: Confusion): number {
  const truth = supportOf(confusion);
  const predicted = predictedOf(confusion);
  const images = truth.reduce((sum, count) => sum + count, 0);
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, count, k) => sum + count * b[k], 0);
  const covariance = correctOf(confusion) * images - product(truth, predicted);
  const spreadOfTruth = images ** 2 - product(truth, truth);
  const spreadOfPredicted = images ** 2 - product(predicted, predicted);
  return covariance / Math.sqrt(spreadOfTruth * spreadOfPredicted);
}

/**
 * Cohen's kappa of several labels, -1..1: (agreement - chance) / (1 - chance), where chance is the
 * expected agreement of independent labels with the same frequencies (Cohen, Educ Psychol Meas 1960).
 * @returns NaN when all true and predicted labels are the same one
 */
export function cohensKappa(confusion: Confusion): number {
  const predicted = predictedOf(confusion);
  const truth = supportOf(confusion);
  const images = truth.reduce((sum, count) => sum + count, 0);
  const byChance = truth.reduce((sum, count, k) => sum + count * predicted[k], 0) / images;
  return (correctOf(confusion) - byChance) / (images - byChance);
}

/** Harmonic mean of PPV and sensitivity, 0..1; NaN for a label without images. */
export function f1Of(hits: number, cases: number, predicted: number): number {
  return cases === 0 ? Number.NaN : (2 * hits) / (cases + predicted);
}
