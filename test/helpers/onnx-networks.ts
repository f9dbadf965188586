// Small ONNX networks as exporters write them, made in a test.

import { createRandom } from '../../src/base/random.ts';
import {
  floatTensor,
  int64Tensor,
  type OnnxAttribute,
  type OnnxElementType,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from '../../src/network/onnx/graph.ts';
import { encodeOnnxModel } from '../../src/network/onnx/write.ts';

export const CHANNELS = 6;
export const LABELS = 3;
export const SIDE = 32;
/** Of the map before the mean. */
export const PLACES = 8;

/** `op` of inputs to outputs, both by their names. */
export function node(
  op: string,
  inputs: string,
  outputs: string,
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): OnnxNode {
  return { op, inputs: inputs.split(' '), outputs: outputs.split(' '), attributes };
}

export function weights(name: string, shape: readonly number[], seed = 1): OnnxTensor {
  const random = createRandom(seed, `weights ${shape.join('x')}`);
  const length = shape.reduce((all, size) => all * size, 1);
  return floatTensor(
    name,
    shape,
    Float32Array.from({ length }, () => 2 * random.uniform() - 1),
  );
}

export interface Made {
  readonly nodes?: readonly OnnxNode[];
  readonly initializers?: readonly OnnxTensor[];
  /** Names and shapes. */
  readonly outputs?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly input?: readonly (number | string)[];
  readonly type?: OnnxElementType;
  readonly opset?: number;
}

/** A convolution of `x` by 4, to `map` `[n, 6, 8, 8]`. */
export const CONVOLUTION: readonly OnnxNode[] = [
  node('Conv', 'x filter', 'conv', { kernel_shape: { ints: [4, 4] }, strides: { ints: [4, 4] } }),
  node('Relu', 'conv', 'map'),
];
/** Its mean, `pooled` `[n, 6]`. */
export const MEAN: readonly OnnxNode[] = [
  node('GlobalAveragePool', 'map', 'mean'),
  node('Flatten', 'mean', 'pooled'),
];
export const FILTER = weights('filter', [CHANNELS, 3, 4, 4]);
export const CLASSIFIER = [
  weights('head/weights', [CHANNELS, LABELS]),
  weights('head/bias', [LABELS]),
];

/** Convolution, mean, one layer with the names that a saved network gives its own, softmax. */
const CLASSIFYING: readonly OnnxNode[] = [
  ...CONVOLUTION,
  ...MEAN,
  node('Gemm', 'pooled head/weights head/bias', 'logits'),
  node('Softmax', 'logits', 'probabilities'),
];

export function graphOf({
  nodes = CLASSIFYING,
  initializers = [FILTER, ...CLASSIFIER],
  outputs = { probabilities: ['n', LABELS] },
  input = ['n', 3, SIDE, SIDE],
  type = 'float32',
  opset = 17,
}: Made = {}): OnnxGraph {
  return {
    opset,
    inputs: [{ name: 'x', type, shape: [...input] }],
    outputs: Object.entries(outputs).map(([name, shape]) => ({ name, type: 'float32', shape })),
    nodes: [...nodes],
    initializers: [...initializers],
  };
}

export function onnxOf(made?: Made): Uint8Array {
  return encodeOnnxModel(graphOf(made));
}

/** `map` as tokens of its places after `extra` constant ones, `[n, extra + 64, 6]`, in `tokens`. */
export function tokensAfter(extra: number): Pick<Made, 'nodes' | 'initializers' | 'outputs'> {
  const places = PLACES ** 2;
  const nodes = [
    ...CONVOLUTION,
    node('Reshape', 'map flat', 'rows'),
    node('Transpose', 'rows', 'places', { perm: { ints: [0, 2, 1] } }),
    node('Shape', 'x', 'sizes'),
    node('Gather', 'sizes zero', 'count'),
    node('Concat', 'count others', 'wide', { axis: { int: 0 } }),
    node('Expand', 'class wide', 'classes'),
    node('Concat', 'classes places', 'tokens', { axis: { int: 1 } }),
  ];
  return {
    nodes: extra === 0 ? [...nodes.slice(0, 4), node('Identity', 'places', 'tokens')] : nodes,
    initializers: [
      FILTER,
      int64Tensor('flat', [0, CHANNELS, places]),
      int64Tensor('zero', [0]),
      int64Tensor('others', [extra, CHANNELS]),
      weights('class', [1, Math.max(extra, 1), CHANNELS], 9),
    ].slice(0, extra === 0 ? 2 : 5),
    outputs: { tokens: ['n', extra + places, CHANNELS] },
  };
}
