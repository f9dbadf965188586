// Imports convolutions and pooling: kernels transposed, SAME padding computed from the sizes.

import type { OnnxAttribute } from '../../network/onnx/graph.ts';
import { activate } from './arithmetic.ts';
import type { ImportedNode, ImportOperator } from './node.ts';
import {
  type ConstantValue,
  type Dimension,
  type GraphBuilder,
  type TensorValue,
  transpose,
} from './values.ts';

/** Kernel `[h, w, in, out]` becomes `[out, in, h, w]`. */
const HWIO_TO_OIHW = [3, 2, 0, 1];
/** Kernel `[h, w, channels, multiplier]` becomes `[channels, multiplier, h, w]`. */
const HWCM_TO_CMHW = [2, 3, 0, 1];

const convolution: ImportOperator = (node, builder) => {
  const { channels, filter } = convolutionInputs(node);
  const [height, width, inputs, outputs] = filter.shape;
  const groups = channels / inputs;
  if (!Number.isInteger(groups) || outputs % groups !== 0) {
    throw node.refuse(`its kernel takes ${inputs} channels, found ${channels}`);
  }
  const data = transpose(filter.data, filter.shape, HWIO_TO_OIHW);
  const weights = builder.weights(
    `${filter.name}/oihw`,
    [outputs, inputs, height, width],
    data,
    filter,
  );
  return convolve(node, builder, { weights, outputs, groups });
};

const depthwiseConvolution: ImportOperator = (node, builder) => {
  const { channels, filter } = convolutionInputs(node);
  const [height, width, inputs, multiplier] = filter.shape;
  if (channels !== inputs) {
    throw node.refuse(`its kernel takes ${inputs} channels, found ${channels}`);
  }
  const outputs = channels * multiplier;
  const data = transpose(filter.data, filter.shape, HWCM_TO_CMHW);
  const weights = builder.weights(`${filter.name}/cmhw`, [outputs, 1, height, width], data, filter);
  return convolve(node, builder, { weights, outputs, groups: channels });
};

/** TensorFlow and ONNX agree: padded cells count neither in a maximum nor in an average. */
function pooling(op: 'MaxPool' | 'AveragePool'): ImportOperator {
  return (node, builder) => {
    const value = imageOf(node, builder);
    const [, height, width] = spatial(node, 'ksize', [1, 1, 1, 1]);
    const window = slide(node, value, [height, width]);
    const attributes = { kernel_shape: { ints: [height, width] }, ...window.attributes };
    const name = builder.emit(op, [value.name], node.name, attributes);
    const shape = [value.shape[0], ...window.sizes, value.shape[3]];
    return { kind: 'tensor', name, shape, layout: 'nchw' };
  };
}

export const CONVOLUTION_OPERATORS: Readonly<Record<string, ImportOperator>> = {
  Conv2D: convolution,
  _FusedConv2D: convolution,
  DepthwiseConv2dNative: depthwiseConvolution,
  FusedDepthwiseConv2dNative: depthwiseConvolution,
  MaxPool: pooling('MaxPool'),
  AvgPool: pooling('AveragePool'),
};

function convolutionInputs(node: ImportedNode): { channels: number; filter: ConstantValue } {
  const filter = node.constant(1);
  const channels = node.tensor(0).shape[3];
  if (filter.shape.length !== 4 || typeof channels !== 'number') {
    throw node.refuse('it does not have an image and a kernel of rank 4');
  }
  return { channels, filter };
}

interface Kernel {
  weights: string;
  outputs: number;
  groups: number;
}

function convolve(node: ImportedNode, builder: GraphBuilder, kernel: Kernel): TensorValue {
  const value = imageOf(node, builder);
  const filter = node.constant(1);
  const window = slide(node, value, [filter.shape[0], filter.shape[1]]);
  const fused = node.attribute.texts('fused_ops');
  const extra = node.attribute.integer('num_args', node.inputs.length - 2);
  if (fused.length > 0 && fused[0] !== 'BiasAdd') {
    throw node.refuse(`fused ${fused[0]} before a bias is not supported`);
  }
  if (node.inputs.length !== 2 + extra) throw node.refuse(`expected ${2 + extra} inputs`);
  const inputs = [value.name, kernel.weights];
  if (fused.length > 0) {
    const bias = node.constant(2);
    inputs.push(builder.floats(bias.name, [kernel.outputs], bias.data));
  }
  const attributes = { group: { int: kernel.groups }, ...window.attributes };
  const name = builder.emit('Conv', inputs, node.name, attributes);
  const shape = [value.shape[0], ...window.sizes, kernel.outputs];
  return activate(node, builder, { kind: 'tensor', name, shape, layout: 'nchw' }, fused.slice(1));
}

/** Input 0, `[n, h, w, c]` with known sizes. */
function imageOf(node: ImportedNode, builder: GraphBuilder): TensorValue {
  const format = node.attribute.text('data_format', 'NHWC');
  if (format !== 'NHWC') throw node.refuse(`data_format ${format} is not supported`);
  const value = node.tensor(0);
  if (value.shape.length !== 4) {
    throw node.refuse(`expected an image of rank 4, found rank ${value.shape.length}`);
  }
  return builder.toNchw(value);
}

function spatial(node: ImportedNode, name: string, otherwise: number[]): readonly number[] {
  const values = node.attribute.integers(name);
  if (values.length === 0) return otherwise;
  if (values.length !== 4 || values[0] !== 1 || values[3] !== 1) {
    throw node.refuse(`${name} ${values.join(' ')} is not supported`);
  }
  return values;
}

/**
 * Output sizes and ONNX attributes of a sliding window. Pads are explicit, since the sizes are
 * known, and older runtimes refuse `auto_pad` with dilation.
 * SAME: https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 */
function slide(
  node: ImportedNode,
  value: TensorValue,
  kernel: readonly [number, number],
): { sizes: Dimension[]; attributes: Record<string, OnnxAttribute> } {
  const strides = spatial(node, 'strides', [1, 1, 1, 1]).slice(1, 3);
  const dilations = spatial(node, 'dilations', [1, 1, 1, 1]).slice(1, 3);
  const sizes: Dimension[] = [];
  const before: number[] = [];
  const after: number[] = [];
  for (const axis of [0, 1]) {
    const size = value.shape[axis + 1];
    if (size === null) throw node.refuse('the size of its image is unknown');
    const reach = (kernel[axis] - 1) * dilations[axis] + 1;
    const [start, end] = pads(node, axis, size, reach, strides[axis]);
    const output = Math.floor((size + start + end - reach) / strides[axis]) + 1;
    if (output < 1) throw node.refuse(`its image of ${size} pixels is smaller than its window`);
    sizes.push(output);
    before.push(start);
    after.push(end);
  }
  const attributes: Record<string, OnnxAttribute> = {
    strides: { ints: strides },
    pads: { ints: [...before, ...after] },
  };
  if (dilations.some((dilation) => dilation !== 1)) attributes.dilations = { ints: dilations };
  return { sizes, attributes };
}

function pads(
  node: ImportedNode,
  axis: number,
  size: number,
  reach: number,
  stride: number,
): [number, number] {
  const padding = node.attribute.text('padding', '');
  if (padding === 'VALID') return [0, 0];
  if (padding === 'SAME') {
    const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }
  // [top of n, bottom of n, top of h, bottom of h, ...]; TensorFlow.js has no such pooling.
  const explicit = node.attribute.integers('explicit_paddings');
  if (padding !== 'EXPLICIT' || explicit.length !== 8 || node.op.endsWith('Pool')) {
    throw node.refuse(`padding ${padding} is not supported`);
  }
  return [explicit[2 + 2 * axis], explicit[3 + 2 * axis]];
}
