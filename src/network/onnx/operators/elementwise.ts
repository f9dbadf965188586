// Operators whose output has the shape of their inputs, broadcast.

import { MalformedError } from '../../../base/protobuf-read.ts';
import { elementTypeOf } from '../elements.ts';
import type { OnnxElementType } from '../graph.ts';
import { combine, isInteger } from './numbers.ts';
import {
  broadcast,
  float,
  input,
  int,
  known,
  type Operator,
  type Operators,
  product,
  type Step,
  type Value,
  words,
} from './step.ts';

/** One element of the output. */
type Compute = (numbers: readonly number[], step: Step, type: OnnxElementType) => number;

/** Inputs of a sum; DenseNets concatenate more than 64. */
export const MAX_VARIADIC = 256;

/** @param compute for values on which shapes may depend */
function each(
  inputs: readonly [number, number],
  compute?: Compute,
  { attributes = '', result }: { attributes?: string; result?: OnnxElementType } = {},
): Operator {
  return {
    inputs,
    attributes: words(attributes),
    infer: (step) => {
      const values = step.inputs.map((_, index) => input(step, index));
      const { type } = values[0];
      const shape = values.map((value) => value.shape).reduce(broadcast);
      const made = result ?? type;
      const one = compute && ((numbers: readonly number[]) => compute(numbers, step, type));
      return { type: made, shape, numbers: one && combine(made, shape, values, one) };
    },
    cost: ({ inputs: { length } }, out) => length * product(out.shape),
  };
}

const one = (compute?: Compute) => each([1, 1], compute);
const pair = (compute?: Compute, attributes = '') => each([2, 2], compute, { attributes });
const many = (compute?: Compute) => each([1, MAX_VARIADIC], compute);
const test = (compute: Compute, count = 2) => each([count, count], compute, { result: 'bool' });

/** The first output is like the first input; further inputs change elements only. */
function like(attributes: string, inputs: readonly [number, number] = [1, 1]): Operator {
  return {
    inputs,
    attributes: words(attributes),
    infer: (step) => ({ type: input(step, 0).type, shape: input(step, 0).shape }),
  };
}

/** Their elements decide no shape. */
const PLAIN: Readonly<Record<string, string>> = {
  Celu: 'alpha',
  Cos: '',
  Elu: 'alpha',
  Erf: '',
  Exp: '',
  Gelu: 'approximate',
  HardSigmoid: 'alpha beta',
  HardSwish: '',
  LeakyRelu: 'alpha',
  Log: '',
  LogSoftmax: 'axis',
  LpNormalization: 'axis p',
  MeanVarianceNormalization: 'axes',
  Mish: '',
  Relu: '',
  Round: '',
  Selu: 'alpha gamma',
  Sigmoid: '',
  Sign: '',
  Sin: '',
  Softmax: 'axis',
  Softplus: '',
  Softsign: '',
  Tanh: '',
  ThresholdedRelu: 'alpha',
};

const ofElements: Operators = {
  Identity: {
    inputs: [1, 1],
    infer: (step) => input(step, 0),
  },
  Abs: one(([x]) => Math.abs(x)),
  Ceil: one(([x]) => Math.ceil(x)),
  Floor: one(([x]) => Math.floor(x)),
  Neg: one(([x]) => -x),
  Reciprocal: one(([x]) => 1 / x),
  Sqrt: one(([x]) => Math.sqrt(x)),
  Add: pair(([a, b]) => a + b),
  Sub: pair(([a, b]) => a - b),
  Mul: pair(([a, b]) => a * b),
  Div: pair(([a, b], _, type) => (isInteger(type) ? Math.trunc(a / b) : a / b)),
  Mod: pair(([a, b], step) => {
    const rest = a % b;
    // Without fmod, it has the sign of the divisor.
    return int(step, 'fmod', 0) === 0 && rest * b < 0 ? rest + b : rest;
  }, 'fmod'),
  Pow: pair(([a, b]) => a ** b),
  PRelu: pair(),
  Max: many((numbers) => Math.max(...numbers)),
  Min: many((numbers) => Math.min(...numbers)),
  Sum: many((numbers) => numbers.reduce((sum, n) => sum + n)),
  Mean: many(),
  Equal: test(([a, b]) => Number(a === b)),
  Greater: test(([a, b]) => Number(a > b)),
  GreaterOrEqual: test(([a, b]) => Number(a >= b)),
  Less: test(([a, b]) => Number(a < b)),
  LessOrEqual: test(([a, b]) => Number(a <= b)),
  And: test(([a, b]) => a & b),
  Or: test(([a, b]) => a | b),
  Xor: test(([a, b]) => a ^ b),
  Not: test(([a]) => 1 - a, 1),
  IsNaN: test(([a]) => Number(Number.isNaN(a)), 1),
  IsInf: {
    ...like('detect_negative detect_positive'),
    infer: (step) => ({ type: 'bool', shape: input(step, 0).shape }),
  },
  Where: {
    inputs: [3, 3],
    infer: (step) => {
      const values = [0, 1, 2].map((index) => input(step, index));
      const shape = values.map((value) => value.shape).reduce(broadcast);
      const { type } = values[1];
      const numbers = combine(type, shape, values, ([if1, then, otherwise]) =>
        if1 === 0 ? otherwise : then,
      );
      return { type, shape, numbers };
    },
  },
  Clip: {
    inputs: [1, 3],
    attributes: ['min', 'max'],
    infer: (step) => {
      const value = input(step, 0);
      const limit = (index: number, name: string, otherwise: number) => {
        const given = step.inputs[index];
        return given === undefined ? (float(step, name) ?? otherwise) : given.numbers?.[0];
      };
      const least = limit(1, 'min', Number.NEGATIVE_INFINITY);
      const most = limit(2, 'max', Number.POSITIVE_INFINITY);
      if (least === undefined || most === undefined) return { ...value, numbers: undefined };
      const numbers = value.numbers?.map((n) => Math.min(Math.max(n, least), most));
      return { ...value, numbers };
    },
  },
  Cast: {
    inputs: [1, 1],
    attributes: ['to', 'saturate', 'round_mode'],
    infer: (step) => cast(input(step, 0), elementTypeOf(int(step, 'to', 0))),
  },
  CastLike: {
    inputs: [2, 2],
    attributes: ['saturate', 'round_mode'],
    infer: (step) => cast(input(step, 0), input(step, 1).type),
  },
};

function cast(value: Value, type: OnnxElementType): Value {
  const numbers = combine(type, value.shape, [value], ([n]) => {
    if (type === 'bool') return Number(n !== 0);
    return isInteger(type) ? Math.trunc(n) : n;
  });
  return { type, shape: value.shape, numbers };
}

/** Normalisations and what else keeps its input's shape. */
const ofFirst: Operators = {
  BatchNormalization: {
    ...like('epsilon momentum spatial training_mode', [5, 5]),
    infer: (step) => {
      // Its result would depend on the other images of the batch.
      if (int(step, 'training_mode', 0) !== 0) {
        throw new MalformedError('BatchNormalization that is still in training');
      }
      return { type: input(step, 0).type, shape: input(step, 0).shape };
    },
  },
  CumSum: like('exclusive reverse', [2, 2]),
  Dropout: {
    inputs: [1, 3],
    outputs: 2,
    attributes: ['ratio', 'seed'],
    infer: (step) => {
      // Its result would be another one each time.
      if (step.inputs[2] !== undefined && known(step, 2, 1)[0] !== 0) {
        throw new MalformedError('Dropout that is still in training');
      }
      const value = input(step, 0);
      return [value, { type: 'bool', shape: value.shape }];
    },
  },
  GroupNormalization: like('epsilon num_groups stash_type', [3, 3]),
  InstanceNormalization: like('epsilon', [3, 3]),
  LayerNormalization: {
    ...like('axis epsilon stash_type', [2, 3]),
    outputs: 3,
    infer: (step) => {
      const { type, shape } = input(step, 0);
      const axis = int(step, 'axis', -1);
      const from = axis < 0 ? axis + shape.length : axis;
      const ranges: Value = { type: 'float32', shape: shape.map((n, i) => (i < from ? n : 1)) };
      return [{ type, shape }, ranges, ranges];
    },
  },
  LRN: {
    ...like('alpha beta bias size'),
    cost: (step, out) => int(step, 'size', 1) * product(out.shape),
  },
  ScatterElements: like('axis reduction', [3, 3]),
  ScatterND: like('reduction', [3, 3]),
  Trilu: like('upper', [1, 2]),
};

export const ELEMENTWISE: Operators = {
  ...Object.fromEntries(Object.entries(PLAIN).map(([name, names]) => [name, like(names)])),
  ...ofElements,
  ...ofFirst,
};
