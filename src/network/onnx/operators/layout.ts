// Operators that move elements or choose among them.

import { MalformedError } from '../../../base/protobuf-read.ts';
import { MAX_VARIADIC } from './elementwise.ts';
import { axesIn, isSmall, moved } from './numbers.ts';
import {
  axesOf,
  axisOf,
  input,
  int,
  ints,
  known,
  listed,
  MAX_RANK,
  type Operators,
  product,
  reshaped,
  type Step,
  type Value,
} from './step.ts';

/** Along one axis, the elements at `at`, of which there are `sizes`. */
function along(
  value: Value,
  axis: number,
  sizes: readonly number[],
  at: () => readonly number[],
): Value {
  const shape = value.shape.toSpliced(axis, 1, ...sizes);
  return moved(value, shape, () =>
    axesIn(value.shape).map((own, i) => (i === axis ? { stride: own.stride, at: at() } : own)),
  );
}

function count(from: number, length: number, step = 1): number[] {
  return Array.from({ length }, (_, i) => from + i * step);
}

export const LAYOUT: Operators = {
  Flatten: {
    inputs: [1, 1],
    attributes: ['axis'],
    infer: (step) => {
      const value = input(step, 0);
      const axis = int(step, 'axis', 1);
      const from = axis < 0 ? axis + value.shape.length : axis;
      const rows = product(value.shape.slice(0, from));
      return reshaped(value, [rows, product(value.shape.slice(from))]);
    },
  },
  Reshape: {
    inputs: [2, 2],
    attributes: ['allowzero'],
    infer: (step) => {
      const value = input(step, 0);
      const copies = int(step, 'allowzero', 0) === 0;
      const wanted = known(step, 1, MAX_RANK).map((size, axis) =>
        size === 0 && copies ? value.shape[axis] : size,
      );
      const rest = product(value.shape) / product(wanted.filter((size) => size !== -1));
      return reshaped(
        value,
        wanted.map((size) => (size === -1 ? rest : size)),
      );
    },
  },
  Squeeze: {
    inputs: [1, 2],
    attributes: ['axes'],
    infer: (step) => {
      const value = input(step, 0);
      const axes = listed(step, 'axes', 1);
      const gone = axes && axesOf(axes, value.shape.length);
      return reshaped(
        value,
        value.shape.filter((size, axis) => !(gone?.includes(axis) ?? size === 1)),
      );
    },
  },
  Unsqueeze: {
    inputs: [1, 2],
    attributes: ['axes'],
    infer: (step) => {
      const value = input(step, 0);
      const axes = listed(step, 'axes', 1) ?? [];
      const shape = [...value.shape];
      const added = axesOf(axes, shape.length + axes.length);
      for (const axis of added.sort((a, b) => a - b)) shape.splice(axis, 0, 1);
      return reshaped(value, shape);
    },
  },
  Transpose: {
    inputs: [1, 1],
    attributes: ['perm'],
    infer: (step) => {
      const value = input(step, 0);
      const { shape } = value;
      const order = axesOf(ints(step, 'perm') ?? shape.map((_, i) => i).reverse(), shape.length);
      if (order.length !== shape.length) throw new MalformedError('an invalid order of axes');
      const turned = order.map((axis) => shape[axis]);
      return moved(value, turned, () => order.map((axis) => axesIn(shape)[axis]));
    },
  },
  Concat: {
    inputs: [1, MAX_VARIADIC],
    attributes: ['axis'],
    infer: (step) => concatenated(step),
  },
  Slice: {
    inputs: [1, 5],
    attributes: ['starts', 'ends', 'axes'],
    infer: (step) => sliced(step),
  },
  Split: {
    inputs: [1, 2],
    outputs: MAX_VARIADIC,
    attributes: ['axis', 'split', 'num_outputs'],
    infer: (step) => {
      const value = input(step, 0);
      const axis = axisOf(int(step, 'axis', 0), value.shape.length);
      const size = value.shape[axis];
      const given = ints(step, 'split') ?? (step.inputs[1] && known(step, 1, MAX_VARIADIC));
      const each = Math.ceil(size / step.outputs);
      const sizes = given ?? count(0, step.outputs).map((i) => Math.min(each, size - i * each));
      const parts = int(step, 'num_outputs', sizes.length);
      if (
        [sizes.length, parts].some((length) => length !== step.outputs) ||
        sizes.reduce((sum, part) => sum + part) !== size
      ) {
        throw new MalformedError(`Split of ${size} into ${sizes.join(' ')}`);
      }
      let from = 0;
      return sizes.map((part) => {
        const start = from;
        from += part;
        return along(value, axis, [part], () => count(start, part));
      });
    },
  },
  Gather: {
    inputs: [2, 2],
    attributes: ['axis'],
    infer: (step) => {
      const [value, { shape, numbers }] = [input(step, 0), input(step, 1)];
      const axis = axisOf(int(step, 'axis', 0), value.shape.length);
      const size = value.shape[axis];
      const at = numbers?.map((index) => axisOf(index, size, 'element'));
      return at === undefined
        ? { type: value.type, shape: value.shape.toSpliced(axis, 1, ...shape) }
        : along(value, axis, shape, () => at);
    },
  },
  GatherElements: {
    inputs: [2, 2],
    attributes: ['axis'],
    infer: (step) => ({ type: input(step, 0).type, shape: input(step, 1).shape }),
  },
  GatherND: {
    inputs: [2, 2],
    attributes: ['batch_dims'],
    infer: (step) => {
      const [{ type, shape }, { shape: indices }] = [input(step, 0), input(step, 1)];
      const depth = int(step, 'batch_dims', 0) + (indices.at(-1) ?? 0);
      return { type, shape: [...indices.slice(0, -1), ...shape.slice(depth)] };
    },
  },
  DepthToSpace: {
    inputs: [1, 1],
    attributes: ['blocksize', 'mode'],
    infer: (step) => regrouped(step, (by) => [1 / by ** 2, by]),
  },
  SpaceToDepth: {
    inputs: [1, 1],
    attributes: ['blocksize'],
    infer: (step) => regrouped(step, (by) => [by ** 2, 1 / by]),
  },
};

function concatenated(step: Step): Value {
  const values = step.inputs.map((_, index) => input(step, index));
  const [{ type, shape }] = values;
  const axis = axisOf(int(step, 'axis', 0), shape.length);
  const odd = values.find(
    (value) =>
      value.shape.length !== shape.length ||
      value.shape.some((size, i) => i !== axis && size !== shape[i]),
  );
  if (odd !== undefined) {
    throw new MalformedError(`Concat of ${shape.join('x')} and ${odd.shape.join('x')}`);
  }
  const size = values.reduce((sum, value) => sum + value.shape[axis], 0);
  const whole = shape.with(axis, size);
  if (!isSmall(whole) || values.some(({ numbers }) => numbers === undefined)) {
    return { type, shape: whole };
  }
  const outer = count(0, product(shape.slice(0, axis)));
  const numbers = outer.flatMap((row) =>
    values.flatMap((value) => {
      const length = product(value.shape.slice(axis));
      return (value.numbers ?? []).slice(row * length, (row + 1) * length);
    }),
  );
  return { type, shape: whole, numbers };
}

function sliced(step: Step): Value {
  let value = input(step, 0);
  const rank = value.shape.length;
  const starts = listed(step, 'starts', 1) ?? [];
  const ends = listed(step, 'ends', 2) ?? [];
  const axes = axesOf(listed(step, 'axes', 3) ?? starts.map((_, axis) => axis), rank);
  const steps = listed(step, 'steps', 4) ?? starts.map(() => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length)) {
    throw new MalformedError('Slice with lists of different lengths');
  }
  for (const [i, axis] of axes.entries()) {
    const size = value.shape[axis];
    const by = steps[i];
    // Backwards, a slice begins at the last element, and ends before the first.
    const [least, most] = by > 0 ? [0, size] : [-1, size - 1];
    const inside = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, least), most);
    const from = Math.max(inside(starts[i]), 0);
    const length = Math.max(Math.ceil((inside(ends[i]) - from) / by), 0);
    value = along(value, axis, [length], () => count(from, length, by));
  }
  return value;
}

/** @param factors of channels, and of each side, by the side of a block */
function regrouped(step: Step, factors: (by: number) => readonly [number, number]): Value {
  const { type, shape } = input(step, 0);
  const [channels, side] = factors(int(step, 'blocksize', 0));
  const [n, c, ...sides] = shape;
  return { type, shape: [n, c * channels, ...sides.map((size) => size * side)] };
}
