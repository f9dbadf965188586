// Temperature scaling: one number that calibrates all scores (Guo et al., ICML 2017).

import { createBreather } from '../base/breathe.ts';
import { softmaxRows, TINY } from '../head/softmax.ts';
import { lossAndError } from './probability-scores.ts';

/** A temperature outside these bounds reflects too few images rather than the model. */
export const TEMPERATURE_BOUNDS: readonly [number, number] = [0.25, 10];

export interface Calibration {
  /** Divides the logits; 1 leaves them unchanged. */
  readonly temperature: number;
  /** Where it is false, the temperature is 1 and `reason` says why. */
  readonly kept: boolean;
  readonly reason?: string;
  /** Without temperature scaling. */
  readonly before: CalibrationLoss;
  /** Cross-fitted: each image scaled by a temperature fitted on other folds, even if it is not kept. */
  readonly after: CalibrationLoss;
  /** `[n, labels]`: cross-fitted if the temperature is kept, else as given. */
  readonly crossFitted: Float64Array;
}

export interface CalibrationLoss {
  /** Mean, in nats. */
  readonly log_loss: number;
  /** 0..1 */
  readonly ece: number;
}

/**
 * Fits the temperature on all images, and validates it by cross-fitting: each fold is scaled by a
 * temperature fitted on all other folds, and unless that lowers the log loss, the temperature
 * stays 1.
 * @param probabilities `[n, labels]`, by models that were not trained on the image; n at least 1
 * @param folds `[n]`, equal numbers are one fold; dependent images must share one
 * @throws the reason of `signal` once it is aborted
 */
export async function calibrate(
  probabilities: Float64Array,
  targets: ArrayLike<number>,
  labels: number,
  folds: ArrayLike<number>,
  signal?: AbortSignal,
): Promise<Calibration> {
  const before = lossAndError(probabilities, targets, labels);
  const rows = Array.from({ length: targets.length }, (_, row) => row);
  const names = [...new Set(rows.map((row) => folds[row]))];
  if (names.length < 2) {
    const reason = 'it cannot be validated on a single fold';
    return { ...unscaled(probabilities, reason), before, after: before };
  }
  const scaled = new Float64Array(probabilities.length);
  const breathe = createBreather(signal);
  for (const fold of names) {
    await breathe();
    const others = rows.filter((row) => folds[row] !== fold);
    const held = rows.filter((row) => folds[row] === fold);
    const temperature = fitTemperature(
      takeImages(probabilities, others, labels),
      others.map((row) => targets[row]),
      labels,
    );
    const own = applyTemperature(takeImages(probabilities, held, labels), labels, temperature);
    for (const [at, row] of held.entries()) {
      scaled.set(own.subarray(at * labels, (at + 1) * labels), row * labels);
    }
  }
  const after = lossAndError(scaled, targets, labels);
  if (after.log_loss < before.log_loss) {
    const temperature = fitTemperature(probabilities, targets, labels);
    return { temperature, kept: true, before, after, crossFitted: scaled };
  }
  const reason = 'it did not lower the log loss';
  return { ...unscaled(probabilities, reason), before, after };
}

function unscaled(probabilities: Float64Array, reason: string) {
  return { temperature: 1, kept: false, reason, crossFitted: Float64Array.from(probabilities) };
}

/**
 * The temperature with the smallest log loss, within the bounds, against targets a little below 1:
 * (n + 1) / (n + 2) for a label with n images, the rest shared by the others (Platt 1999, "Probabilistic
 * outputs for support vector machines"). Where all images are scored right, the surer the better would
 * win otherwise, without end. The loss is convex in 1 / temperature, so its slope changes sign once:
 * bisected on the logarithm of the temperature.
 * @param probabilities `[n, labels]`
 * @returns 1 where all temperatures are equally good, e.g. without images
 */
export function fitTemperature(
  probabilities: ArrayLike<number>,
  targets: ArrayLike<number>,
  labels: number,
): number {
  const logits = logitsOf(probabilities);
  const scaled = new Float64Array(logits.length);
  const wanted = wantedLogits(logits, targets, labels);
  const slopeAt = (logT: number) => meanLogits(logits, labels, Math.exp(logT), scaled) - wanted;
  let [low, high] = TEMPERATURE_BOUNDS.map((bound) => Math.log(bound));
  const atLow = slopeAt(low);
  const atHigh = slopeAt(high);
  // Where the loss is constant, rounding leaves a slope of about 1e-16 per image and logit.
  if (Math.abs(atLow) + Math.abs(atHigh) <= 1e-12 * targets.length) return 1;
  if (atLow <= 0) return TEMPERATURE_BOUNDS[0];
  if (atHigh >= 0) return TEMPERATURE_BOUNDS[1];
  // ln(10 / 0.25) halved 40 times is 3e-12.
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (slopeAt(middle) > 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** `softmax(log(p) / temperature)` of each row; `[n, labels]`. */
export function applyTemperature(
  probabilities: ArrayLike<number>,
  labels: number,
  temperature: number,
): Float64Array {
  // A temperature of 1 must not change a digit.
  if (temperature === 1) return Float64Array.from(probabilities);
  const values = logitsOf(probabilities).map((logit) => logit / temperature);
  softmaxRows(values, labels);
  return values;
}

/** Up to a constant per row, which softmax ignores. */
function logitsOf(probabilities: ArrayLike<number>): Float64Array {
  return Float64Array.from(probabilities, (p) => Math.log(Math.max(p, TINY)));
}

/** Summed over images: the mean logit by the targets. */
function wantedLogits(logits: Float64Array, targets: ArrayLike<number>, labels: number): number {
  const counts = new Array<number>(labels).fill(0);
  for (let i = 0; i < targets.length; i++) counts[targets[i]]++;
  let sum = 0;
  for (let i = 0; i < targets.length; i++) {
    const row = logits.subarray(i * labels, (i + 1) * labels);
    const other = 1 / (counts[targets[i]] + 2) / (labels - 1);
    const total = row.reduce((all, logit) => all + logit, 0);
    sum += other * total + (1 - labels * other) * row[targets[i]];
  }
  return sum;
}

/**
 * Summed over images: the mean logit by the scaled scores. Less that by the targets, it is the slope of
 * the log loss in 1 / temperature: negative where a lower temperature is better.
 * @param scaled overwritten, as long as `logits`
 */
function meanLogits(
  logits: Float64Array,
  labels: number,
  temperature: number,
  scaled: Float64Array,
): number {
  for (let i = 0; i < logits.length; i++) scaled[i] = logits[i] / temperature;
  softmaxRows(scaled, labels);
  return scaled.reduce((sum, share, at) => sum + share * logits[at], 0);
}

function takeImages(values: Float64Array, rows: readonly number[], labels: number): Float64Array {
  const taken = new Float64Array(rows.length * labels);
  for (const [at, row] of rows.entries()) {
    taken.set(values.subarray(row * labels, (row + 1) * labels), at * labels);
  }
  return taken;
}
