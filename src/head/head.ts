// The trained head as it is saved: one dense layer on raw features, standardisation folded in.

import type { Matrix } from '../base/matrix.ts';
import { type Dense, softmaxRows } from './softmax.ts';
import type { Standardisation } from './standardise.ts';

/**
 * A dense softmax layer on features as the extractor gives them:
 * `probabilities = softmax(x weights + bias)`.
 */
export interface Head {
  readonly featureSize: number;
  readonly labelCount: number;
  /** `[featureSize, labelCount]`, row-major: the layout of an ONNX Gemm and of a Keras kernel. */
  readonly weights: Float32Array;
  /** `[labelCount]` */
  readonly bias: Float32Array;
}

/** Writes the standardisation into the weights, so that every reader needs one matrix product. */
export function foldHead(dense: Dense, { mean, scale }: Standardisation): Head {
  const { features, labels } = dense;
  const weights = new Float32Array(features * labels);
  const bias = new Float32Array(labels);
  for (let k = 0; k < labels; k++) {
    let shift = dense.bias[k];
    for (let j = 0; j < features; j++) {
      const weight = dense.weights[k * features + j] * scale[j];
      weights[j * labels + k] = weight;
      shift -= weight * mean[j];
    }
    bias[k] = shift;
  }
  return { featureSize: features, labelCount: labels, weights, bias };
}

/**
 * Probabilities `[rows, labelCount]` in 0..1 of raw features `[rows, featureSize]`; sums are
 * float64, so they differ from a float32 runtime by about 1e-6.
 */
export function applyHead({ weights, bias, labelCount }: Head, features: Matrix): Float64Array {
  const { rows, columns, data } = features;
  const result = new Float64Array(rows * labelCount);
  for (let row = 0; row < rows; row++) {
    const out = result.subarray(row * labelCount, (row + 1) * labelCount);
    out.set(bias);
    for (let j = 0; j < columns; j++) {
      const value = data[row * columns + j];
      for (let k = 0; k < labelCount; k++) out[k] += value * weights[j * labelCount + k];
    }
  }
  softmaxRows(result, labelCount);
  return result;
}
