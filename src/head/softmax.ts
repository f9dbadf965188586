// The maths of a softmax head: logits, cross-entropy and its gradient, checked against finite
// differences and TensorFlow.js.

import type { Matrix } from '../base/matrix.ts';
import {
  BLOCK_ROWS,
  type Block,
  createBlock,
  loadBlock,
  multiply,
  multiplyTransposed,
} from './kernels.ts';

/** Weights of one dense layer: `logit[k] = bias[k] + sum over j of weights[k * features + j] x[j]`. */
export interface Dense {
  readonly features: number;
  readonly labels: number;
  /** `[labels, features]`, row-major. */
  readonly weights: Float64Array;
  /** `[labels]` */
  readonly bias: Float64Array;
}

export function createDense(features: number, labels: number): Dense {
  return {
    features,
    labels,
    weights: new Float64Array(labels * features),
    bias: new Float64Array(labels),
  };
}

/** Memory for passes over rows of `features` values, to be used again and again. */
export interface Workspace {
  readonly block: Block;
  /** `[BLOCK_ROWS, labels]` */
  readonly values: Float64Array;
}

export function createWorkspace(rows: number, features: number, labels: number): Workspace {
  return { block: createBlock(rows, features), values: new Float64Array(BLOCK_ROWS * labels) };
}

/**
 * Probabilities of the rows named, written to `out` `[rows.length, labels]`.
 * @param inputs `[n, features]`
 */
export function computeProbabilities(
  { labels, weights, bias }: Dense,
  inputs: Matrix,
  rows: ArrayLike<number>,
  out: Float64Array,
  { block, values }: Workspace,
): void {
  for (let from = 0; from < rows.length; from += block.count) {
    loadBlock(block, inputs, rows, from);
    multiply(block, weights, bias, values);
    out.set(values.subarray(0, block.count * labels), from * labels);
  }
  softmaxRows(out, labels);
}

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

/** Smallest probability that enters a logarithm, so that the loss stays finite. */
const TINY = 1e-300;

/** Mean cross-entropy in nats of probabilities `[targets.length, labels]`. */
export function crossEntropy(
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

/**
 * Gradient of the mean cross-entropy with respect to weights and bias, written to `gradient`.
 * @param inputs `[n, features]`, of which `rows` are used
 * @param targets label index of each of `rows`
 */
export function computeGradient(
  gradient: Dense,
  dense: Dense,
  inputs: Matrix,
  rows: ArrayLike<number>,
  targets: ArrayLike<number>,
  { block, values }: Workspace,
): void {
  const { labels } = dense;
  gradient.weights.fill(0);
  gradient.bias.fill(0);
  for (let from = 0; from < rows.length; from += block.count) {
    loadBlock(block, inputs, rows, from);
    multiply(block, dense.weights, dense.bias, values);
    const errors = values.subarray(0, block.count * labels);
    softmaxRows(errors, labels);
    for (let i = 0; i < block.count; i++) {
      errors[i * labels + targets[from + i]] -= 1;
      for (let k = 0; k < labels; k++) {
        errors[i * labels + k] /= rows.length;
        gradient.bias[k] += errors[i * labels + k];
      }
    }
    // Padding rows hold zeros, so whatever stands beside them as an error adds nothing.
    multiplyTransposed(block, values, labels, gradient.weights);
  }
}
