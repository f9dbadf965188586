// Confusion matrices, and the metrics that follow from counts of labels alone.

import { dot, sumOf } from '../base/matrix.ts';
import { mostProbable } from '../head/softmax.ts';

/** `[truth][predicted]`, in label order. */
export type Confusion = readonly (readonly number[])[];

/** What most metrics need of a confusion matrix: its size does not grow with the square of the labels. */
export interface LabelCounts {
  /** `[labels]`, images of the label that are predicted as the label. */
  readonly hits: Float64Array;
  /** `[labels]`, images of the label. */
  readonly support: Float64Array;
  /** `[labels]`, images predicted as the label. */
  readonly predicted: Float64Array;
}

export function countConfusion(
  targets: ArrayLike<number>,
  predicted: ArrayLike<number>,
  labelCount: number,
): number[][] {
  const confusion = Array.from({ length: labelCount }, () => new Array<number>(labelCount).fill(0));
  for (let i = 0; i < targets.length; i++) confusion[targets[i]][predicted[i]]++;
  return confusion;
}

/** @param weights how often each image counts; default: once */
export function countLabels(
  targets: ArrayLike<number>,
  predicted: ArrayLike<number>,
  labelCount: number,
  weights?: Float64Array,
): LabelCounts {
  const [hits, support, asPredicted] = [0, 1, 2].map(() => new Float64Array(labelCount));
  for (let i = 0; i < targets.length; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    support[targets[i]] += weight;
    asPredicted[predicted[i]] += weight;
    if (targets[i] === predicted[i]) hits[targets[i]] += weight;
  }
  return { hits, support, predicted: asPredicted };
}

/** Counts by the most probable label. @param scores `[targets.length, labels]`, monotone in the probabilities */
export function countTopLabels(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  labelCount: number,
): LabelCounts {
  return countLabels(targets, topLabels(scores, targets.length, labelCount), labelCount);
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

/** Share of images predicted correctly, 0..1; NaN without any image. */
export function accuracyOf({ hits, support }: LabelCounts): number {
  return sumOf(hits) / sumOf(support);
}

/** Mean sensitivity over the labels that have images; NaN without any image. */
export function balancedAccuracyOf({ hits, support }: LabelCounts): number {
  let sum = 0;
  let present = 0;
  for (let k = 0; k < support.length; k++) {
    if (support[k] === 0) continue;
    sum += hits[k] / support[k];
    present++;
  }
  return sum / present;
}

/**
 * Matthews correlation of several labels, -1..1: R_K of Gorodkin, Comput Biol Chem 2004.
 * @returns NaN when all true or all predicted labels are the same
 */
export function matthewsCorrelation({ hits, support, predicted }: LabelCounts): number {
  const images = sumOf(support);
  const covariance = sumOf(hits) * images - dot(support, predicted);
  const spreadOfTruth = images ** 2 - dot(support, support);
  const spreadOfPredicted = images ** 2 - dot(predicted, predicted);
  return covariance / Math.sqrt(spreadOfTruth * spreadOfPredicted);
}

/**
 * Cohen's kappa of several labels, -1..1: (agreement - chance) / (1 - chance), where chance is the
 * expected agreement of independent labels with the same frequencies (Cohen, Educ Psychol Meas 1960).
 * @returns NaN when all true and predicted labels are the same one
 */
export function cohensKappa({ hits, support, predicted }: LabelCounts): number {
  const images = sumOf(support);
  const byChance = dot(support, predicted) / images;
  return (sumOf(hits) - byChance) / (images - byChance);
}

/** Harmonic mean of PPV and sensitivity, 0..1; NaN for a label without images. */
export function f1Of(hits: number, cases: number, predicted: number): number {
  return cases === 0 ? Number.NaN : (2 * hits) / (cases + predicted);
}
