// Predictions of a network in training, from standardised features.

import type { Matrix } from '../base/matrix.ts';
import { loadBlock, multiply } from './kernels.ts';
import { type BlockPass, createBlockPass, forward } from './layers.ts';
import { type Examples, labelCountOf, type Network } from './network.ts';
import { accuracy, logLoss, softmaxRows } from './softmax.ts';

export interface Score {
  /** 0..1 */
  readonly accuracy: number;
  /** Mean, in nats. */
  readonly logLoss: number;
}

/** Probabilities of every row, `[n, labels]`. */
export function predict(network: Network, features: Matrix): Float64Array {
  const rows = Uint32Array.from({ length: features.rows }, (_, row) => row);
  return predictRows(network, features, rows);
}

/** Probabilities of `rows`, `[rows.length, labels]`. */
export function predictRows(
  network: Network,
  features: Matrix,
  rows: ArrayLike<number>,
  pass: BlockPass = createBlockPass(network, rows.length),
): Float64Array {
  const labels = labelCountOf(network);
  const out = new Float64Array(rows.length * labels);
  const { weights, bias } = network.layers[0];
  const { block, values } = pass;
  for (let from = 0; from < rows.length; from += block.count) {
    loadBlock(block, features, rows, from);
    multiply(block, weights, bias, values[0]);
    const logits = forward(network, pass, block.count);
    out.set(logits.subarray(0, block.count * labels), from * labels);
  }
  softmaxRows(out, labels);
  return out;
}

/** Over all examples; undefined without any. */
export function scoreExamples(
  network: Network,
  { features, targets }: Examples,
): Score | undefined {
  if (features.rows === 0) return undefined;
  return scoreProbabilities(predict(network, features), targets, labelCountOf(network));
}

/** @param probabilities `[targets.length, labels]` */
export function scoreProbabilities(
  probabilities: Float64Array,
  targets: ArrayLike<number>,
  labels: number,
): Score {
  return {
    accuracy: accuracy(probabilities, targets, labels),
    logLoss: logLoss(probabilities, targets, labels),
  };
}
