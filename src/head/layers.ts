// Forward and backward pass after the first matrix product: through the later layers to the logits.

import { type Block, createBlock, multiply, multiplyTransposed } from './kernels.ts';
import type { Dense, Network } from './network.ts';

/** Reusable memory for passes of up to `capacity` rows. */
export interface Pass {
  /** Rows that fit, a multiple of four. */
  readonly capacity: number;
  /** Output of each layer, `[capacity, outputs]`, after ReLU except for the last. */
  readonly values: readonly Float64Array[];
  /** Inputs of the second layer and later ones: views of `values`. */
  readonly inputs: readonly Block[];
}

/** Rows of features with their pass. */
export interface BlockPass extends Pass {
  readonly block: Block;
}

/** @param rows capacity */
export function createPass({ layers }: Network, rows: number): Pass {
  const capacity = Math.ceil(rows / 4) * 4;
  const values = layers.map(({ outputs }) => new Float64Array(capacity * outputs));
  const inputs = layers
    .slice(1)
    .map((layer, l) => ({ count: 0, features: layer.inputs, x: values[l] }));
  return { capacity, values, inputs };
}

/** For passes over `rows` rows in blocks that fit into the processor's cache. */
export function createBlockPass(network: Network, rows: number): BlockPass {
  const block = createBlock(rows, network.layers[0].inputs);
  return { ...createPass(network, block.x.length / block.features), block };
}

/**
 * From the first layer's sums to the logits.
 * @param pass `values[0]` contains x W + b of `count` rows, without ReLU
 * @returns logits `[at least count, labels]`: the last of the pass's values
 */
export function forward({ layers }: Network, { values, inputs }: Pass, count: number) {
  for (let l = 1; l < layers.length; l++) {
    const { x } = inputs[l - 1];
    for (let i = 0; i < x.length; i++) x[i] = Math.max(x[i], 0);
    inputs[l - 1].count = count;
    multiply(inputs[l - 1], layers[l].weights, layers[l].bias, values[l]);
  }
  return values[layers.length - 1];
}

/**
 * From the loss's derivative by the logits to that by the first layer's sums, which replaces
 * `values[0]`; adds to the gradient of every bias, and of the weights of all layers but the first.
 * @param pass as `forward` left it, but the last values are d loss / d logit, and 0 in rows from
 *   `count` onwards
 */
export function backward(network: Network, gradient: Network, pass: Pass, count: number): void {
  const { layers } = network;
  for (let l = layers.length - 1; l > 0; l--) {
    const errors = pass.values[l];
    addColumns(errors, count, gradient.layers[l].bias);
    multiplyTransposed(pass.inputs[l - 1], errors, layers[l].outputs, gradient.layers[l].weights);
    passBack(layers[l], errors, pass.values[l - 1]);
  }
  addColumns(pass.values[0], count, gradient.layers[0].bias);
}

/** Replaces the output of a ReLU by the derivative of the loss with respect to its input. */
function passBack({ inputs, outputs, weights }: Dense, errors: Float64Array, x: Float64Array) {
  for (let at = 0, row = 0; at < x.length; row += outputs) {
    for (let j = 0; j < inputs; j++, at++) {
      let sum = 0;
      // Also where ReLU gave exactly 0: any slope in 0..1 is a subgradient there.
      if (x[at] > 0)
        for (let k = 0; k < outputs; k++) sum += errors[row + k] * weights[k * inputs + j];
      x[at] = sum;
    }
  }
}

function addColumns(errors: Float64Array, count: number, sums: Float64Array): void {
  const columns = sums.length;
  for (let at = 0; at < count * columns; ) {
    for (let k = 0; k < columns; k++, at++) sums[k] += errors[at];
  }
}
