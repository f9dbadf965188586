// Operators whose output is as large as numbers say that are known before the network runs.

import { MalformedError } from '../../../base/protobuf-read.ts';
import { axesIn, moved, numbersOf, rounded, stretched } from './numbers.ts';
import {
  axesOf,
  broadcast,
  input,
  int,
  ints,
  known,
  listed,
  MAX_KNOWN,
  MAX_RANK,
  type Operators,
  product,
  type Step,
  text,
  type Value,
} from './step.ts';

/** Elements of the input that make one of a cubic interpolation. */
const CUBIC = 16;

export const MAKERS: Operators = {
  Shape: {
    inputs: [1, 1],
    attributes: ['start', 'end'],
    infer: (step) => {
      const { shape } = input(step, 0);
      const sizes = shape.slice(int(step, 'start', 0), int(step, 'end', shape.length));
      return { type: 'int64', shape: [sizes.length], numbers: sizes };
    },
    cost: () => 0,
  },
  Size: {
    inputs: [1, 1],
    infer: (step) => ({ type: 'int64', shape: [], numbers: [product(input(step, 0).shape)] }),
  },
  ConstantOfShape: {
    inputs: [1, 1],
    attributes: ['value'],
    infer: (step) => {
      const shape = known(step, 0, MAX_RANK);
      const { value } = step.attributes;
      const tensor = value !== undefined && 'tensor' in value ? value.tensor : undefined;
      const one: Value = {
        type: tensor?.type ?? 'float32',
        shape: shape.map(() => 1),
        numbers: tensor === undefined ? [0] : numbersOf(tensor),
      };
      if (one.numbers?.length !== 1) throw new MalformedError('ConstantOfShape of several values');
      return stretched(one, shape);
    },
  },
  Expand: {
    inputs: [2, 2],
    infer: (step) => {
      const value = input(step, 0);
      return stretched(value, broadcast(value.shape, known(step, 1, MAX_RANK)));
    },
  },
  Tile: {
    inputs: [2, 2],
    infer: (step) => {
      const value = input(step, 0);
      const repeats = known(step, 1, value.shape.length);
      const shape = value.shape.map((size, axis) => size * repeats[axis]);
      return moved(value, shape, () =>
        axesIn(value.shape).map(({ stride, at }, axis) => ({
          stride,
          at: Array(repeats[axis]).fill(at).flat(),
        })),
      );
    },
  },
  Range: {
    inputs: [3, 3],
    infer: (step) => {
      const [start, limit, by] = [0, 1, 2].map((index) => known(step, index, 1)[0]);
      const { type } = input(step, 0);
      const length = Math.max(Math.ceil((limit - start) / by), 0);
      if (!(length <= MAX_KNOWN)) return { type, shape: [length] };
      // ONNX Runtime adds up, and rounds each time.
      let next: number | undefined = start;
      const numbers = Array.from({ length }, () => {
        const number = next ?? Number.NaN;
        next = rounded(type, [number + by])?.[0];
        return number;
      });
      return { type, shape: [length], numbers: rounded(type, numbers) };
    },
  },
  Pad: {
    inputs: [1, 4],
    attributes: ['mode', 'pads', 'value'],
    infer: (step) => padded(step),
  },
  Resize: {
    inputs: [1, 4],
    attributes: [
      'antialias',
      'axes',
      'coordinate_transformation_mode',
      'cubic_coeff_a',
      'exclude_outside',
      'extrapolation_value',
      'keep_aspect_ratio_policy',
      'mode',
      'nearest_mode',
    ],
    infer: (step) => resized(step, step.inputs.length === 2 ? 1 : 2),
    // Smoothed, each element of the input takes part.
    cost: (step, out) => CUBIC * Math.max(product(input(step, 0).shape), product(out.shape)),
  },
  Upsample: {
    inputs: [1, 2],
    attributes: ['mode', 'scales'],
    infer: (step) => resized(step, 1),
  },
};

function padded(step: Step): Value {
  const { type, shape } = input(step, 0);
  const pads = listed(step, 'pads', 1) ?? [];
  const rank = shape.length;
  const axes = axesOf(listed(step, 'axes', 3) ?? shape.map((_, axis) => axis), rank);
  // A mirrored border cannot be wider than what it mirrors.
  const widest: Readonly<Record<string, number>> = { constant: Infinity, reflect: -1 };
  const spare = widest[text(step, 'mode', 'constant')] ?? 0;
  const isTooWide = pads.some((by, i) => by > shape[axes[i % axes.length]] + spare);
  if (pads.length !== 2 * axes.length || isTooWide) {
    throw new MalformedError(`padding ${pads.join(' ')}`);
  }
  const sizes = [...shape];
  for (const [i, axis] of axes.entries()) sizes[axis] += pads[i] + pads[axes.length + i];
  return { type, shape: sizes };
}

/** @param index of the scales; sizes, which are given instead of them, come after */
function resized(step: Step, index: number): Value {
  const { type, shape } = input(step, 0);
  for (const [name, only] of [
    ['coordinate_transformation_mode', /^(?!tf_crop_and_resize)/],
    ['keep_aspect_ratio_policy', /^stretch$/],
  ] as const) {
    const mode = text(step, name, 'stretch');
    if (!only.test(mode)) throw new MalformedError(`Resize with ${mode}`);
  }
  const axes = axesOf(ints(step, 'axes') ?? shape.map((_, axis) => axis), shape.length);
  const scales = listed(step, 'scales', index) ?? [];
  const sizes = step.inputs[index + 1] === undefined ? [] : known(step, index + 1, MAX_RANK);
  const given = scales.length > 0 ? scales : sizes;
  if (given.length !== axes.length) throw new MalformedError(`Resize by ${given.join(' ')}`);
  const to = [...shape];
  for (const [i, axis] of axes.entries()) {
    // ONNX Runtime multiplies in float32.
    to[axis] =
      given === sizes ? sizes[i] : Math.trunc(Math.fround(Math.fround(scales[i]) * to[axis]));
  }
  return { type, shape: to };
}
