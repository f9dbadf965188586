// Computes at import what depends on constants only: frozen graphs write batch normalisation as
// arithmetic on its weights.

import type { TfjsWeight } from '../../network/tfjs/weights.ts';
import { broadcast } from './arithmetic.ts';
import { type ImportedNode, normaliseAxes } from './node.ts';
import { type ConstantValue, gather, product, stridesOf } from './values.ts';

/** Values computed in all, 256 MB of float32: Inception V3 takes a tenth where nothing is folded yet. */
const MAX_FOLDED = 2 ** 26;

type Data = TfjsWeight['data'];
type Allocate = (dtype: TfjsWeight['dtype'], count: number) => Data;
type Fold = (
  node: ImportedNode,
  inputs: readonly ConstantValue[],
  allocate: Allocate,
) => TfjsWeight;

/**
 * For the nodes of one network.
 * @returns gives the value of a node whose inputs are all constants; undefined for an operator that is
 *   not computed here
 */
export function createFolding(): (
  node: ImportedNode,
  inputs: readonly ConstantValue[],
) => ConstantValue | undefined {
  let left = MAX_FOLDED;
  return (node, inputs) => {
    const fold = FOLDS.get(node.op);
    if (fold === undefined || inputs.length === 0) return undefined;
    const allocate: Allocate = (dtype, count) => {
      left -= count;
      if (left < 0) throw node.refuse(`more than ${MAX_FOLDED} values computed from constants`);
      return new ARRAYS[dtype](count);
    };
    return { ...fold(node, inputs, allocate), kind: 'constant', name: node.name };
  };
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

function unary(compute: (value: number) => number): Fold {
  return (node, _, allocate) => {
    const { shape, dtype, data } = node.constant(0);
    const result = allocate(dtype, data.length);
    for (let i = 0; i < data.length; i++) result[i] = compute(data[i]);
    return { shape, dtype, data: result };
  };
}

function binary(compute: (left: number, right: number) => number): Fold {
  return (node, inputs, allocate) => {
    const [a, b] = inputs;
    if (inputs.length !== 2) throw node.refuse('expected two inputs');
    if (a.dtype !== b.dtype || a.dtype === 'bool') throw node.refuse('its inputs differ in type');
    const shape = broadcast(node, a.shape, b.shape).map(Number);
    const [left, right] = [a, b].map((value) => spread(value, shape, allocate));
    const result = allocate(a.dtype, left.length);
    for (let i = 0; i < result.length; i++) result[i] = compute(left[i], right[i]);
    return { shape, dtype: a.dtype, data: result };
  };
}

/** The values repeated along the axes of `target` that they lack, or have one of. */
function spread(
  { shape, dtype, data }: ConstantValue,
  target: readonly number[],
  allocate: Allocate,
): Data {
  if (data.length === product(target)) return data;
  const padded = [...Array(target.length - shape.length).fill(1), ...shape] as number[];
  const steps = stridesOf(padded).map((step, axis) => (padded[axis] === 1 ? 0 : step));
  return gather(data, target, steps, allocate(dtype, product(target)));
}

/** The same values in another shape. */
function reshaped(shapeOf: (node: ImportedNode, shape: readonly number[]) => number[]): Fold {
  return (node, [value]) => {
    const shape = shapeOf(node, value.shape);
    const isShape = shape.every((size) => Number.isInteger(size) && size >= 0);
    if (!isShape || product(shape) !== value.data.length) {
      throw node.refuse(`${value.shape.join('x')} values do not fit ${shape.join('x')}`);
    }
    return { ...value, shape };
  };
}

const reshape = reshaped((node, shape) => {
  const target = node.integers(1);
  const known = product(target.filter((size) => size !== -1));
  return target.map((size) => (size === -1 ? product(shape) / known : size));
});

const squeeze = reshaped((node, shape) => {
  const axes = normaliseAxes(node.attribute.integers('squeeze_dims'), shape.length);
  return shape.filter((size, axis) => (axes.length > 0 ? !axes.includes(axis) : size !== 1));
});

const expandDims = reshaped((node, shape) => {
  const [axis] = normaliseAxes(node.integers(1), shape.length + 1);
  return [...shape.slice(0, axis), 1, ...shape.slice(axis)];
});

const transposed: Fold = (node, [value], allocate) => {
  const order = node.integers(1);
  const { shape, dtype, data } = value;
  if ([...order].sort((a, b) => a - b).join() !== [...shape.keys()].join()) {
    throw node.refuse(`the order of axes ${order.join(' ')} is not supported`);
  }
  const sizes = order.map((axis) => shape[axis]);
  const strides = stridesOf(shape);
  const steps = order.map((axis) => strides[axis]);
  return { ...value, shape: sizes, data: gather(data, sizes, steps, allocate(dtype, data.length)) };
};

/** Joins along `axis`, along which the sizes may differ. */
function join(
  node: ImportedNode,
  parts: readonly TfjsWeight[],
  axisWritten: number,
  allocate: Allocate,
): TfjsWeight {
  if (parts.length === 0) throw node.refuse('it has too few inputs');
  const [{ shape: first, dtype }] = parts;
  const [axis] = normaliseAxes([axisWritten], first.length);
  const rest = (shape: readonly number[]) => shape.with(axis, 0).join();
  const fits = axis >= 0 && axis < first.length;
  if (!fits || parts.some((one) => one.dtype !== dtype || rest(one.shape) !== rest(first))) {
    throw node.refuse('its inputs differ in type or shape');
  }
  const shape = first.with(
    axis,
    parts.reduce((sum, part) => sum + part.shape[axis], 0),
  );
  const data = allocate(dtype, product(shape));
  let at = 0;
  for (let row = 0; row < product(first.slice(0, axis)); row++) {
    for (const part of parts) {
      const length = product(part.shape.slice(axis));
      data.set(part.data.subarray(row * length, (row + 1) * length), at);
      at += length;
    }
  }
  return { shape, dtype, data };
}

const pack: Fold = (node, inputs, allocate) => {
  const [axis] = normaliseAxes([node.attribute.integer('axis', 0)], inputs[0].shape.length + 1);
  const parts = inputs.map((part) => ({
    ...part,
    shape: [...part.shape.slice(0, axis), 1, ...part.shape.slice(axis)],
  }));
  return join(node, parts, axis, allocate);
};

const cast: Fold = (node, [value], allocate) => {
  const { shape, dtype, data } = value;
  const to = node.attribute.elements('DstT');
  if (to === undefined) throw node.refuse('the type that it gives is not supported');
  if (to === dtype) return value;
  const result = allocate(to, data.length);
  for (let i = 0; i < data.length; i++) result[i] = to === 'bool' ? Number(data[i] !== 0) : data[i];
  return { shape, dtype: to, data: result };
};

const shapeOf: Fold = (_, [{ shape }]) => {
  return { shape: [shape.length], dtype: 'int32', data: Int32Array.from(shape) };
};

const fill: Fold = (node, [, value], allocate) => {
  const shape = [...node.integers(0)];
  if (value?.data.length !== 1 || shape.some((size) => size < 0)) {
    throw node.refuse('expected one value and its sizes');
  }
  const data = allocate(value.dtype, product(shape)).fill(value.data[0]);
  return { shape, dtype: value.dtype, data };
};

const add = binary((left, right) => left + right);

const FOLDS: ReadonlyMap<string, Fold> = new Map(
  Object.entries<Fold>({
    Sqrt: unary(Math.sqrt),
    Rsqrt: unary((value) => 1 / Math.sqrt(value)),
    Square: unary((value) => value * value),
    Neg: unary((value) => -value),
    Exp: unary(Math.exp),
    Reciprocal: unary((value) => 1 / value),
    Add: add,
    AddV2: add,
    BiasAdd: add,
    Sub: binary((left, right) => left - right),
    Mul: binary((left, right) => left * right),
    RealDiv: binary((left, right) => left / right),
    Maximum: binary(Math.max),
    Minimum: binary(Math.min),
    Reshape: reshape,
    Squeeze: squeeze,
    ExpandDims: expandDims,
    Transpose: transposed,
    Pack: pack,
    ConcatV2: (node, inputs, allocate) =>
      join(node, inputs.slice(0, -1), node.integers(inputs.length - 1)[0], allocate),
    Concat: (node, inputs, allocate) => join(node, inputs.slice(1), node.integers(0)[0], allocate),
    Cast: cast,
    Shape: shapeOf,
    Fill: fill,
  }),
);
