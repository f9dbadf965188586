// Shapes and small values of operators that move elements are ONNX Runtime's.

import assert from 'node:assert/strict';
import test from 'node:test';
import { LAYOUT } from '../../../../src/network/onnx/operators/layout.ts';
import { MAKERS } from '../../../../src/network/onnx/operators/makers.ts';
import { inferValues } from '../../../../src/network/onnx/shapes.ts';
import {
  assertAsRun,
  type Case,
  type CaseInput,
  float,
  floats,
  graphOf,
  int,
  ints,
} from '../../../helpers/run-operator.ts';

const MAP = [2, 4, 6, 8];
const LARGEST = Number.MAX_SAFE_INTEGER;
const indices = (...of: number[]) => ({ type: 'int64', of }) as const;
const matrix = (...rows: number[][]) => ({
  ...ints(...rows.flat()),
  shape: [rows.length, rows[0].length],
});
const six = matrix([1, 2, 3], [4, 5, 6]);

const layout: Case[] = [
  ...[0, 1, 2, 4, -1].map((axis) => ({ op: 'Flatten', inputs: [MAP], attributes: { axis } })),
  ...[[0, -1], [2, 4, 48], [0, 0, -1], [-1], [384, 1]].map((sizes) => ({
    op: 'Reshape',
    inputs: [MAP, ints(...sizes)],
  })),
  { op: 'Reshape', inputs: [six, ints(3, -1)] },
  { op: 'Reshape', inputs: [MAP, ints(2, -1, 8)], attributes: { allowzero: 1 } },
  { op: 'Squeeze', inputs: [[1, 3, 1]] },
  { op: 'Squeeze', inputs: [[1, 3, 1], ints(-1)] },
  { op: 'Squeeze', inputs: [[1, 3, 1]], attributes: { axes: [0] }, opset: 11 },
  { op: 'Squeeze', inputs: [ints(7), ints(0)] },
  { op: 'Unsqueeze', inputs: [[3, 2], ints(0, -1)] },
  { op: 'Unsqueeze', inputs: [[3, 2]], attributes: { axes: [1, 3] }, opset: 9 },
  { op: 'Unsqueeze', inputs: [int(5), ints(0)] },
  { op: 'Transpose', inputs: [MAP], attributes: { perm: [0, 2, 3, 1] } },
  { op: 'Transpose', inputs: [[2, 3, 4]] },
  { op: 'Transpose', inputs: [six], attributes: { perm: [1, 0] } },
  { op: 'Concat', inputs: [MAP, [2, 1, 6, 8]], attributes: { axis: 1 } },
  { op: 'Concat', inputs: [MAP, MAP, MAP], attributes: { axis: -1 } },
  { op: 'Concat', inputs: [six, matrix([7], [8])], attributes: { axis: 1 } },
  { op: 'Concat', inputs: [ints(1), ints(), ints(-1, 3)], attributes: { axis: 0 } },
  {
    op: 'Slice',
    inputs: [MAP],
    attributes: { starts: [1, -3], ends: [LARGEST, -1], axes: [1, 3] },
    opset: 9,
  },
  { op: 'Slice', inputs: [MAP, ints(1, 0), ints(2, LARGEST)] },
  { op: 'Slice', inputs: [MAP, ints(-1), ints(-LARGEST), ints(3), ints(-2)] },
  { op: 'Slice', inputs: [MAP, ints(0), ints(100), ints(-1), ints(3)] },
  { op: 'Slice', inputs: [ints(4, 5, 6, 7), ints(-1), ints(-9), ints(0), ints(-1)] },
  { op: 'Slice', inputs: [ints(4, 5, 6, 7), ints(1), ints(LARGEST)] },
  { op: 'Slice', inputs: [ints(4, 5, 6, 7), ints(2), ints(1)] },
  { op: 'Slice', inputs: [six, ints(1), ints(3), ints(1)] },
  { op: 'Split', inputs: [MAP], attributes: { axis: 1 }, outputs: 2 },
  { op: 'Split', inputs: [MAP], attributes: { axis: 3, split: [1, 2, 5] }, outputs: 3, opset: 11 },
  { op: 'Split', inputs: [MAP, ints(1, 3)], attributes: { axis: 1 }, outputs: 2 },
  { op: 'Split', inputs: [MAP], attributes: { axis: -1, num_outputs: 3 }, outputs: 3, opset: 18 },
  { op: 'Split', inputs: [ints(5, 6, 7, 8), ints(1, 3)], outputs: 2 },
  { op: 'Gather', inputs: [MAP, int(-1)], attributes: { axis: 1 } },
  { op: 'Gather', inputs: [MAP, indices(5)], attributes: { axis: 2 } },
  { op: 'Gather', inputs: [MAP, indices(3, 2)], attributes: { axis: -1 } },
  { op: 'Gather', inputs: [six, matrix([0, -1], [1, 1])], attributes: { axis: 1 } },
  { op: 'Gather', inputs: [ints(5, 6, 7), int(1)] },
  { op: 'GatherElements', inputs: [MAP, indices(2, 1, 6, 8)], attributes: { axis: 1 } },
  { op: 'GatherND', inputs: [MAP, indices(5, 2)] },
  { op: 'GatherND', inputs: [MAP, indices(2, 3, 1)], attributes: { batch_dims: 1 } },
  { op: 'DepthToSpace', inputs: [MAP], attributes: { blocksize: 2, mode: 'CRD' } },
  { op: 'SpaceToDepth', inputs: [MAP], attributes: { blocksize: 2 } },
];

const resize = (inputs: readonly CaseInput[], attributes: Case['attributes'] = {}, opset = 17) => ({
  op: 'Resize',
  inputs,
  attributes,
  opset,
});
const linear = { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' };
const cubic = { mode: 'cubic', cubic_coeff_a: { float: -0.75 }, nearest_mode: 'floor' };

const makers: Case[] = [
  { op: 'Shape', inputs: [MAP] },
  { op: 'Shape', inputs: [MAP], attributes: { start: 1, end: -1 } },
  { op: 'Shape', inputs: [MAP], attributes: { start: -2 } },
  { op: 'Size', inputs: [MAP] },
  { op: 'ConstantOfShape', inputs: [ints(2, 3)] },
  { op: 'ConstantOfShape', inputs: [ints(4)], attributes: { value: { tensor: ints(-1) } } },
  { op: 'ConstantOfShape', inputs: [ints(0)], attributes: { value: { tensor: ints(1) } } },
  { op: 'ConstantOfShape', inputs: [ints(2000)] },
  { op: 'Expand', inputs: [[3, 1], ints(2, 1, 4)] },
  { op: 'Expand', inputs: [[1, 1, 5], ints(7, 1, 1)] },
  { op: 'Expand', inputs: [matrix([1], [2]), ints(2, 2, 3)] },
  { op: 'Tile', inputs: [MAP, ints(1, 2, 1, 3)] },
  { op: 'Tile', inputs: [six, ints(2, 2)] },
  { op: 'Range', inputs: [int(0), int(7), int(1)] },
  { op: 'Range', inputs: [int(10), int(-1), int(-3)] },
  { op: 'Range', inputs: [int(3), int(3), int(1)] },
  { op: 'Range', inputs: [float(0.5), float(3), float(0.7)] },
  { op: 'Range', inputs: [int(0), int(5000), int(2)] },
  { op: 'Pad', inputs: [MAP], attributes: { pads: [0, 0, 1, 2, 0, 0, 3, 4] }, opset: 10 },
  { op: 'Pad', inputs: [MAP, ints(0, 0, 1, 2, 0, 0, 3, 4), float(0)] },
  { op: 'Pad', inputs: [MAP, ints(0, 0, -1, 0, 0, 0, 0, -2)] },
  { op: 'Pad', inputs: [MAP, ints(0, 0, 5, 7, 0, 0, 5, 7)], attributes: { mode: 'reflect' } },
  { op: 'Pad', inputs: [MAP, ints(0, 0, 6, 8, 0, 0, 6, 8)], attributes: { mode: 'edge' } },
  { op: 'Pad', inputs: [MAP, ints(1, 2, 3, 4), null, ints(2, -1)], opset: 18 },
  {
    op: 'Pad',
    inputs: [MAP, ints(0, 0, 6, 8, 0, 0, 6, 8)],
    attributes: { mode: 'wrap' },
    opset: 19,
  },
  resize([MAP, floats(1, 1, 2, 0.6)], { mode: 'nearest' }, 10),
  resize([MAP, null, floats(1, 1, 1.7, 2.3)], linear),
  resize([MAP, floats(), floats(), ints(2, 4, 16, 9)], cubic),
  resize([MAP, null, null, ints(2, 4, 3, 4)], linear, 13),
  resize([MAP, null, null, ints(3, 4)], { ...linear, axes: [2, 3], antialias: 1 }, 18),
  resize([MAP, null, floats(0.5, 3), null], { ...linear, axes: [-2, -1] }, 18),
  // As DINOv2 scales its positions: 37 places by 16.1 / 37 are 16.
  resize([[1, 2, 37, 37], null, floats(1, 1, 16.1 / 37, 16.1 / 37)], cubic),
  { op: 'Upsample', inputs: [MAP, floats(1, 1, 2, 2)], attributes: { mode: 'nearest' }, opset: 9 },
];

test('what moves elements gives the shape, the type and the numbers that are inferred', () =>
  assertAsRun(LAYOUT, layout));

test('what makes values of a given size gives what is inferred', () => assertAsRun(MAKERS, makers));

test('sizes that are unknown, do not fit or are giant are refused before there is memory for them', () => {
  const huge = 2 ** 40;
  const bad: [Case, RegExp][] = [
    [{ op: 'Expand', inputs: [[1], ints(huge)] }, /a value of shape 1099511627776/],
    [{ op: 'Expand', inputs: [int(1), ints(huge, 0)] }, /a value of shape 1099511627776x0/],
    [{ op: 'Tile', inputs: [[4], ints(huge)] }, /a value of shape/],
    [{ op: 'Tile', inputs: [ints(4), ints(-1)] }, /a value of shape -1/],
    [{ op: 'Tile', inputs: [six, ints(2 ** 31, 0)] }, /a value of shape/],
    [{ op: 'ConstantOfShape', inputs: [ints(huge, huge)] }, /a value of shape/],
    [{ op: 'Range', inputs: [int(0), int(huge), int(1)] }, /a value of shape/],
    [{ op: 'Range', inputs: [int(0), int(3), int(0)] }, /a value of shape Infinity/],
    [{ op: 'Pad', inputs: [[4], ints(huge, 0)] }, /a value of shape/],
    [{ op: 'Pad', inputs: [[4], ints(4, 0)], attributes: { mode: 'reflect' } }, /padding 4 0/],
    [resize([MAP, null, floats(1, 1, 1e9, 1e9)]), /a value of shape/],
    [resize([MAP, null, null, ints(2, 4, huge, 1)]), /a value of shape/],
    [resize([MAP, null, floats(2)]), /Resize by 2/],
    [
      resize([MAP, null, floats(1, 1, 2, 2)], {
        coordinate_transformation_mode: 'tf_crop_and_resize',
      }),
      /Resize with tf_crop_and_resize/,
    ],
    [{ op: 'Reshape', inputs: [[4], ints(huge)] }, /a value of shape 4 as 1099511627776/],
    [{ op: 'Reshape', inputs: [[4], ints(-1, -1)] }, /a value of shape 4 as/],
    [{ op: 'Reshape', inputs: [[4], indices(1)] }, /Reshape with sizes that are not constant/],
    [{ op: 'Reshape', inputs: [[4], ints(...Array(9).fill(1))] }, /9 sizes, more than 8/],
    [{ op: 'Slice', inputs: [MAP, ints(0), ints(1), ints(0), ints(0)] }, /a value of shape/],
    [{ op: 'Slice', inputs: [MAP, ints(0, 0), ints(1)] }, /lists of different lengths/],
    [{ op: 'Slice', inputs: [MAP, ints(5), ints(2), ints(1)] }, /a value of shape 2x0x6x8/],
    [{ op: 'Squeeze', inputs: [MAP, ints(1)] }, /a value of shape 2x4x6x8 as/],
    [{ op: 'Unsqueeze', inputs: [MAP, ints(1, 1)] }, /one of them twice/],
    [{ op: 'Transpose', inputs: [MAP], attributes: { perm: [0, 1] } }, /order of axes/],
    [{ op: 'Concat', inputs: [MAP, [2, 4]], attributes: { axis: 1 } }, /Concat of 2x4x6x8 and 2x4/],
    [{ op: 'Split', inputs: [MAP, ints(1, 2)], outputs: 2 }, /Split of 2 into 1 2/],
    [{ op: 'Split', inputs: [MAP], attributes: { num_outputs: huge }, outputs: 2 }, /Split of 2/],
    [{ op: 'Gather', inputs: [MAP, int(9)], attributes: { axis: 1 } }, /element 9 of 4/],
    [{ op: 'Gather', inputs: [MAP, int(0)], attributes: { axis: 4 } }, /axis 4 of 4/],
    [{ op: 'DepthToSpace', inputs: [MAP], attributes: { blocksize: 3 } }, /a value of shape/],
  ];
  for (const [one, what] of bad) {
    assert.throws(() => inferValues(graphOf(one), 1), what, `${one.op} ${what}`);
  }
});
