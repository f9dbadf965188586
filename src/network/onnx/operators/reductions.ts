// Operators that make one element of many.

import { axesIn, moved, rounded } from './numbers.ts';
import {
  axesOf,
  axisOf,
  input,
  int,
  listed,
  type Operator,
  type Operators,
  product,
  type Step,
  type Value,
} from './step.ts';

/** @param fold for values on which shapes may depend */
function reduction(fold?: (numbers: readonly number[]) => number): Operator {
  return {
    inputs: [1, 2],
    attributes: ['axes', 'keepdims', 'noop_with_empty_axes'],
    infer: (step) => {
      const value = input(step, 0);
      const given = axesOf(listed(step, 'axes', 1) ?? [], value.shape.length);
      const none = int(step, 'noop_with_empty_axes', 0) === 1 ? [] : value.shape.map((_, i) => i);
      return reduced(value, given.length > 0 ? given : none, int(step, 'keepdims', 1) === 1, fold);
    },
    cost: wholeInput,
  };
}

function reduced(
  value: Value,
  gone: readonly number[],
  keeps: boolean,
  fold?: (numbers: readonly number[]) => number,
): Value {
  const { type, shape } = value;
  const ones = shape.map((size, axis) => (gone.includes(axis) ? 1 : size));
  const made = { type, shape: keeps ? ones : ones.filter((_, axis) => !gone.includes(axis)) };
  const axes = shape.map((_, axis) => axis).filter((axis) => !gone.includes(axis));
  const order = [...axes, ...gone];
  const { numbers } = moved(
    value,
    order.map((axis) => shape[axis]),
    () => order.map((axis) => axesIn(shape)[axis]),
  );
  if (fold === undefined || numbers === undefined || numbers.length === 0) return made;
  const length = product(gone.map((axis) => shape[axis]));
  const results = Array.from({ length: numbers.length / length }, (_, i) =>
    fold(numbers.slice(i * length, (i + 1) * length)),
  );
  return { ...made, numbers: rounded(type, results) };
}

const position: Operator = {
  inputs: [1, 1],
  attributes: ['axis', 'keepdims', 'select_last_index'],
  infer: (step) => {
    const value = input(step, 0);
    const axis = axisOf(int(step, 'axis', 0), value.shape.length);
    return { ...reduced(value, [axis], int(step, 'keepdims', 1) === 1), type: 'int64' };
  },
  cost: wholeInput,
};

function wholeInput(step: Step): number {
  return product(input(step, 0).shape);
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, n) => all + n);

export const REDUCTIONS: Operators = {
  ArgMax: position,
  ArgMin: position,
  ReduceL1: reduction(),
  ReduceL2: reduction(),
  ReduceLogSum: reduction(),
  ReduceLogSumExp: reduction(),
  ReduceMax: reduction((numbers) => Math.max(...numbers)),
  ReduceMean: reduction(),
  ReduceMin: reduction((numbers) => Math.min(...numbers)),
  ReduceProd: reduction(product),
  ReduceSum: reduction(sum),
  ReduceSumSquare: reduction(),
};
