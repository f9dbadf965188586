// Logits, probabilities, and the metrics retrain.py prints of them.

/** Turns each row of logits `[n, labels]` into probabilities, in place; safe for any magnitude. */
export function softmaxRows(values: Float64Array, labels: number): void {
  for (let start = 0; start < values.length; start += labels) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < labels; k++) largest = Math.max(largest, values[start + k]);
    let sum = 0;
    for (let k = 0; k < labels; k++) {
      values[start + k] = Math.exp(values[start + k] - largest);
      sum += values[start + k];
    }
    for (let k = 0; k < labels; k++) values[start + k] /= sum;
  }
}

/** Probabilities are raised to at least this before a logarithm, so that the loss stays finite. */
export const TINY = 1e-300;

/** Mean cross-entropy in nats of probabilities `[targets.length, labels]`. */
export function logLoss(
  probabilities: Float64Array,
  targets: ArrayLike<number>,
  labels: number,
): number {
  let sum = 0;
  for (let i = 0; i < targets.length; i++) {
    sum -= Math.log(Math.max(probabilities[i * labels + targets[i]], TINY));
  }
  return sum / targets.length;
}

/** Share of rows whose most probable label is the target; the first wins a tie. */
export function accuracy(
  probabilities: Float64Array,
  targets: ArrayLike<number>,
  labels: number,
): number {
  let right = 0;
  for (let i = 0; i < targets.length; i++) {
    if (mostProbable(probabilities, i * labels, labels) === targets[i]) right++;
  }
  return right / targets.length;
}

export function mostProbable(values: ArrayLike<number>, start: number, labels: number): number {
  let best = 0;
  for (let k = 1; k < labels; k++) if (values[start + k] > values[start + best]) best = k;
  return best;
}
