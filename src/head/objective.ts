// The training loss: weighted cross-entropy with label smoothing, plus an L2 penalty. Loss and
// gradient in float64, checked against finite differences and TensorFlow.js.

import type { Matrix } from '../base/matrix.ts';
import { loadBlock, multiply, multiplyTransposed } from './kernels.ts';
import { type BlockPass, backward, forward, type Pass } from './layers.ts';
import { labelCountOf, type Network } from './network.ts';
import { softmaxRows, TINY } from './softmax.ts';

/**
 * `mean over rows of w[target] * sum over k of -t[k] ln p[k], plus l2 / 2 * sum of W^2`, where
 * `t = 1 - labelSmoothing + labelSmoothing / labels` for the target, else
 * `labelSmoothing / labels` (Szegedy et al. 2015, https://arxiv.org/abs/1512.00567). Biases are
 * not penalised.
 */
export interface Loss {
  /** 0 or more. */
  readonly l2: number;
  /** 0..1, below 1. */
  readonly labelSmoothing: number;
  /** `[labels]`, weight of a row by its label, with mean 1 over the training rows; undefined: 1. */
  readonly labelWeights: Float64Array | undefined;
}

/**
 * `n / (K n_k)`: every label has the same total weight. K is the number of labels with rows; a
 * label without rows gets 0.
 */
export function balancedWeights(targets: ArrayLike<number>, labels: number): Float64Array {
  const weights = new Float64Array(labels);
  for (let i = 0; i < targets.length; i++) weights[targets[i]]++;
  const present = weights.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return weights.map((count) => (count > 0 ? targets.length / (present * count) : 0));
}

/**
 * Loss of `rows`; its gradient is written to `gradient`.
 * @param inputs `[n, features]`, of which `rows` are used
 * @param targets label index of each of `rows`
 */
export function evaluateRows(
  gradient: Network,
  network: Network,
  loss: Loss,
  inputs: Matrix,
  rows: ArrayLike<number>,
  targets: ArrayLike<number>,
  pass: BlockPass,
): number {
  const { block } = pass;
  const { weights, bias, outputs } = network.layers[0];
  gradient.parameters.fill(0);
  let sum = 0;
  for (let from = 0; from < rows.length; from += block.count) {
    loadBlock(block, inputs, rows, from);
    multiply(block, weights, bias, pass.values[0]);
    sum += passRows(gradient, network, loss, targets, from, rows.length, pass, block.count);
    multiplyTransposed(block, pass.values[0], outputs, gradient.layers[0].weights);
  }
  return sum + addPenalty(gradient, network, loss.l2);
}

/**
 * From the first layer's sums of `count` rows to their part of the loss, and back to the
 * derivative with respect to these sums, which replaces them in the pass.
 * @param from index in `targets` of the first row
 * @param total rows over which the mean is taken
 */
export function passRows(
  gradient: Network,
  network: Network,
  { labelSmoothing, labelWeights }: Loss,
  targets: ArrayLike<number>,
  from: number,
  total: number,
  pass: Pass,
  count: number,
): number {
  const labels = labelCountOf(network);
  const logits = forward(network, pass, count);
  const errors = logits.subarray(0, count * labels);
  softmaxRows(errors, labels);
  // Padding rows of a block must not count, whatever they contain.
  logits.fill(0, count * labels);
  const other = labelSmoothing / labels;
  let sum = 0;
  for (let i = 0, at = 0; i < count; i++) {
    const target = targets[from + i];
    const weight = labelWeights ? labelWeights[target] : 1;
    let row = 0;
    for (let k = 0; k < labels; k++, at++) {
      const wanted = k === target ? 1 - labelSmoothing + other : other;
      if (wanted > 0) row -= wanted * Math.log(Math.max(errors[at], TINY));
      errors[at] = (weight * (errors[at] - wanted)) / total;
    }
    sum += weight * row;
  }
  backward(network, gradient, pass, count);
  return sum / total;
}

/** @returns the penalty; its derivative is added to the gradient */
export function addPenalty(gradient: Network, { layers }: Network, l2: number): number {
  if (l2 === 0) return 0;
  let squares = 0;
  for (const [l, { weights }] of layers.entries()) {
    const slopes = gradient.layers[l].weights;
    for (let i = 0; i < weights.length; i++) {
      squares += weights[i] * weights[i];
      slopes[i] += l2 * weights[i];
    }
  }
  return (l2 / 2) * squares;
}
