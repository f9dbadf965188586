// Shapes and cost of operators with weights, windows and sums are ONNX Runtime's.

import assert from 'node:assert/strict';
import test from 'node:test';
import { PRODUCTS } from '../../../../src/network/onnx/operators/products.ts';
import { QUANTISATION } from '../../../../src/network/onnx/operators/quantisation.ts';
import { REDUCTIONS } from '../../../../src/network/onnx/operators/reductions.ts';
import { inferValues, multiplyAdds } from '../../../../src/network/onnx/shapes.ts';
import {
  assertAsRun,
  bytes,
  type Case,
  float,
  floats,
  graphOf,
  ints,
  zero,
} from '../../../helpers/run-operator.ts';

const MAP = [2, 4, 11, 8];
const CODES = { type: 'uint8', of: MAP } as const;
const WINDOWS: readonly Record<string, string | number | readonly number[]>[] = [
  {},
  { strides: [2, 2] },
  { pads: [1, 1, 1, 1], strides: [2, 3] },
  { pads: [0, 1, 2, 1], dilations: [2, 1] },
  ...['SAME_UPPER', 'SAME_LOWER', 'VALID'].map((auto_pad) => ({ auto_pad, strides: [2, 3] })),
];
const pool = (op: string, more: Case['attributes'] = {}, opset = 17) =>
  WINDOWS.filter((window) => op === 'MaxPool' || window.dilations === undefined).map((window) => ({
    op,
    inputs: [MAP],
    attributes: { kernel_shape: [3, 2], ...window, ...more },
    opset,
  }));
const quantised = (shape: readonly number[]) =>
  [CODES, float(0.1), zero(), bytes('uint8', shape), float(0.2), zero(), float(3)] as const;

const products: Case[] = [
  ...WINDOWS.map((attributes) => ({ op: 'Conv', inputs: [MAP, [6, 4, 3, 2], [6]], attributes })),
  { op: 'Conv', inputs: [MAP, [4, 1, 3, 3]], attributes: { group: 4, kernel_shape: [3, 3] } },
  {
    op: 'Conv',
    inputs: [
      [2, 4, 9],
      [6, 4, 3],
    ],
    opset: 11,
  },
  ...WINDOWS.map((attributes) => ({
    op: 'ConvInteger',
    inputs: [CODES, bytes('uint8', [6, 4, 3, 2]), zero(), zero()],
    attributes,
  })),
  { op: 'QLinearConv', inputs: [...quantised([6, 4, 3, 2]), zero()] },
  ...pool('MaxPool'),
  ...pool('MaxPool', { ceil_mode: 1 }, 12),
  { op: 'MaxPool', inputs: [MAP], attributes: { kernel_shape: [2, 2] }, outputs: 2 },
  // A last window that would begin beyond the image.
  ...[1, 2, 3].flatMap((stride) =>
    [4, 5, 6, 7].map((size) => ({
      op: 'MaxPool',
      inputs: [[1, 1, size]],
      attributes: { kernel_shape: [2], pads: [1, 1], strides: [stride], ceil_mode: 1 },
    })),
  ),
  ...pool('AveragePool', { count_include_pad: 1 }),
  ...pool('AveragePool', { ceil_mode: 1 }, 19),
  { op: 'GlobalAveragePool', inputs: [MAP] },
  { op: 'GlobalMaxPool', inputs: [[2, 4, 9]] },
  {
    op: 'MatMul',
    inputs: [
      [5, 3],
      [3, 7],
    ],
  },
  {
    op: 'MatMul',
    inputs: [
      [2, 1, 5, 3],
      [4, 3, 7],
    ],
  },
  { op: 'MatMul', inputs: [[3], [3, 7]] },
  { op: 'MatMul', inputs: [[2, 5, 3], [3]] },
  { op: 'MatMul', inputs: [[3], [3]] },
  { op: 'MatMulInteger', inputs: [{ type: 'uint8', of: [5, 3] }, bytes('int8', [3, 7])] },
  {
    op: 'MatMulInteger',
    inputs: [{ type: 'uint8', of: [2, 5, 3] }, bytes('int8', [3, 7]), zero(), zero('int8')],
  },
  {
    op: 'QLinearMatMul',
    inputs: [
      { type: 'uint8', of: [5, 3] },
      ...[float(0.1), zero(), bytes('uint8', [3, 7]), float(0.2), zero(), float(3), zero()],
    ],
  },
  {
    op: 'Gemm',
    inputs: [
      [5, 3],
      [3, 7],
    ],
  },
  {
    op: 'Gemm',
    inputs: [[3, 5], [7, 3], [7]],
    attributes: { transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
  },
  {
    op: 'Einsum',
    inputs: [
      [2, 3, 4],
      [2, 5, 4],
    ],
    attributes: { equation: 'bqd,bkd->bqk' },
  },
  { op: 'Einsum', inputs: [[2, 3, 4]], attributes: { equation: 'i j k -> k i' } },
];

const FOLDS = ['Max', 'Mean', 'Min', 'Prod', 'Sum', 'SumSquare', 'L1', 'L2', 'LogSum', 'LogSumExp'];

const reductions: Case[] = [
  ...FOLDS.flatMap((fold): Case[] => {
    const op = `Reduce${fold}`;
    return [
      { op, inputs: [MAP], attributes: { axes: [2, 3], keepdims: 0 }, opset: 11 },
      { op, inputs: [MAP], attributes: { axes: [-1] }, opset: 12 },
      { op, inputs: [MAP] },
      { op, inputs: [MAP, ints(1, -1)], attributes: { keepdims: 0 }, opset: 18 },
      { op, inputs: [MAP], attributes: { noop_with_empty_axes: 1 }, opset: 18 },
    ];
  }),
  ...['Max', 'Min', 'Prod', 'Sum'].flatMap((fold): Case[] => [
    { op: `Reduce${fold}`, inputs: [ints(3, 4, -2)], opset: 18 },
    { op: `Reduce${fold}`, inputs: [floats(3, 0.5)], attributes: { keepdims: 0 }, opset: 18 },
    {
      op: `Reduce${fold}`,
      inputs: [{ ...ints(1, 2, 3, 4, 5, 6), shape: [2, 3] }, ints(0)],
      opset: 18,
    },
  ]),
  { op: 'ArgMax', inputs: [MAP], attributes: { axis: 1, keepdims: 0, select_last_index: 1 } },
  { op: 'ArgMin', inputs: [MAP], attributes: { axis: -1 } },
];

const quantisation: Case[] = [
  { op: 'QuantizeLinear', inputs: [MAP, float(0.1)] },
  { op: 'QuantizeLinear', inputs: [MAP, float(0.1), zero('int8')], opset: 10 },
  { op: 'QuantizeLinear', inputs: [MAP, float(0.1)], attributes: { output_dtype: 3 }, opset: 21 },
  { op: 'DequantizeLinear', inputs: [CODES, float(0.1), zero()] },
  {
    op: 'DequantizeLinear',
    inputs: [bytes('int8', [4, 3]), floats(1, 2, 3, 4)],
    attributes: { axis: 0 },
  },
  { op: 'DynamicQuantizeLinear', inputs: [MAP], outputs: 3 },
];

test('products and windows give the shape and the type that are inferred', () =>
  assertAsRun(PRODUCTS, products));

test('sums, means and extremes give the shape, the type and the numbers that are inferred', () =>
  assertAsRun(REDUCTIONS, reductions));

test('codes of numbers have the shape and the type that are inferred', () =>
  assertAsRun(QUANTISATION, quantisation));

test('multiply-adds are those of products, for each image', () => {
  const of = (one: Case) => multiplyAdds(graphOf(one));
  assert.equal(
    of({
      op: 'Conv',
      inputs: [
        [1, 4, 9, 9],
        [6, 4, 3, 3],
      ],
    }),
    7 * 7 * 6 * 36,
  );
  assert.equal(
    of({
      op: 'Conv',
      inputs: [
        [1, 4, 9, 9],
        [4, 1, 3, 3],
      ],
      attributes: { group: 4 },
    }),
    7 * 7 * 4 * 9,
  );
  assert.equal(
    of({
      op: 'Gemm',
      inputs: [
        [3, 5],
        [7, 3],
      ],
      attributes: { transA: 1, transB: 1 },
    }),
    105,
  );
  assert.equal(
    of({
      op: 'MatMul',
      inputs: [
        [2, 4, 5, 3],
        [3, 7],
      ],
    }),
    2 * 4 * 105,
  );
  assert.equal(
    of({ op: 'MaxPool', inputs: [[1, 4, 9, 9]], attributes: { kernel_shape: [3, 3] } }),
    0,
  );
  assert.equal(of({ op: 'ReduceMean', inputs: [[1, 4, 9, 9]] }), 0);
});

test('weights and windows that do not fit, or would take much memory, are refused', () => {
  const bad: [Case, RegExp][] = [
    [{ op: 'Conv', inputs: [MAP, [6, 3, 3, 3]] }, /Conv of 2x4x11x8 with weights 6x3x3x3/],
    [{ op: 'Conv', inputs: [MAP, [6, 4, 3]] }, /an invalid stride or window/],
    [{ op: 'Conv', inputs: [MAP, [6, 4, 20, 3]] }, /a value of shape 2x6x-8x6/],
    [
      { op: 'Conv', inputs: [MAP, [6, 4, 3, 3]], attributes: { pads: [-1, 0, 0, 0] } },
      /padding -1 0/,
    ],
    [
      {
        op: 'ConvInteger',
        inputs: [{ type: 'uint8', of: [1, 3, 2200, 2200] }, bytes('uint8', [1, 3, 7, 7])],
      },
      /\d+ values in windows/,
    ],
    [{ op: 'MaxPool', inputs: [MAP] }, /an invalid stride or window of MaxPool/],
    [
      { op: 'MaxPool', inputs: [MAP], attributes: { kernel_shape: [3, 3], strides: [0, 0] } },
      /an invalid stride/,
    ],
    [
      {
        op: 'MatMul',
        inputs: [
          [5, 3],
          [4, 7],
        ],
      },
      /MatMul of 5x3 and 4x7/,
    ],
    [
      {
        op: 'Gemm',
        inputs: [
          [5, 3, 1],
          [3, 7],
        ],
      },
      /Gemm of 5x3x1 and 3x7/,
    ],
    [{ op: 'Einsum', inputs: [[5, 3]], attributes: { equation: '...i->i' } }, /Einsum of/],
    [{ op: 'ReduceMean', inputs: [MAP], attributes: { axes: [4] } }, /axis 4 of 4/],
  ];
  for (const [one, what] of bad) {
    assert.throws(() => inferValues(graphOf(one), 1), what, `${one.op} ${what}`);
  }
});
