// The whole network as one ONNX graph: image in, probabilities out.

import type { Head } from '../head/head.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../network/onnx/write.ts';
import { encodeOnnxModel, floatTensor } from '../network/onnx/write.ts';

/** Inputs and outputs of a saved network: docs/formats.md. */
export const NETWORK_INPUT = 'image';
export const NETWORK_OUTPUTS = ['probabilities', 'logits', 'embedding', 'feature_map'] as const;

/**
 * Adds the head to an imported extractor.
 * @param extractor has `embedding` `[n, featureSize]` and `feature_map` `[n, c, h, w]`
 * @param scores name of the output with the probabilities
 * @returns bytes of an ONNX model with, in addition, `logits` and `probabilities` `[n, labels]`
 */
export function encodeNetwork(
  extractor: OnnxGraph,
  { layers, temperature }: Head,
  scores = 'probabilities',
): Uint8Array {
  const initializers: OnnxTensor[] = [];
  const nodes: OnnxNode[] = [];
  let input = 'embedding';
  for (const [l, { inputs, outputs, weights, bias, activation }] of layers.entries()) {
    const isLast = l === layers.length - 1;
    const name = isLast ? 'head' : `hidden_${l + 1}`;
    initializers.push(
      floatTensor(`${name}/weights`, [inputs, outputs], weights),
      floatTensor(`${name}/bias`, [outputs], bias),
    );
    const sums = isLast ? 'logits' : `${name}/sums`;
    nodes.push({ op: 'Gemm', inputs: [input, `${name}/weights`, `${name}/bias`], outputs: [sums] });
    input = sums;
    if (activation === 'relu') {
      input = `${name}/units`;
      nodes.push({ op: 'Relu', inputs: [sums], outputs: [input] });
    }
  }
  let scaled = 'logits';
  if (temperature !== 1) {
    scaled = 'logits/temperature';
    initializers.push(floatTensor('temperature', [], [temperature]));
    nodes.push({ op: 'Div', inputs: ['logits', 'temperature'], outputs: [scaled] });
  }
  nodes.push({
    op: 'Softmax',
    inputs: [scaled],
    outputs: [scores],
    attributes: { axis: { int: -1 } },
  });
  const labels = layers[layers.length - 1].outputs;
  return encodeOnnxModel({
    inputs: extractor.inputs,
    initializers: [...extractor.initializers, ...initializers],
    nodes: [...extractor.nodes, ...nodes],
    outputs: [
      { name: scores, type: 'float32', shape: ['n', labels] },
      { name: 'logits', type: 'float32', shape: ['n', labels] },
      ...extractor.outputs,
    ],
  });
}
