// The head as a TensorFlow.js layers model: what `tf.loadLayersModel` and browsers read.

import { UnfitError } from '../base/errors.ts';
import type { Head } from '../head/head.ts';

/** File name of the weights, seen from model.json. */
const WEIGHTS_FILE = 'weights.bin';

export interface LayersModelFiles {
  /** Text of model.json. */
  readonly topology: string;
  /** Kernel `[featureSize, labels]`, then bias `[labels]`: little-endian float32. */
  readonly weights: Uint8Array;
}

/** A Keras sequential model of one dense softmax layer: features in, probabilities out. */
export function encodeLayersModel({
  featureSize,
  labelCount,
  weights,
  bias,
}: Head): LayersModelFiles {
  const dense = {
    name: 'head',
    trainable: true,
    dtype: 'float32',
    batch_input_shape: [null, featureSize],
    units: labelCount,
    activation: 'softmax',
    use_bias: true,
  };
  const topology = {
    format: 'layers-model',
    generatedBy: 'imgdiag',
    convertedBy: null,
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 'imgdiag_head', layers: [{ class_name: 'Dense', config: dense }] },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    },
    weightsManifest: [
      {
        paths: [WEIGHTS_FILE],
        weights: [
          { name: 'head/kernel', shape: [featureSize, labelCount], dtype: 'float32' },
          { name: 'head/bias', shape: [labelCount], dtype: 'float32' },
        ],
      },
    ],
  };
  const values = new DataView(new ArrayBuffer(4 * (weights.length + bias.length)));
  for (const [index, value] of [...weights, ...bias].entries()) {
    values.setFloat32(4 * index, value, true);
  }
  return {
    topology: `${JSON.stringify(topology, null, 2)}\n`,
    weights: new Uint8Array(values.buffer),
  };
}

/** Reads back what `encodeLayersModel` wrote. @throws UnfitError when the sizes do not match */
export function decodeLayersModel(
  weights: Uint8Array,
  featureSize: number,
  labelCount: number,
): Head {
  const expected = 4 * labelCount * (featureSize + 1);
  if (weights.byteLength !== expected) {
    throw new UnfitError(
      `expected ${expected} bytes of head weights, found ${weights.byteLength}`,
      {
        hint: 'the model folder is damaged: run imgdiag retrain again',
      },
    );
  }
  const view = new DataView(weights.buffer, weights.byteOffset, weights.byteLength);
  const values = Float32Array.from({ length: expected / 4 }, (_, i) =>
    view.getFloat32(4 * i, true),
  );
  const kernelLength = featureSize * labelCount;
  return {
    featureSize,
    labelCount,
    weights: values.subarray(0, kernelLength),
    bias: values.subarray(kernelLength),
  };
}
