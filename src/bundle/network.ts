// The whole network as one ONNX graph: picture in, probabilities out.

import type { OnnxGraph } from '../features/onnx-format.ts';
import { encodeOnnxModel, floatTensor } from '../features/onnx-format.ts';
import type { Head } from '../head/head.ts';

/** Names that a saved network offers: docs/formats.md. */
export const NETWORK_INPUT = 'image';
export const NETWORK_OUTPUTS = ['probabilities', 'logits', 'embedding', 'feature_map'] as const;

/**
 * Adds the head to an imported extractor.
 * @param extractor offers `embedding` `[n, featureSize]` and `feature_map` `[n, c, h, w]`
 * @returns bytes of an ONNX model with, in addition, `logits` and `probabilities` `[n, labels]`
 */
export function encodeNetwork(extractor: OnnxGraph, head: Head): Uint8Array {
  const { featureSize, labelCount } = head;
  return encodeOnnxModel({
    inputs: extractor.inputs,
    initializers: [
      ...extractor.initializers,
      floatTensor('head/weights', [featureSize, labelCount], head.weights),
      floatTensor('head/bias', [labelCount], head.bias),
    ],
    nodes: [
      ...extractor.nodes,
      { op: 'Gemm', inputs: ['embedding', 'head/weights', 'head/bias'], outputs: ['logits'] },
      {
        op: 'Softmax',
        inputs: ['logits'],
        outputs: ['probabilities'],
        attributes: { axis: { int: -1 } },
      },
    ],
    outputs: [
      { name: 'probabilities', type: 'float32', shape: ['n', labelCount] },
      { name: 'logits', type: 'float32', shape: ['n', labelCount] },
      ...extractor.outputs,
    ],
  });
}
