// The whole network as one ONNX graph: image in, probabilities out.

import type { Head } from '../head/head.ts';
import {
  floatTensor,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from '../network/onnx/graph.ts';
import { createNames } from '../network/onnx/names.ts';
import { encodeOnnxModel } from '../network/onnx/write.ts';

/**
 * Adds the head to an imported extractor.
 * @param extractor has `embedding` `[n, featureSize]` and `feature_map` `[n, c, h, w]`
 * @param scores name of the output with the probabilities; no value of `extractor` has it
 * @returns bytes of an ONNX model with, in addition, `logits` and `probabilities` `[n, labels]`
 */
export function encodeNetwork(
  extractor: OnnxGraph,
  { layers, temperature }: Head,
  scores = 'probabilities',
): Uint8Array {
  const initializers: OnnxTensor[] = [];
  const nodes: OnnxNode[] = [];
  const unique = createNames([...namesIn(extractor), scores, 'logits']);
  const constant = (hint: string, shape: readonly number[], data: ArrayLike<number>) => {
    const name = unique(hint);
    initializers.push(floatTensor(name, shape, data));
    return name;
  };
  const emit = (op: string, read: readonly string[], name: string) => {
    nodes.push({ op, inputs: read, outputs: [name] });
    return name;
  };
  let input = 'embedding';
  for (const [l, { inputs, outputs, weights, bias, activation }] of layers.entries()) {
    const isLast = l === layers.length - 1;
    const layer = isLast ? 'head' : `hidden_${l + 1}`;
    const read = [
      input,
      constant(`${layer}/weights`, [inputs, outputs], weights),
      constant(`${layer}/bias`, [outputs], bias),
    ];
    input = emit('Gemm', read, isLast ? 'logits' : unique(`${layer}/sums`));
    if (activation === 'relu') input = emit('Relu', [input], unique(`${layer}/units`));
  }
  if (temperature !== 1) {
    const divisor = constant('temperature', [], [temperature]);
    input = emit('Div', [input, divisor], unique('logits/temperature'));
  }
  nodes.push({
    op: 'Softmax',
    inputs: [input],
    outputs: [scores],
    attributes: { axis: { int: -1 } },
  });
  const labels = layers[layers.length - 1].outputs;
  const [n] = extractor.inputs[0].shape;
  return encodeOnnxModel({
    opset: extractor.opset,
    inputs: extractor.inputs,
    initializers: [...extractor.initializers, ...initializers],
    nodes: [...extractor.nodes, ...nodes],
    outputs: [
      { name: scores, type: 'float32', shape: [n, labels] },
      { name: 'logits', type: 'float32', shape: [n, labels] },
      ...extractor.outputs,
    ],
  });
}

function namesIn({ inputs, outputs, nodes, initializers }: OnnxGraph): string[] {
  const named = [...inputs, ...outputs, ...initializers].map(({ name }) => name);
  return [...named, ...nodes.flatMap((node) => node.outputs)];
}
