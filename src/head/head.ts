// The trained head as it is saved: dense layers on raw features, with standardisation folded in.

import type { Matrix } from '../base/matrix.ts';
import type { Network } from './network.ts';
import { softmaxRows } from './softmax.ts';
import type { Standardisation } from './standardise.ts';

/** `activation(x weights + bias)` */
export interface HeadLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** `[inputs, outputs]`, row-major: the layout of an ONNX Gemm and of a Keras kernel. */
  readonly weights: Float32Array;
  /** `[outputs]` */
  readonly bias: Float32Array;
  readonly activation: 'relu' | 'linear';
}

/** Takes features as the extractor gives them; a softmax of the last layer's output follows. */
export interface Head {
  /** One, or two with hidden units; the last is linear, those before it have a ReLU. */
  readonly layers: readonly HeadLayer[];
  /** Divides the logits, the last layer's output, before the softmax; 1 does nothing. */
  readonly temperature: number;
}

/** Folds the standardisation into the first layer, so that no reader needs to know it. */
export function foldHead({ layers }: Network, { mean, scale }: Standardisation): Head {
  const last = layers.length - 1;
  return {
    layers: layers.map((dense, l) => {
      const { inputs, outputs } = dense;
      const weights = new Float32Array(inputs * outputs);
      const bias = Float32Array.from(dense.bias);
      for (let k = 0; k < outputs; k++) {
        let shift = dense.bias[k];
        for (let j = 0; j < inputs; j++) {
          const weight = dense.weights[k * inputs + j] * (l === 0 ? scale[j] : 1);
          weights[j * outputs + k] = weight;
          if (l === 0) shift -= weight * mean[j];
        }
        bias[k] = shift;
      }
      return { inputs, outputs, weights, bias, activation: l === last ? 'linear' : 'relu' };
    }),
    temperature: 1,
  };
}

/**
 * Probabilities `[rows, labels]` in 0..1 of raw features `[rows, inputs of the first layer]`; sums
 * are float64, so they differ from a float32 runtime by about 1e-6.
 */
export function applyHead(head: Head, features: Matrix): Float64Array {
  const values = logitsOf(head, features).map((logit) => logit / head.temperature);
  softmaxRows(values, head.layers[head.layers.length - 1].outputs);
  return values;
}

/** Logits `[rows, labels]` of raw features, before the temperature. */
export function logitsOf({ layers }: Head, { rows, data }: Matrix): Float64Array {
  let values: ArrayLike<number> = data;
  let result = new Float64Array();
  for (const layer of layers) {
    result = applyLayer(layer, values, rows);
    values = result;
  }
  return result;
}

/**
 * Sets the temperature, then moves the probabilities by `offset`, `[labels]`: they become
 * softmax(logits / temperature + offset).
 */
export function calibratedHead(
  { layers }: Head,
  temperature: number,
  offset: ArrayLike<number>,
): Head {
  const last = layers.length - 1;
  return {
    layers: layers.map((layer, l) =>
      l === last
        ? { ...layer, bias: layer.bias.map((bias, k) => bias + temperature * offset[k]) }
        : layer,
    ),
    temperature,
  };
}

function applyLayer(
  { inputs, outputs, weights, bias, activation }: HeadLayer,
  values: ArrayLike<number>,
  rows: number,
): Float64Array<ArrayBuffer> {
  const result = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const out = result.subarray(row * outputs, (row + 1) * outputs);
    out.set(bias);
    for (let j = 0; j < inputs; j++) {
      const value = values[row * inputs + j];
      for (let k = 0; k < outputs; k++) out[k] += value * weights[j * outputs + k];
    }
  }
  return activation === 'relu' ? result.map((value) => Math.max(value, 0)) : result;
}
