// Operators with weights, and windows that slide over a map.

import { MalformedError } from '../../../base/protobuf-read.ts';
import type { OnnxElementType } from '../graph.ts';
import {
  broadcast,
  input,
  int,
  ints,
  type Operator,
  type Operators,
  product,
  type Shape,
  type Step,
  text,
  words,
} from './step.ts';

const WINDOW = words('auto_pad dilations kernel_shape pads strides');

/** Values of all windows of one image, which ONNX Runtime lays out for other types than float. */
const MAX_WINDOWS = 2 ** 28;

/** Sizes of what a window of `kernel` gives that slides over `shape`, `[n, c, ...]`. */
function slide(step: Step, shape: Shape, kernel: readonly number[]): number[] {
  const axes = shape.length - 2;
  const of = (name: string, otherwise: number, length: number) =>
    ints(step, name) ?? Array<number>(length).fill(otherwise);
  const strides = of('strides', 1, axes);
  const dilations = of('dilations', 1, axes);
  const pads = of('pads', 0, 2 * axes);
  const isCeil = int(step, 'ceil_mode', 0) === 1;
  const mode = text(step, 'auto_pad', 'NOTSET');
  if (
    [kernel, strides, dilations].some(
      (list) => list.length !== axes || list.some((size) => !(size >= 1)),
    )
  ) {
    throw new MalformedError(`an invalid stride or window of ${step.op}`);
  }
  if (pads.length !== 2 * axes || pads.some((by) => by < 0)) {
    throw new MalformedError(`padding ${pads.join(' ')}`);
  }
  return kernel.map((length, i) => {
    const size = shape[2 + i];
    if (mode.startsWith('SAME')) return Math.ceil(size / strides[i]);
    const [before, after] = mode === 'VALID' ? [0, 0] : [pads[i], pads[axes + i]];
    const room = size + before + after - ((length - 1) * dilations[i] + 1);
    const steps = isCeil ? Math.ceil(room / strides[i]) : Math.floor(room / strides[i]);
    // A last window that would begin beyond the image is left out.
    return isCeil && steps * strides[i] >= size + before ? steps : steps + 1;
  });
}

/** @param indices where the largest values are, as second output */
function pool(attributes: string, indices = false): Operator {
  return {
    inputs: [1, 1],
    outputs: indices ? 2 : 1,
    attributes: [...WINDOW, ...words(attributes)],
    infer: (step) => {
      const { type, shape } = input(step, 0);
      const sizes = [...shape.slice(0, 2), ...slide(step, shape, ints(step, 'kernel_shape') ?? [])];
      return [
        { type, shape: sizes },
        { type: 'int64', shape: sizes },
      ];
    },
    cost: (step, out) => product(ints(step, 'kernel_shape') ?? []) * product(out.shape),
  };
}

const globalPool: Operator = {
  inputs: [1, 1],
  infer: (step) => {
    const { type, shape } = input(step, 0);
    return { type, shape: shape.map((size, axis) => (axis < 2 ? size : 1)) };
  },
  cost: (step) => product(input(step, 0).shape),
};

/** @param at indices of the inputs with image and weights; @param type of the output */
function convolution(
  inputs: readonly [number, number],
  [image, weights]: readonly [number, number],
  type: (step: Step) => OnnxElementType,
): Operator {
  return {
    inputs,
    attributes: ['group', ...WINDOW],
    infer: (step) => {
      const [{ shape }, { shape: kernel }] = [input(step, image), input(step, weights)];
      if (shape[1] !== kernel[1] * int(step, 'group', 1)) {
        throw new MalformedError(
          `${step.op} of ${shape.join('x')} with weights ${kernel.join('x')}`,
        );
      }
      const sizes = slide(step, shape, kernel.slice(2));
      if (!input(step, image).type.startsWith('float')) {
        const windows = product(kernel.slice(1)) * product(sizes);
        if (!(windows <= MAX_WINDOWS)) throw new MalformedError(`${windows} values in windows`);
      }
      return { type: type(step), shape: [shape[0], kernel[0], ...sizes] };
    },
    cost: (step, out) => product(input(step, weights).shape.slice(1)) * product(out.shape),
    weighs: true,
  };
}

function matrixProduct(
  inputs: readonly [number, number],
  [first, second]: readonly [number, number],
  type: (step: Step) => OnnxElementType,
): Operator {
  return {
    inputs,
    infer: (step) => {
      const [a, b] = [input(step, first).shape, input(step, second).shape];
      const common = b.at(-2) ?? b[0];
      if (a.length === 0 || a.at(-1) !== common) {
        throw new MalformedError(`${step.op} of ${a.join('x')} and ${b.join('x')}`);
      }
      // A vector is a row on the left, a column on the right, and gives no axis.
      const outer = broadcast(a.slice(0, -2), b.slice(0, -2));
      return { type: type(step), shape: [...outer, ...a.slice(-2, -1), ...b.slice(1).slice(-1)] };
    },
    cost: (step, out) => (input(step, first).shape.at(-1) ?? 1) * product(out.shape),
    weighs: true,
  };
}

/** @param like index of the input whose type the output has */
const typeOf = (like: number) => (step: Step) => input(step, like).type;
const int32 = () => 'int32' as const;

export const PRODUCTS: Operators = {
  AveragePool: pool('ceil_mode count_include_pad'),
  MaxPool: pool('ceil_mode storage_order', true),
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  Conv: convolution([2, 3], [0, 1], typeOf(0)),
  ConvInteger: convolution([2, 4], [0, 1], int32),
  QLinearConv: convolution([8, 9], [0, 3], typeOf(7)),
  MatMul: matrixProduct([2, 2], [0, 1], typeOf(0)),
  MatMulInteger: matrixProduct([2, 4], [0, 1], int32),
  QLinearMatMul: matrixProduct([8, 8], [0, 3], typeOf(7)),
  Gemm: {
    inputs: [2, 3],
    attributes: ['alpha', 'beta', 'transA', 'transB'],
    infer: (step) => {
      const [{ type, shape: a }, { shape: b }] = [input(step, 0), input(step, 1)];
      const [rows, inner] = int(step, 'transA', 0) === 0 ? a : a.toReversed();
      const [same, columns] = int(step, 'transB', 0) === 0 ? b : b.toReversed();
      if (a.length !== 2 || b.length !== 2 || inner !== same) {
        throw new MalformedError(`Gemm of ${a.join('x')} and ${b.join('x')}`);
      }
      return { type, shape: [rows, columns] };
    },
    cost: (step, out) => (product(input(step, 0).shape) / out.shape[0]) * product(out.shape),
    weighs: true,
  },
  Einsum: {
    inputs: [1, 2],
    attributes: ['equation'],
    infer: (step) => {
      const { result, sizes } = equation(step);
      return { type: input(step, 0).type, shape: result.map((letter) => sizes.get(letter) ?? 0) };
    },
    cost: (step) => product([...equation(step).sizes.values()]),
    weighs: true,
  },
};

/** `bhqd,bhkd->bhqk`: the letters of the result, and the size of each. */
function equation(step: Step): { result: string[]; sizes: ReadonlyMap<string, number> } {
  const found = text(step, 'equation', '').replaceAll(' ', '');
  const [left, right] = found.split('->');
  const terms = left.split(',');
  const fits = terms.every((term, i) => term.length === step.inputs[i]?.shape.length);
  const isPlain = /^[A-Za-z,]*->[A-Za-z]*$/.test(found);
  const sizes = new Map<string, number>();
  if (!isPlain || !fits || terms.length !== step.inputs.length) {
    throw new MalformedError(`Einsum of ${found.slice(0, 60)}`);
  }
  for (const [i, term] of terms.entries()) {
    for (const [axis, letter] of [...term].entries()) {
      const size = input(step, i).shape[axis];
      if ((sizes.get(letter) ?? size) !== size) throw new MalformedError(`Einsum of ${found}`);
      sizes.set(letter, size);
    }
  }
  return { result: [...right], sizes };
}
