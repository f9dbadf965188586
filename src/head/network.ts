// The head in training: dense layers on standardised features, all parameters in one vector.

import type { Matrix } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';

/** `z[k] = bias[k] + sum over j of weights[k * inputs + j] x[j]`. */
export interface Dense {
  readonly inputs: number;
  readonly outputs: number;
  /** `[outputs, inputs]`, row-major. */
  readonly weights: Float64Array;
  /** `[outputs]` */
  readonly bias: Float64Array;
}

/**
 * Layers in order, ReLU after each but the last, softmax after the last: one layer is the convex
 * head, two are a head with a hidden layer.
 */
export interface Network {
  /** Weights, then bias, of each layer in turn; the layers are views of this memory. */
  readonly parameters: Float64Array;
  readonly layers: readonly Dense[];
}

/** Features with their label indices. */
export interface Examples {
  /** `[n, features]` */
  readonly features: Matrix;
  /** `[n]`, 0..labels-1 */
  readonly targets: ArrayLike<number>;
}

/** @param sizes features, units of each hidden layer, labels; all weights are 0 */
export function createNetwork(sizes: readonly number[]): Network {
  let length = 0;
  for (let l = 1; l < sizes.length; l++) length += (sizes[l - 1] + 1) * sizes[l];
  const parameters = new Float64Array(length);
  let at = 0;
  const take = (count: number) => {
    at += count;
    return parameters.subarray(at - count, at);
  };
  const layers = sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l];
    return { inputs, outputs, weights: take(inputs * outputs), bias: take(outputs) };
  });
  return { parameters, layers };
}

/** Features, units of each hidden layer, labels. */
export function sizesOf({ layers }: Network): number[] {
  return [layers[0].inputs, ...layers.map(({ outputs }) => outputs)];
}

export function labelCountOf({ layers }: Network): number {
  return layers[layers.length - 1].outputs;
}

export function copyNetwork(network: Network): Network {
  const copy = createNetwork(sizesOf(network));
  copy.parameters.set(network.parameters);
  return copy;
}

/**
 * Initial weights. One layer starts at 0: the problem is convex, so the start only costs steps.
 * Hidden layers need different units: normal weights of variance 2 / inputs (He et al. 2015,
 * https://arxiv.org/abs/1502.01852); the last layer starts at 0.
 */
export function startNetwork(sizes: readonly number[], seed: number): Network {
  const network = createNetwork(sizes);
  const random = createRandom(seed, 'hidden');
  for (const { inputs, weights } of network.layers.slice(0, -1)) {
    const deviation = Math.sqrt(2 / inputs);
    for (let i = 0; i < weights.length; i++) weights[i] = deviation * random.normal();
  }
  return network;
}
