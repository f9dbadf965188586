// Quality of predicted probabilities: log loss, Brier score, calibration error, reliability.

import { TINY } from '../head/softmax.ts';
import { topLabels } from './confusion.ts';
import type { Interval } from './estimate.ts';
import { wilsonInterval } from './proportions.ts';

/** Predicted probabilities of images whose labels are known. */
export interface ScoredSet {
  /** `[n, labels]`, 0..1 */
  readonly probabilities: Float64Array;
  /** `[n]`, label indices */
  readonly targets: ArrayLike<number>;
}

/** One bin of confidence, the score of the top label. */
export interface ReliabilityBin {
  /** Bounds of the bin, 0..1. */
  readonly from: number;
  readonly to: number;
  readonly images: number;
  /** Mean score of the top label; null in an empty bin. */
  readonly confidence: number | null;
  /** Share of images predicted correctly; null in an empty bin. */
  readonly accuracy: number | null;
}

/** Bins of equal width over 0..1: Guo et al., ICML 2017. */
export const BINS = 15;

/** What each image contributes; every array is `[n]`. */
export interface ImageLosses {
  /** -ln of the probability of the true label; finite. */
  readonly losses: Float64Array;
  /** Squared error summed over labels, 0..2. */
  readonly squares: Float64Array;
  /** Probability of the most probable label, 0..1. */
  readonly confidences: Float64Array;
  /** 1 where the most probable label is the true label. */
  readonly right: Uint8Array;
  /** Index of the confidence bin, 0..14. */
  readonly bins: Uint8Array;
}

/** @param probabilities `[targets.length, labels]` */
export function scoreImages(
  probabilities: ArrayLike<number>,
  targets: ArrayLike<number>,
  labels: number,
): ImageLosses {
  const images = targets.length;
  const top = topLabels(probabilities, images, labels);
  const confidences = Float64Array.from(top, (k, i) => probabilities[i * labels + k]);
  return {
    losses: Float64Array.from({ length: images }, (_, i) => {
      return -Math.log(Math.max(probabilities[i * labels + targets[i]], TINY));
    }),
    squares: Float64Array.from({ length: images }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < labels; k++) {
        sum += (probabilities[i * labels + k] - Number(targets[i] === k)) ** 2;
      }
      return sum;
    }),
    confidences,
    right: Uint8Array.from(top, (k, i) => Number(k === targets[i])),
    // A bin includes its upper bound, as in the paper.
    bins: Uint8Array.from(confidences, (c) => Math.min(BINS, Math.max(1, Math.ceil(c * BINS))) - 1),
  };
}

/** @param weights `[n]`, how often each image counts */
export function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * values[i];
    count += weights[i];
  }
  return sum / count;
}

/** Wilson's interval for the geometric mean probability of the true label. @param loss mean, in nats */
export function logLossInterval(loss: number, size: number): Interval {
  const [low, high] = wilsonInterval(Math.exp(-loss), size);
  return [-Math.log(high), -Math.log(Math.max(low, TINY))];
}

/**
 * Per bin, its share of the images times (accuracy - confidence), `[15]`.
 * @param weights `[n]`, how often each image counts
 */
export function calibrationGaps(
  { confidences, right, bins }: ImageLosses,
  weights: Float64Array,
): Float64Array {
  const gaps = new Float64Array(BINS);
  let count = 0;
  for (let i = 0; i < bins.length; i++) {
    gaps[bins[i]] += weights[i] * (right[i] - confidences[i]);
    count += weights[i];
  }
  return gaps.map((gap) => gap / count);
}

/** Expected calibration error of the top label, 0..1: Guo et al., equation 3. */
export function calibrationError(gaps: Float64Array): number {
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0);
}

export function reliabilityBins({ confidences, right, bins }: ImageLosses): ReliabilityBin[] {
  return Array.from({ length: BINS }, (_, bin) => {
    const images = [...bins.keys()].filter((image) => bins[image] === bin);
    const meanOf = (values: ArrayLike<number>) =>
      images.length === 0
        ? null
        : images.reduce((sum, image) => sum + values[image], 0) / images.length;
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      images: images.length,
      confidence: meanOf(confidences),
      accuracy: meanOf(right),
    };
  });
}

/** Log loss in nats and calibration error of at least one image. */
export function lossAndError(
  probabilities: ArrayLike<number>,
  targets: ArrayLike<number>,
  labels: number,
): { readonly log_loss: number; readonly ece: number } {
  const scores = scoreImages(probabilities, targets, labels);
  const once = new Float64Array(targets.length).fill(1);
  return {
    log_loss: weightedMean(scores.losses, once),
    ece: calibrationError(calibrationGaps(scores, once)),
  };
}
