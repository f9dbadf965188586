// The two large matrix products of training a dense layer, on ONNX Runtime.

import { UnfitError } from '../../base/errors.ts';
import type { Matrix } from '../../base/matrix.ts';
import type { OnnxValueInfo } from './graph.ts';
import { openFloatSession } from './session.ts';
import { encodeOnnxModel } from './write.ts';

/** In float32; on one thread, so that results do not depend on the number of processors. */
export interface DenseProducts {
  /**
   * @param weights `[outputs, columns]`
   * @param bias `[outputs]`
   * @returns x W^T + b, `[x.rows, outputs]`
   */
  multiply(x: Matrix, weights: Float32Array, bias: Float32Array): Promise<Float32Array>;
  /**
   * @param errors `[x.rows, outputs]`
   * @returns E^T x, `[outputs, columns]`
   */
  multiplyTransposed(x: Matrix, errors: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * The features are passed in each call, uncopied, so that one pair of sessions serves all fits.
 * Measured on 2,000 x 1,280 features and 5 outputs: 0.8 ms per product; as an initializer in the
 * graph they would save 0.5 ms in one of the two and cost a copy per fit. Weights are stored
 * `[outputs, columns]` because the transposed product is twice as fast that way.
 * @throws UnfitError `engine_missing` where onnxruntime-node cannot be loaded
 */
export async function openDenseProducts(): Promise<DenseProducts> {
  const forward = await openFloatSession(
    encodeGemm(
      [matrix('x', 'rows', 'columns'), matrix('weights', 'outputs', 'columns'), vector('bias')],
      matrix('result', 'rows', 'outputs'),
      'transB',
    ),
  );
  const backward = await openFloatSession(
    encodeGemm(
      [matrix('errors', 'rows', 'outputs'), matrix('x', 'rows', 'columns')],
      matrix('result', 'outputs', 'columns'),
      'transA',
    ),
  );
  const tensor = (x: Matrix) => ({ shape: [x.rows, x.columns], data: x.data });
  return {
    async multiply(x, weights, bias) {
      const outputs = bias.length;
      const { data } = await forward.run(
        {
          x: tensor(x),
          weights: { shape: [outputs, x.columns], data: weights },
          bias: { shape: [outputs], data: bias },
        },
        'result',
      );
      return data;
    },
    async multiplyTransposed(x, errors) {
      const outputs = errors.length / x.rows;
      const { data } = await backward.run(
        { errors: { shape: [x.rows, outputs], data: errors }, x: tensor(x) },
        'result',
      );
      return data;
    },
    async dispose() {
      await forward.dispose();
      await backward.dispose();
    },
  };
}

let loaded: Promise<DenseProducts> | undefined;

/**
 * Opened once per process: they hold no data, and all that multiplies shares them.
 * @returns undefined where ONNX Runtime cannot be loaded, unless it is required
 * @throws UnfitError `engine_missing` where it is required
 */
export async function loadDenseProducts(required = false): Promise<DenseProducts | undefined> {
  loaded ??= openDenseProducts();
  try {
    return await loaded;
  } catch (error) {
    if (!required && error instanceof UnfitError && error.code === 'engine_missing') return;
    throw error;
  }
}

function matrix(name: string, rows: string, columns: string): OnnxValueInfo {
  return { name, type: 'float32', shape: [rows, columns] };
}

function vector(name: string): OnnxValueInfo {
  return { name, type: 'float32', shape: ['outputs'] };
}

function encodeGemm(
  inputs: OnnxValueInfo[],
  output: OnnxValueInfo,
  transposed: 'transA' | 'transB',
): Uint8Array {
  const node = {
    op: 'Gemm',
    inputs: inputs.map(({ name }) => name),
    outputs: [output.name],
    attributes: { [transposed]: { int: 1 } },
  };
  return encodeOnnxModel({ inputs, outputs: [output], nodes: [node], initializers: [] });
}
