// Shapes, types and small values of operators that work element by element are ONNX Runtime's.

import assert from 'node:assert/strict';
import test from 'node:test';
import { ELEMENTWISE } from '../../../../src/network/onnx/operators/elementwise.ts';
import { inferValues } from '../../../../src/network/onnx/shapes.ts';
import {
  assertAsRun,
  bools,
  bytes,
  type Case,
  float,
  floats,
  graphOf,
  int,
  ints,
  zero,
} from '../../../helpers/run-operator.ts';

const MAP = [2, 4, 3, 5];
const LOGICAL = { type: 'bool', of: [2, 3] } as const;

/** With attributes, and the first operator set that has them. */
const UNARY: readonly (readonly [string, Case['attributes']?, number?])[] = [
  ['Celu', { alpha: { float: 0.5 } }],
  ['Cos'],
  ['Elu', { alpha: { float: 0.5 } }],
  ['Erf'],
  ['Exp'],
  ['Gelu', { approximate: 'tanh' }, 20],
  ['HardSigmoid', { alpha: { float: 0.2 }, beta: { float: 0.5 } }],
  ['HardSwish'],
  ['LeakyRelu', { alpha: { float: 0.1 } }],
  ['Log'],
  ['LogSoftmax', { axis: 1 }],
  ['LpNormalization', { axis: 1, p: 2 }],
  ['MeanVarianceNormalization', { axes: [0, 2, 3] }],
  ['Mish', {}, 18],
  ['Relu'],
  ['Round'],
  ['Selu', { alpha: { float: 1 }, gamma: { float: 2 } }],
  ['Sigmoid'],
  ['Sign'],
  ['Sin'],
  ['Softmax', { axis: -1 }],
  ['Softmax', { axis: 1 }, 9],
  ['Softplus'],
  ['Softsign'],
  ['Tanh'],
  ['ThresholdedRelu', { alpha: { float: 0.3 } }],
  ['Identity'],
  ['Abs'],
  ['Ceil'],
  ['Floor'],
  ['Neg'],
  ['Reciprocal'],
  ['Sqrt'],
  ['IsNaN'],
  ['IsInf', { detect_negative: 0 }],
  ['Trilu', { upper: 0 }],
  ['LRN', { size: 3, alpha: { float: 0.1 }, beta: { float: 0.5 }, bias: { float: 2 } }],
];

const BINARY = ['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Sum', 'Mean', 'Pow'];
const COMPARISONS = ['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'];
const LOGIC = ['And', 'Or', 'Xor'];
const MODS = [0, 1].map((fmod) => ({
  op: 'Mod',
  inputs: [ints(7, -7, 7, -7, 6), ints(3, 3, -3, -3, 3)],
  attributes: { fmod },
}));

const cases: Case[] = [
  ...UNARY.map(([op, attributes = {}, opset = 17]) => ({ op, inputs: [MAP], attributes, opset })),
  ...BINARY.flatMap((op) => [
    { op, inputs: [MAP, [4, 1, 1]] },
    { op, inputs: [[5], [2, 3, 1]] },
    { op, inputs: [[], MAP], opset: 13 },
    { op, inputs: [floats(3, -1.5, 0.1), floats(2)] },
  ]),
  ...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min'].map((op) => ({
    op,
    inputs: [ints(7, -7, 196, 0), int(2)],
  })),
  ...COMPARISONS.flatMap((op) => [
    { op, inputs: [MAP, [5]] },
    { op, inputs: [ints(-1, 3, 4), ints(-1, 4, 3)] },
  ]),
  ...LOGIC.flatMap((op) => [
    { op, inputs: [LOGICAL, { type: 'bool', of: [3] } as const] },
    { op, inputs: [bools(0, 0, 1, 1), bools(0, 1, 0, 1)] },
  ]),
  { op: 'Not', inputs: [LOGICAL] },
  { op: 'Not', inputs: [bools(0, 1)] },
  ...['Abs', 'Ceil', 'Floor', 'Neg', 'Reciprocal', 'Sqrt', 'Identity', 'IsNaN'].map((op) => ({
    op,
    inputs: [floats(2.5, 0.3, 16, 49)],
  })),
  { op: 'Neg', inputs: [ints(5, -5)] },
  { op: 'Max', inputs: [MAP, [5], [3, 1]] },
  { op: 'Sum', inputs: [MAP] },
  ...MODS,
  { op: 'Mod', inputs: [floats(7, -7), float(3)], attributes: { fmod: 1 } },
  { op: 'Pow', inputs: [floats(4, 9), float(0.5)] },
  { op: 'PRelu', inputs: [MAP, [4, 1, 1]] },
  { op: 'Where', inputs: [LOGICAL, [2, 1], [3]] },
  { op: 'Where', inputs: [bools(1, 0, 1), ints(1, 2, 3), int(-1)] },
  { op: 'Clip', inputs: [MAP], attributes: { min: { float: 0 }, max: { float: 6 } }, opset: 10 },
  { op: 'Clip', inputs: [MAP, null, float(6)] },
  { op: 'Clip', inputs: [floats(-1, 3, 9), float(0), float(6)] },
  { op: 'Clip', inputs: [ints(-1, 3, 9), int(0)] },
  ...[1, 2, 3, 6, 7, 9, 10, 11].map((to) => ({ op: 'Cast', inputs: [MAP], attributes: { to } })),
  ...[1, 7, 9, 11].map((to) => ({
    op: 'Cast',
    inputs: [floats(2.7, -2.7, 0)],
    attributes: { to },
  })),
  { op: 'Cast', inputs: [ints(14, 3, 0)], attributes: { to: 1 } },
  { op: 'CastLike', inputs: [MAP, int(1)] },
  { op: 'CastLike', inputs: [ints(3), float(1)] },
  {
    op: 'BatchNormalization',
    inputs: [MAP, [4], [4], [4], [4]],
    attributes: { epsilon: { float: 1e-3 }, momentum: { float: 0.9 }, training_mode: 0 },
  },
  { op: 'BatchNormalization', inputs: [MAP, [4], [4], [4], [4]], opset: 9 },
  { op: 'CumSum', inputs: [MAP, int(1)], attributes: { exclusive: 1, reverse: 1 } },
  { op: 'Dropout', inputs: [MAP], attributes: { ratio: { float: 0.3 } }, opset: 9, outputs: 1 },
  { op: 'Dropout', inputs: [MAP, float(0.3), bytes('bool', [], 0)], outputs: 2 },
  {
    op: 'GroupNormalization',
    inputs: [MAP, [4], [4]],
    attributes: { num_groups: 2, epsilon: { float: 1e-5 } },
    opset: 21,
  },
  { op: 'InstanceNormalization', inputs: [MAP, [4], [4]] },
  { op: 'LayerNormalization', inputs: [MAP, [5], [5]], attributes: { axis: -1 } },
  { op: 'LayerNormalization', inputs: [MAP, [3, 5]], attributes: { axis: 2 }, outputs: 3 },
  { op: 'ScatterElements', inputs: [MAP, { type: 'int64', of: [1, 1, 1, 1] }, [1, 1, 1, 1]] },
  { op: 'ScatterND', inputs: [MAP, { type: 'int64', of: [6, 2] }, [6, 3, 5]] },
];

test('each gives the shape, the type and the numbers that are inferred', () =>
  assertAsRun(ELEMENTWISE, cases));

test('halves are rounded as they are computed', async () => {
  const codes = Uint8Array.from(
    [0.1, 14, 3, 1 / 3].flatMap((value) => [...new Uint8Array(Float32Array.of(value).buffer)]),
  );
  const tensor = { ...floats(0, 0, 0, 0), bytes: codes };
  await assertAsRun({}, [{ op: 'Cast', inputs: [tensor], attributes: { to: 10 } }]);
});

test('what would give another result each time, or fits nothing, is refused', () => {
  const bad: [Case, RegExp][] = [
    [{ op: 'Dropout', inputs: [MAP, float(0.5), bytes('bool', [])] }, /Dropout .* in training/],
    [
      {
        op: 'BatchNormalization',
        inputs: [MAP, [4], [4], [4], [4]],
        attributes: { training_mode: 1 },
      },
      /BatchNormalization .* in training/,
    ],
    [{ op: 'Add', inputs: [MAP, [7]] }, /incompatible shapes 2x4x3x5 and 7/],
    [{ op: 'Add', inputs: [MAP, null] }, /Add without input 2/],
    [{ op: 'Cast', inputs: [MAP], attributes: { to: 8 } }, /elements of type 8/],
    [{ op: 'LRN', inputs: [MAP], attributes: { size: 2 ** 40 } }, /more computation/],
    [{ op: 'NonZero', inputs: [MAP] }, /operator NonZero/],
    [{ op: 'Relu', inputs: [MAP], attributes: { body: 1 } }, /Relu with attribute body/],
  ];
  for (const [one, what] of bad) assert.throws(() => inferValues(graphOf(one), 1), what);
  // The same of a division by nothing: its result is simply not known.
  const { values } = inferValues(graphOf({ op: 'Div', inputs: [ints(1), ints(0)] }), 1);
  assert.equal(values.get('out0')?.numbers, undefined);
  assert.deepEqual(values.get('out0')?.shape, [1]);
  assert.equal(zero().type, 'uint8');
});
