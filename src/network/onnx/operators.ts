// The operators that a network may contain, and the output shape of each.
// Definitions: https://github.com/onnx/onnx/blob/main/docs/Operators.md (opset 13).

import { MalformedError } from '../../base/protobuf-read.ts';
import type { OnnxNode } from './graph.ts';

export type Shape = readonly number[];

/** Axes of a value. */
export const MAX_RANK = 8;

/** A node with everything that its output shape depends on. */
export interface Step {
  readonly node: OnnxNode;
  readonly shapes: readonly Shape[];
  /** Int64 values of input `index`, a constant, of which there are at most `most`. */
  constant(index: number, most: number): number[];
}

export interface Operator {
  /** Inputs, at least and at most. */
  readonly inputs: readonly [number, number];
  /** Names of allowed attributes. */
  readonly attributes?: readonly string[];
  shape(step: Step): Shape;
  /** Multiplications per output value; default 1. */
  cost?(step: Step): number;
}

const same: Operator = { inputs: [1, 1], shape: ({ shapes }) => shapes[0] };
const pair: Operator = { inputs: [2, 2], shape: ({ shapes }) => broadcast(shapes[0], shapes[1]) };
const WINDOW = ['kernel_shape', 'strides', 'pads', 'dilations'];
const pool: Operator = {
  inputs: [1, 1],
  attributes: WINDOW,
  shape: (step) => [...step.shapes[0].slice(0, 2), ...slide(step, kernelOf(step))],
  cost: (step) => product(kernelOf(step)),
};
const globalPool: Operator = {
  inputs: [1, 1],
  shape: ({ shapes: [[n, c, ...sizes]] }) => [n, c, ...sizes.map(() => 1)],
  cost: ({ shapes: [[, , ...sizes]] }) => product(sizes),
};
const reduction: Operator = {
  inputs: [1, 1],
  attributes: ['axes', 'keepdims'],
  shape: ({ node, shapes: [shape] }) => {
    const axes = ints(node, 'axes', []).map((axis) => axisOf(axis, shape.length));
    const kept = int(node, 'keepdims', 1) === 1;
    return shape
      .map((size, i) => (axes.includes(i) ? 1 : size))
      .filter((_, i) => kept || !axes.includes(i));
  },
  cost: ({ shapes: [shape] }) => product(shape),
};

/** Every operator that `import-operators.ts` and `bundle/network.ts` write, and no other. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries<Operator>({
    Relu: same,
    Elu: same,
    Sigmoid: same,
    Sqrt: same,
    Reciprocal: same,
    LeakyRelu: { ...same, attributes: ['alpha'] },
    Softmax: { ...same, attributes: ['axis'] },
    Cast: { ...same, attributes: ['to'] },
    Clip: { ...same, inputs: [3, 3] },
    BatchNormalization: { ...same, inputs: [5, 5], attributes: ['epsilon'] },
    PRelu: pair,
    Add: pair,
    Sub: pair,
    Mul: pair,
    Div: pair,
    Max: pair,
    Min: pair,
    MaxPool: pool,
    AveragePool: pool,
    GlobalAveragePool: globalPool,
    GlobalMaxPool: globalPool,
    ReduceMean: reduction,
    ReduceMax: reduction,
    Conv: {
      inputs: [2, 3],
      attributes: ['group', ...WINDOW],
      shape: (step) => [
        step.shapes[0][0],
        step.shapes[1][0],
        ...slide(step, step.shapes[1].slice(2)),
      ],
      cost: ({ shapes }) => product(shapes[1].slice(1)),
    },
    Gemm: {
      inputs: [2, 3],
      attributes: ['transB'],
      shape: ({ node, shapes: [a, b] }) => [a[0], b[int(node, 'transB', 0) === 1 ? 0 : 1]],
      cost: ({ shapes: [a] }) => a[1],
    },
    Transpose: {
      inputs: [1, 1],
      attributes: ['perm'],
      shape: ({ node, shapes: [shape] }) => {
        const order = ints(node, 'perm', []);
        if (new Set(order).size !== shape.length)
          throw new MalformedError('an invalid order of axes');
        return order.map((axis) => shape[axisOf(axis, shape.length)]);
      },
    },
    Flatten: { inputs: [1, 1], shape: ({ shapes: [[n, ...rest]] }) => [n, product(rest)] },
    Reshape: {
      inputs: [2, 2],
      shape: (step) => {
        const wanted = step.constant(1, MAX_RANK);
        const known = product(wanted.filter((size) => size !== -1));
        return wanted.map((size) => (size === -1 ? product(step.shapes[0]) / known : size));
      },
    },
    Concat: {
      inputs: [1, 64],
      attributes: ['axis'],
      shape: ({ node, shapes }) => {
        const axis = axisOf(int(node, 'axis', 0), shapes[0].length);
        return shapes[0].map((size, i) =>
          i === axis ? shapes.reduce((sum, shape) => sum + shape[axis], 0) : size,
        );
      },
    },
    Pad: {
      inputs: [2, 3],
      attributes: ['mode'],
      shape: (step) => {
        const [shape] = step.shapes;
        const pads = step.constant(1, 2 * shape.length);
        // A mirrored border cannot be wider than what it mirrors.
        if (
          pads.length !== 2 * shape.length ||
          pads.some((by, i) => by < 0 || by > shape[i % shape.length])
        ) {
          throw new MalformedError(`padding ${pads.join(' ')}`);
        }
        return shape.map((size, i) => size + pads[i] + pads[shape.length + i]);
      },
    },
  }),
);

/** Spatial output sizes of a window that slides over the input. */
function slide({ node, shapes: [shape] }: Step, kernel: readonly number[]): number[] {
  const axes = shape.length - 2;
  const strides = ints(node, 'strides', Array(axes).fill(1));
  const dilations = ints(node, 'dilations', Array(axes).fill(1));
  const pads = ints(node, 'pads', Array(2 * axes).fill(0));
  return kernel.map((size, i) => {
    const reach = (size - 1) * dilations[i] + 1;
    if (![strides[i], dilations[i]].every((step) => step >= 1))
      throw new MalformedError('an invalid stride');
    return Math.floor((shape[2 + i] + pads[i] + pads[axes + i] - reach) / strides[i]) + 1;
  });
}

function kernelOf({ node, shapes: [shape] }: Step): readonly number[] {
  const kernel = ints(node, 'kernel_shape', []);
  if (kernel.length === shape.length - 2) return kernel;
  throw new MalformedError(`${node.op} with a window of ${kernel.length} axes`);
}

function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const sizeOf = (shape: Shape, axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = [sizeOf(a, axis), sizeOf(b, axis)];
    if (sizes[0] !== sizes[1] && !sizes.includes(1))
      throw new MalformedError('incompatible shapes');
    return Math.max(...sizes);
  });
}

function axisOf(axis: number, rank: number): number {
  const from = axis < 0 ? axis + rank : axis;
  if (from >= 0 && from < rank) return from;
  throw new MalformedError(`axis ${axis} of ${rank}`);
}

function int(node: OnnxNode, name: string, otherwise: number): number {
  const value = node.attributes?.[name];
  return value !== undefined && 'int' in value ? value.int : otherwise;
}

function ints(node: OnnxNode, name: string, otherwise: readonly number[]): readonly number[] {
  const value = node.attributes?.[name];
  return value !== undefined && 'ints' in value ? value.ints : otherwise;
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
