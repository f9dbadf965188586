// Imports operators that reshape, concatenate, pad or reduce values, and integer sizes.

import { type ImportedNode, type ImportOperator, normaliseAxes } from './node.ts';
import {
  type Dimension,
  type GraphBuilder,
  NCHW_AXIS,
  type SizesValue,
  type TensorValue,
  type Value,
} from './values.ts';

const identity: ImportOperator = (node) => {
  if (node.inputs.length === 0) throw node.refuse('it has no input');
  return node.inputs[0];
};

const reshape: ImportOperator = (node, builder) => {
  const value = builder.toPlain(node.tensor(0));
  const target = node.inputs[1];
  const wanted = target?.kind === 'sizes' ? target.sizes : node.integers(1);
  return reshapeTo(node, builder, value, wanted);
};

/** Reshapes `value` (plain) to `wanted`; -1 or null is inferred. */
function reshapeTo(
  node: ImportedNode,
  builder: GraphBuilder,
  value: TensorValue,
  wanted: readonly Dimension[],
): TensorValue {
  const sizes = wanted.map((size) => size ?? -1);
  // Frozen for one image at a time, as Inception of 2015 is.
  if (sizes[0] === 1 && value.shape[0] === null) sizes[0] = -1;
  const perImage = value.shape.slice(1).reduce((all: number, size) => all * (size ?? 1), 1);
  const known = sizes.reduce((all, size) => (size === -1 ? all : all * size), 1);
  // The first unknown size is the batch; a second one is inferred from an image's size.
  const rest = sizes.indexOf(-1, 1);
  if (rest > 0 && sizes[0] === -1) sizes[rest] = perImage / known;
  const fits = sizes.slice(1).reduce((all, size) => all * size, 1) === perImage;
  if (value.shape[0] !== null || sizes[0] !== -1 || !fits) {
    throw node.refuse(`the shape ${sizes.join('x')} mixes the images of a batch`);
  }
  const name = builder.emit('Reshape', [value.name, builder.integers(sizes)], node.name);
  const shape = sizes.map((size) => (size === -1 ? null : size));
  return { kind: 'tensor', name, shape, layout: 'plain' };
}

const squeeze: ImportOperator = (node, builder) => {
  const value = node.tensor(0);
  const named = node.attribute.integers('squeeze_dims');
  const axes = normaliseAxes(
    named.length > 0 ? named : [...value.shape.keys()].filter((axis) => value.shape[axis] === 1),
    value.shape.length,
  );
  const wide = axes.find((axis) => value.shape[axis] !== 1);
  if (wide !== undefined) throw node.refuse(`axis ${wide} has size ${value.shape[wide]}, not 1`);
  const shape = value.shape.filter((_, axis) => !axes.includes(axis));
  return reshapeTo(node, builder, orderedFor(value, axes, builder), shape);
};

const expandDims: ImportOperator = (node, builder) => {
  const value = builder.toPlain(node.tensor(0));
  const [axis] = normaliseAxes(node.integers(1), value.shape.length + 1);
  const shape: Dimension[] = [...value.shape];
  shape.splice(axis, 0, 1);
  return reshapeTo(node, builder, value, shape);
};

/** The axis is the last input, or, in graphs from before 2017, the first. */
const concat: ImportOperator = (node, builder) => {
  const first = node.op === 'Concat' ? 1 : 0;
  const [axisWritten] = node.integers(first === 1 ? 0 : node.inputs.length - 1);
  const values = node.inputs.slice(1).map((_, index) => node.tensor(index + first));
  const rank = node.tensor(first).shape.length;
  const [axis] = normaliseAxes([axisWritten], rank);
  const layout = rank === 4 ? 'nchw' : 'plain';
  const inputs = values.map((value) => (rank === 4 ? builder.toNchw(value) : value).name);
  const total = values.reduce((sum, { shape }) => sum + (shape[axis] ?? Number.NaN), 0);
  if (Number.isNaN(total)) throw node.refuse('concatenation along the batch is not supported');
  const attributes = { axis: { int: layout === 'nchw' ? NCHW_AXIS[axis] : axis } };
  const name = builder.emit('Concat', inputs, node.name, attributes);
  return { kind: 'tensor', name, shape: values[0].shape.with(axis, total), layout };
};

/** Mean or maximum over axes, kept as size 1 or dropped. */
function reduction(op: 'ReduceMean' | 'ReduceMax', global: string): ImportOperator {
  return (node, builder) => {
    const source = node.tensor(0);
    const axes = normaliseAxes(node.integers(1), source.shape.length);
    if (axes.includes(0)) throw node.refuse('reducing over the batch is not supported');
    const kept = node.attribute.flag('keep_dims');
    const value = kept ? source : orderedFor(source, axes, builder);
    const shape = source.shape
      .map((size, axis) => (axes.includes(axis) ? 1 : size))
      .filter((_, axis) => kept || !axes.includes(axis));
    const images = value.layout === 'nchw';
    const layout = images && kept ? 'nchw' : 'plain';
    if (images && axes.join() === '1,2') {
      // ONNX Runtime has a faster kernel for this than for the general reduction.
      const hint = kept ? node.name : `${node.name}/pool`;
      const pooled = builder.emit(global, [value.name], hint);
      const name = kept ? pooled : builder.emit('Flatten', [pooled], node.name);
      return { kind: 'tensor', name, shape, layout };
    }
    const attributes = {
      axes: { ints: images ? axes.map((axis) => NCHW_AXIS[axis]) : axes },
      keepdims: { int: kept ? 1 : 0 },
    };
    return {
      kind: 'tensor',
      name: builder.emit(op, [value.name], node.name, attributes),
      shape,
      layout,
    };
  };
}

/** `value` in a layout whose remaining axes have TensorFlow's order once `axes` are dropped. */
function orderedFor(
  value: TensorValue,
  axes: readonly number[],
  builder: GraphBuilder,
): TensorValue {
  const noRowsLeft = axes.includes(1) && axes.includes(2);
  return noRowsLeft || axes.includes(3) ? value : builder.toPlain(value);
}

const pad: ImportOperator = (node, builder) => {
  const value = node.tensor(0);
  const pairs = node.integers(1);
  const rank = value.shape.length;
  if (pairs.length !== 2 * rank || pairs[0] !== 0 || pairs[1] !== 0) {
    throw node.refuse(`paddings ${pairs.join(' ')} are not supported`);
  }
  const mode = node.op === 'MirrorPad' ? node.attribute.text('mode', '') : 'CONSTANT';
  if (mode === 'SYMMETRIC') throw node.refuse('mode SYMMETRIC is not supported');
  const order = value.layout === 'nchw' ? [0, 3, 1, 2] : [...value.shape.keys()];
  const pads = [0, 1].flatMap((end) => order.map((axis) => pairs[2 * axis + end]));
  const inputs = [value.name, builder.integers(pads)];
  if (node.op === 'PadV2') {
    const fill = node.constant(2);
    inputs.push(builder.floats(fill.name, [], fill.data));
  }
  const attributes = { mode: { string: mode === 'REFLECT' ? 'reflect' : 'constant' } };
  const name = builder.emit('Pad', inputs, node.name, attributes);
  const shape = value.shape.map((size, axis) =>
    size === null ? null : size + pairs[2 * axis] + pairs[2 * axis + 1],
  );
  return { ...value, name, shape };
};

const shapeOf: ImportOperator = (node) => {
  return { kind: 'sizes', scalar: false, sizes: node.tensor(0).shape };
};

/** Takes one size or several out of a shape, as exports do to get the batch size; or a part of an image. */
const stridedSlice: ImportOperator = (node, builder) => {
  if (node.inputs[0]?.kind === 'tensor') return partOf(node, builder, node.inputs[0]);
  const value = sizesOf(node, node.inputs[0]);
  const [[begin], [end], [stride]] = [1, 2, 3].map((index) => node.integers(index));
  const masked = (name: string) => (node.attribute.integer(name, 0) & 1) === 1;
  if (value.scalar || stride !== 1 || masked('ellipsis_mask') || masked('new_axis_mask')) {
    throw node.refuse('only a slice of a shape is supported');
  }
  const from = masked('begin_mask') ? 0 : begin;
  if (masked('shrink_axis_mask')) {
    return { kind: 'sizes', scalar: true, sizes: [value.sizes.at(from) ?? null] };
  }
  const sizes = value.sizes.slice(from, masked('end_mask') ? undefined : end);
  return { kind: 'sizes', scalar: false, sizes };
};

/** From begin to end along axes but that of the batch, as cropping does. */
function partOf(node: ImportedNode, builder: GraphBuilder, value: TensorValue): TensorValue {
  const [begins, ends, steps] = [1, 2, 3].map((index) => node.integers(index));
  const others = ['ellipsis_mask', 'new_axis_mask', 'shrink_axis_mask'];
  if (others.some((name) => node.attribute.integer(name, 0) !== 0)) {
    throw node.refuse('only a slice that keeps the axes of an image is supported');
  }
  const masked = (name: string, axis: number) => (node.attribute.integer(name, 0) >> axis) & 1;
  const parts = begins.map((begin, axis) => {
    const size = value.shape[axis] ?? 0;
    const within = (at: number) => Math.min(size, Math.max(0, at < 0 ? at + size : at));
    const from = masked('begin_mask', axis) ? 0 : within(begin);
    const to = masked('end_mask', axis) ? size : within(ends[axis]);
    const whole = masked('end_mask', axis) && (masked('begin_mask', axis) || begin === 0);
    const fits = axis === 0 ? whole && steps[axis] === 1 : from < to && steps[axis] >= 1;
    if (!fits) throw node.refuse(`a slice from ${begin} to ${ends[axis]} is not supported`);
    return { axis, from, to, step: steps[axis], size: Math.ceil((to - from) / steps[axis]) };
  });
  const cut = parts.slice(1).filter(({ axis, size }) => size !== value.shape[axis]);
  if (cut.length === 0) return value;
  const axisOf = (axis: number) => (value.layout === 'nchw' ? NCHW_AXIS[axis] : axis);
  const lists = [
    cut.map(({ from }) => from),
    cut.map(({ to }) => to),
    cut.map(({ axis }) => axisOf(axis)),
    cut.map(({ step }) => step),
  ];
  const inputs = [value.name, ...lists.map((list) => builder.integers(list))];
  const shape = value.shape.map((size, at) => cut.find(({ axis }) => axis === at)?.size ?? size);
  return { ...value, name: builder.emit('Slice', inputs, node.name), shape };
}

const pack: ImportOperator = (node) => {
  const parts = node.inputs.map((value) => sizesOf(node, value));
  if (parts.some(({ scalar }) => !scalar)) throw node.refuse('only single sizes can be packed');
  return { kind: 'sizes', scalar: false, sizes: parts.flatMap(({ sizes }) => sizes) };
};

function sizesOf(node: ImportedNode, value: Value | undefined): SizesValue {
  if (value?.kind === 'sizes') return value;
  if (value?.kind === 'constant' && value.dtype === 'int32') {
    // A size of -1 in a shape is as unknown as the batch size.
    const sizes = Array.from(value.data, (size) => (size === -1 ? null : size));
    return { kind: 'sizes', scalar: value.shape.length === 0, sizes };
  }
  throw node.refuse('only sizes known before the network runs are supported');
}

/** Values inside the network are float32. */
const cast: ImportOperator = (node) => {
  const value = node.tensor(0);
  if (node.attribute.elements('DstT') === 'float32') return value;
  throw node.refuse('only numbers of 32 bits, DT_FLOAT, are supported');
};

export const SHAPE_OPERATORS: Readonly<Record<string, ImportOperator>> = {
  Identity: identity,
  // Only its first output is read; TensorFlow's swish is one.
  IdentityN: identity,
  CheckNumerics: identity,
  StopGradient: identity,
  PreventGradient: identity,
  Snapshot: identity,
  PlaceholderWithDefault: identity,
  Cast: cast,
  Concat: concat,
  Reshape: reshape,
  Squeeze: squeeze,
  ExpandDims: expandDims,
  ConcatV2: concat,
  Mean: reduction('ReduceMean', 'GlobalAveragePool'),
  Max: reduction('ReduceMax', 'GlobalMaxPool'),
  Pad: pad,
  PadV2: pad,
  MirrorPad: pad,
  Shape: shapeOf,
  StridedSlice: stridedSlice,
  Pack: pack,
};
