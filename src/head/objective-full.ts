// Loss and gradient over all training rows, with the large matrix products on the fastest engine.

import { type DenseProducts, loadDenseProducts } from '../network/onnx/dense.ts';
import { createBlockPass, createPass } from './layers.ts';
import { createNetwork, type Examples } from './network.ts';
import { addPenalty, evaluateRows, type Loss, passRows } from './objective.ts';

/**
 * Loss at `parameters` (a network's vector); its gradient, of the same length, is written to
 * `gradient`.
 */
export type Objective = (parameters: Float64Array, gradient: Float64Array) => Promise<number>;

/**
 * Where the products of features and weights are computed. `auto`: on ONNX Runtime (float32)
 * where that can be loaded and the problem is large enough to benefit, else in TypeScript
 * (float64). Everything else - softmax, loss, later layers - is float64 TypeScript in both cases,
 * so that they agree to about 1e-6.
 */
export type Arithmetic = 'auto' | 'onnx' | 'typescript';

/** rows * features * outputs of the first layer from which ONNX Runtime is used. */
const ONNX_FROM = 500_000;

/**
 * @param sizes features, units of each hidden layer, labels
 * @throws UnfitError `engine_missing` for `onnx` where it cannot be loaded
 */
export async function openObjective(
  examples: Examples,
  sizes: readonly number[],
  loss: Loss,
  arithmetic: Arithmetic = 'auto',
): Promise<Objective> {
  const size = examples.features.rows * sizes[0] * sizes[1];
  if (arithmetic === 'typescript' || (arithmetic === 'auto' && size < ONNX_FROM)) {
    return plainObjective(examples, sizes, loss);
  }
  const products = await loadDenseProducts(arithmetic === 'onnx');
  return products
    ? onnxObjective(products, examples, sizes, loss)
    : plainObjective(examples, sizes, loss);
}

function plainObjective(
  { features, targets }: Examples,
  sizes: readonly number[],
  loss: Loss,
): Objective {
  const network = createNetwork(sizes);
  const slopes = createNetwork(sizes);
  const pass = createBlockPass(network, features.rows);
  const rows = Uint32Array.from({ length: features.rows }, (_, row) => row);
  return async (parameters, gradient) => {
    network.parameters.set(parameters);
    const value = evaluateRows(slopes, network, loss, features, rows, targets, pass);
    gradient.set(slopes.parameters);
    return value;
  };
}

function onnxObjective(
  products: DenseProducts,
  { features, targets }: Examples,
  sizes: readonly number[],
  loss: Loss,
): Objective {
  const { rows } = features;
  const network = createNetwork(sizes);
  const slopes = createNetwork(sizes);
  const pass = createPass(network, rows);
  const [first] = network.layers;
  const weights = new Float32Array(first.weights.length);
  const bias = new Float32Array(first.bias.length);
  const errors = new Float32Array(rows * first.outputs);
  return async (parameters, gradient) => {
    network.parameters.set(parameters);
    slopes.parameters.fill(0);
    weights.set(first.weights);
    bias.set(first.bias);
    pass.values[0].set(await products.multiply(features, weights, bias));
    const value = passRows(slopes, network, loss, targets, 0, rows, pass, rows);
    errors.set(pass.values[0].subarray(0, errors.length));
    slopes.layers[0].weights.set(await products.multiplyTransposed(features, errors));
    const penalty = addPenalty(slopes, network, loss.l2);
    gradient.set(slopes.parameters);
    return value + penalty;
  };
}
