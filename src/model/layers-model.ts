// The head as a TensorFlow.js layers model, for `tf.loadLayersModel` in browsers and Node.js.

import { UnfitError } from '../base/errors.ts';
import type { Head, HeadLayer } from '../head/head.ts';
import { COPY_AGAIN } from './remedies.ts';

/** File name of the weights, relative to model.json. */
const WEIGHTS_FILE = 'weights.bin';

export interface LayersModelFiles {
  /** Text of model.json. */
  readonly topology: string;
  /** Of each layer kernel `[inputs, outputs]`, then bias `[outputs]`: little-endian float32. */
  readonly weights: Uint8Array;
}

/** A Keras sequential model of dense layers: features in, probabilities out. */
export function encodeLayersModel({ layers, temperature }: Head): LayersModelFiles {
  const nameOf = (l: number) => (l === layers.length - 1 ? 'head' : `hidden_${l + 1}`);
  const topology = {
    format: 'layers-model',
    generatedBy: 'imgdiag',
    convertedBy: null,
    modelTopology: {
      class_name: 'Sequential',
      config: {
        name: 'imgdiag_head',
        layers: [
          ...layers.map(({ inputs, outputs, activation }, l) => ({
            class_name: 'Dense',
            config: {
              name: nameOf(l),
              trainable: true,
              dtype: 'float32',
              ...(l === 0 && { batch_input_shape: [null, inputs] }),
              units: outputs,
              activation: activation === 'linear' && temperature === 1 ? 'softmax' : activation,
              use_bias: true,
            },
          })),
          ...(temperature === 1 ? [] : scaledSoftmax(1 / temperature)),
        ],
      },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    },
    weightsManifest: [
      {
        paths: [WEIGHTS_FILE],
        weights: layers.flatMap(({ inputs, outputs }, l) => [
          { name: `${nameOf(l)}/kernel`, shape: [inputs, outputs], dtype: 'float32' },
          { name: `${nameOf(l)}/bias`, shape: [outputs], dtype: 'float32' },
        ]),
      },
    ],
  };
  const parts = layers.flatMap(({ weights, bias }) => [weights, bias]);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const values = new DataView(new ArrayBuffer(4 * length));
  let at = 0;
  for (const part of parts) {
    for (const value of part) {
      values.setFloat32(at, value, true);
      at += 4;
    }
  }
  return {
    topology: `${JSON.stringify(topology, null, 2)}\n`,
    weights: new Uint8Array(values.buffer),
  };
}

/** The layers after the logits when these are divided by a temperature. */
function scaledSoftmax(scale: number) {
  return [
    { class_name: 'Rescaling', config: { name: 'temperature', scale, offset: 0 } },
    { class_name: 'Activation', config: { name: 'probabilities', activation: 'softmax' } },
  ];
}

/**
 * Reads back what `encodeLayersModel` wrote.
 * @param sizes features, units of each hidden layer, labels
 * @param temperature not contained in the weights
 * @throws UnfitError when the length of the file does not match the sizes
 */
export function decodeLayersModel(
  weights: Uint8Array,
  sizes: readonly number[],
  temperature: number,
): Head {
  const shapes = sizes.slice(1).map((outputs, l) => ({ inputs: sizes[l], outputs }));
  const expected = 4 * shapes.reduce((sum, { inputs, outputs }) => sum + outputs * (inputs + 1), 0);
  if (weights.byteLength !== expected) {
    throw new UnfitError(
      `expected ${expected} bytes of head weights, found ${weights.byteLength}`,
      {
        hint: COPY_AGAIN,
      },
    );
  }
  const view = new DataView(weights.buffer, weights.byteOffset, weights.byteLength);
  let at = 0;
  const read = (count: number) =>
    Float32Array.from({ length: count }, () => {
      at += 4;
      return view.getFloat32(at - 4, true);
    });
  const layers = shapes.map(
    ({ inputs, outputs }, l): HeadLayer => ({
      inputs,
      outputs,
      weights: read(inputs * outputs),
      bias: read(outputs),
      activation: l === shapes.length - 1 ? 'linear' : 'relu',
    }),
  );
  return { layers, temperature };
}
