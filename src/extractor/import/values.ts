// The values of a graph during import, their layout, and the builder of the ONNX graph.

import { ELEMENT_TYPES } from '../../network/onnx/constants.ts';
import {
  floatTensor,
  halfTensor,
  int64Tensor,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxTensor,
} from '../../network/onnx/graph.ts';
import { createNames } from '../../network/onnx/names.ts';
import type { TfjsWeight } from '../../network/tfjs/weights.ts';

/** A size, or null for the variable batch size. */
export type Dimension = number | null;

/**
 * The output of an ONNX node. `shape` is TensorFlow's (rank 4: `[n, h, w, c]`); `layout` is
 * that of the ONNX value: `nchw` for images inside the network, else `plain`, the same as `shape`.
 */
export interface TensorValue {
  readonly kind: 'tensor';
  readonly name: string;
  readonly shape: readonly Dimension[];
  readonly layout: 'nchw' | 'plain';
}

/** A weight not yet used by an ONNX node, so that it can still be transposed at no cost. */
export interface ConstantValue extends TfjsWeight {
  readonly kind: 'constant';
  readonly name: string;
}

/** Integers known at import except for the batch size: results of Shape, StridedSlice and Pack. */
export interface SizesValue {
  readonly kind: 'sizes';
  readonly scalar: boolean;
  readonly sizes: readonly Dimension[];
}

export type Value = TensorValue | ConstantValue | SizesValue;

/** Position of TensorFlow's axis 0..3 of `[n, h, w, c]` in `[n, c, h, w]`. */
export const NCHW_AXIS = [0, 2, 3, 1] as const;
const NHWC_TO_NCHW = [0, 3, 1, 2];
const NCHW_TO_NHWC = [0, 2, 3, 1];
const TO_FLOAT32 = { to: { int: ELEMENT_TYPES.float32 } };

export interface GraphBuilder {
  readonly graph: OnnxGraph;
  /** Adds a node with one output, named after `hint`, and returns that name. */
  emit(
    op: string,
    inputs: readonly string[],
    hint: string,
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): string;
  /** Add each constant once, however often it is requested; return its name, after `hint`. */
  floats(hint: string, shape: readonly number[], data: ArrayLike<number>): string;
  /** The same for weights in another order; float16 stays float16 and is cast in the network. */
  weights(
    hint: string,
    shape: readonly number[],
    data: ArrayLike<number>,
    from: Pick<ConstantValue, 'half'>,
  ): string;
  integers(values: readonly number[]): string;
  /** The same value with channels before rows; a lower rank is padded with ones in front. */
  toNchw(value: TensorValue): TensorValue;
  /** The same value in TensorFlow's layout. */
  toPlain(value: TensorValue): TensorValue;
}

/** @param reserved names that no node and no constant may have */
export function createGraphBuilder(
  graph: OnnxGraph,
  reserved: readonly string[] = [],
): GraphBuilder {
  const unique = createNames(reserved);
  const constants = new Map<string, OnnxTensor[]>();
  const moved = new Map<string, TensorValue>();
  const casts = new Map<string, string>();

  /** The network may call a constant of its own as we call ours: then only the hint is the same. */
  function constant(hint: string, made: OnnxTensor): string {
    const alike = constants.get(hint) ?? [];
    const known = alike.find((other) => isSameConstant(other, made));
    if (known !== undefined) return known.name;
    const tensor = { ...made, name: unique(hint) };
    graph.initializers.push(tensor);
    constants.set(hint, [...alike, tensor]);
    return tensor.name;
  }

  const builder: GraphBuilder = {
    graph,
    emit(op, inputs, hint, attributes = {}) {
      const name = unique(hint);
      graph.nodes.push({ op, inputs, outputs: [name], attributes });
      return name;
    },
    floats: (hint, shape, data) => constant(hint, floatTensor(hint, shape, data)),
    weights(hint, shape, data, { half = false }) {
      if (!half) return builder.floats(hint, shape, data);
      const stored = constant(`${hint}/float16`, halfTensor(hint, shape, data));
      const cast = casts.get(stored) ?? builder.emit('Cast', [stored], hint, TO_FLOAT32);
      casts.set(stored, cast);
      return cast;
    },
    integers(values) {
      const hint = `int64_${values.join('_')}`;
      return constant(hint, int64Tensor(hint, values));
    },
    toNchw(value) {
      if (value.layout === 'nchw') return value;
      return remember(`${value.name}/nchw`, () => {
        const shape = [...Array(4 - value.shape.length).fill(1), ...value.shape] as Dimension[];
        const target = builder.integers(shape.map((size) => size ?? -1));
        const source =
          value.shape.length === 4
            ? value.name
            : builder.emit('Reshape', [value.name, target], `${value.name}/rank4`);
        const attributes = { perm: { ints: NHWC_TO_NCHW } };
        const name = builder.emit('Transpose', [source], `${value.name}/nchw`, attributes);
        return { kind: 'tensor', name, shape, layout: 'nchw' };
      });
    },
    toPlain(value) {
      if (value.layout === 'plain') return value;
      return remember(`${value.name}/nhwc`, () => {
        const attributes = { perm: { ints: NCHW_TO_NHWC } };
        const name = builder.emit('Transpose', [value.name], `${value.name}/nhwc`, attributes);
        return { ...value, name, layout: 'plain' };
      });
    },
  };

  function remember(key: string, make: () => TensorValue): TensorValue {
    const value = moved.get(key) ?? make();
    moved.set(key, value);
    return value;
  }

  return builder;
}

function isSameConstant(a: OnnxTensor, b: OnnxTensor): boolean {
  const alike = a.type === b.type && a.shape.join() === b.shape.join();
  return alike && Buffer.compare(a.bytes, b.bytes) === 0;
}

/**
 * The name of a constant as an ONNX input.
 * @param layout `nchw`: padded to rank 4 with ones in front, then channels moved before rows
 */
export function constantName(
  builder: GraphBuilder,
  value: ConstantValue,
  layout: 'nchw' | 'plain',
): string {
  if (layout === 'plain') return builder.floats(value.name, value.shape, value.data);
  const shape = [...Array(4 - value.shape.length).fill(1), ...value.shape] as number[];
  const data = transpose(value.data, shape, NHWC_TO_NCHW);
  const moved = NHWC_TO_NCHW.map((axis) => shape[axis]);
  return builder.floats(`${value.name}/nchw`, moved, data);
}

/** Reorders a row-major array of any rank: axis `i` of the result is axis `order[i]` of `data`. */
export function transpose(
  data: ArrayLike<number>,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = stridesOf(shape);
  const sizes = order.map((axis) => shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  return gather(data, sizes, steps, new Float32Array(data.length));
}

/**
 * Fills `into`, row-major of shape `sizes`: neighbours along axis `i` lie `steps[i]` apart in `data`,
 * 0 for the same value again.
 */
export function gather<Into extends { readonly length: number; [index: number]: number }>(
  data: ArrayLike<number>,
  sizes: readonly number[],
  steps: readonly number[],
  into: Into,
): Into {
  // Most kernels are 1x1: without the axes of one value, the inner loop is long.
  const axes = [...sizes.keys()].filter((axis) => sizes[axis] !== 1);
  const inner = axes.pop();
  const [count, step] = inner === undefined ? [1, 0] : [sizes[inner], steps[inner]];
  const index = sizes.map(() => 0);
  let source = 0;
  for (let target = 0; target < into.length; ) {
    for (let i = 0; i < count; i++) into[target++] = data[source + i * step];
    for (let at = axes.length - 1; at >= 0; at--) {
      const axis = axes[at];
      source += steps[axis];
      if (++index[axis] < sizes[axis]) break;
      source -= steps[axis] * sizes[axis];
      index[axis] = 0;
    }
  }
  return into;
}

/** How far apart neighbours along each axis of a row-major array are. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => product(shape.slice(axis + 1)));
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
