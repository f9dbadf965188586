// Imported joins, paddings, reductions and reshapes equal TensorFlow.js, whatever the layout.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertRefused } from '../../helpers/refusal.ts';
import {
  assertSameOnBoth,
  flag,
  importSynthetic,
  int32,
  integer,
  integers,
  randomWeight,
  type SyntheticNode,
  type SyntheticWeight,
  slide,
  syntheticFiles,
  text,
} from '../../helpers/synthetic-graph.ts';

const SHAPE = [2, 7, 9, 3];

/** Paddings before and after each axis, `[rank, 2]`. */
const pairs = (...data: number[]) => ({ ...int32(...data), shape: [data.length / 2, 2] });

/** `conv`, `[n, 7, 9, 4]`, lies as NCHW; `x`, `[n, 7, 9, 3]`, as TensorFlow has it. */
function afterConvolution(nodes: SyntheticNode[], weights: Record<string, SyntheticWeight> = {}) {
  const attr = slide('SAME');
  const convolution = { name: 'conv', op: 'Conv2D', input: ['x', 'filter'], attr };
  return syntheticFiles([convolution, ...nodes], {
    filter: randomWeight([3, 3, 3, 4]),
    ...weights,
  });
}

describe('ConcatV2', () => {
  for (const axis of [3, -1, 1, 2]) {
    test(`on axis ${axis}`, async () => {
      const nodes = [
        { name: 'relu', op: 'Relu', input: ['conv'] },
        { name: 'out', op: 'ConcatV2', input: ['conv', 'relu', 'axis'] },
      ];
      const weights = { axis: { shape: [], data: [axis], dtype: 'int32' as const } };
      await assertSameOnBoth(afterConvolution(nodes, weights));
    });
  }

  test('of values in different layouts', async () => {
    const node = { name: 'out', op: 'ConcatV2', input: ['x', 'conv', 'axis'] };
    await assertSameOnBoth(afterConvolution([node], { axis: int32(3) }));
  });
});

describe('Mean and Max', () => {
  for (const op of ['Mean', 'Max']) {
    for (const keep of [true, false]) {
      for (const axes of [[1, 2], [-2, -3], [3], [1], [2, 3], [1, 2, 3]]) {
        test(`${op} over ${axes.join(', ')}, keep_dims ${keep}`, async () => {
          const attr = { keep_dims: flag(keep) };
          for (const input of ['conv', 'x']) {
            const node = { name: 'out', op, input: [input, 'axes'], attr };
            await assertSameOnBoth(afterConvolution([node], { axes: int32(...axes) }));
          }
        });
      }
    }
  }

  test('over the batch is refused', () => {
    const node = { name: 'out', op: 'Mean', input: ['conv', 'axes'] };
    assertRefused(afterConvolution([node], { axes: int32(0) }), /reducing over the batch/);
  });
});

describe('padding', () => {
  const paddings = { p: pairs(0, 0, 1, 2, 0, 3, 0, 0) };
  for (const input of ['conv', 'x']) {
    test(`Pad, PadV2 and MirrorPad of ${input}`, async () => {
      await assertSameOnBoth(
        afterConvolution([{ name: 'out', op: 'Pad', input: [input, 'p'] }], paddings),
      );
      const fill = { ...paddings, fill: { shape: [], data: [2.5] } };
      await assertSameOnBoth(
        afterConvolution([{ name: 'out', op: 'PadV2', input: [input, 'p', 'fill'] }], fill),
      );
      const attr = { mode: text('REFLECT') };
      await assertSameOnBoth(
        afterConvolution([{ name: 'out', op: 'MirrorPad', input: [input, 'p'], attr }], paddings),
      );
    });
  }

  test('Keras pads by hand before a VALID convolution of stride 2', async () => {
    const nodes = [
      { name: 'padded', op: 'Pad', input: ['conv', 'p'] },
      {
        name: 'out',
        op: 'DepthwiseConv2dNative',
        input: ['padded', 'depthwise'],
        attr: slide('VALID', 2),
      },
    ];
    const weights = { p: pairs(0, 0, 0, 1, 0, 1, 0, 0), depthwise: randomWeight([3, 3, 4, 1]) };
    await assertSameOnBoth(afterConvolution(nodes, weights));
  });

  test('of the batch is refused', () => {
    const node = { name: 'out', op: 'Pad', input: ['conv', 'p'] };
    const files = afterConvolution([node], { p: pairs(1, 0, 0, 0, 0, 0, 0, 0) });
    assertRefused(files, /Pad at out: paddings 1 0 0 0 0 0 0 0 are not supported/);
  });
});

describe('reshaping', () => {
  const reshape = (...shape: number[]) =>
    afterConvolution([{ name: 'out', op: 'Reshape', input: ['conv', 'to'] }], {
      to: int32(...shape),
    });

  test('Reshape puts NCHW back in order first', async () => {
    await assertSameOnBoth(reshape(-1, 63 * 4));
    await assertSameOnBoth(reshape(-1, 63, 4));
    await assertSameOnBoth(reshape(-1, 9, 7, 4));
  });

  test('Reshape that would mix images is refused', () => {
    assertRefused(reshape(2, 63 * 4), /mixes the images of a batch/);
    assertRefused(reshape(-1, 4), /mixes the images of a batch/);
    assertRefused(reshape(-1, 5), /mixes the images of a batch/);
  });

  test('a convolution after a Reshape', async () => {
    const nodes = [
      { name: 'turned', op: 'Reshape', input: ['conv', 'to'] },
      {
        name: 'out',
        op: 'Conv2D',
        input: ['turned', 'filter2'],
        attr: slide('SAME'),
      },
    ];
    const weights = { to: int32(-1, 9, 7, 4), filter2: randomWeight([3, 3, 4, 2]) };
    await assertSameOnBoth(afterConvolution(nodes, weights));
  });

  test('Squeeze and ExpandDims', async () => {
    const pool = {
      name: 'pool',
      op: 'Mean',
      input: ['conv', 'axes'],
      attr: { keep_dims: flag(true) },
    };
    const named = {
      name: 'out',
      op: 'Squeeze',
      input: ['pool'],
      attr: { squeeze_dims: integers(1, 2) },
    };
    await assertSameOnBoth(afterConvolution([pool, named], { axes: int32(1, 2) }));
    const negative = { ...named, attr: { squeeze_dims: integers(-1) } };
    await assertSameOnBoth(afterConvolution([pool, negative], { axes: int32(3) }));
    const unnamed = { name: 'out', op: 'Squeeze', input: ['pool'] };
    await assertSameOnBoth(afterConvolution([pool, unnamed], { axes: int32(1, 2) }));
    const expand = { name: 'out', op: 'ExpandDims', input: ['conv', 'axis'] };
    await assertSameOnBoth(afterConvolution([expand], { axis: int32(-1) }));
    assertRefused(
      afterConvolution([
        { name: 'out', op: 'Squeeze', input: ['conv'], attr: { squeeze_dims: integers(1) } },
      ]),
      /axis 1 has size 7, not 1/,
    );
  });

  for (const last of [63 * 4, -1]) {
    test(`the flatten that Keras exports: Shape, StridedSlice, Pack, Reshape to ${last}`, async () => {
      const nodes = [
        { name: 'shape', op: 'Shape', input: ['conv'] },
        {
          name: 'batch',
          op: 'StridedSlice',
          input: ['shape', 'zero', 'one', 'one'],
          attr: { shrink_axis_mask: integer(1), begin_mask: integer(0) },
        },
        { name: 'target', op: 'Pack', input: ['batch', 'length'], attr: { axis: integer(0) } },
        { name: 'out', op: 'Reshape', input: ['conv', 'target'] },
      ];
      const length = { shape: [], data: [last], dtype: 'int32' as const };
      await assertSameOnBoth(afterConvolution(nodes, { zero: int32(0), one: int32(1), length }));
    });
  }
});

describe('a part of an image', () => {
  const slice = (input: string, masks: Readonly<Record<string, number>> = {}) => ({
    name: 'out',
    op: 'StridedSlice',
    input: [input, 'begin', 'end', 'step'],
    attr: Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, integer(mask)])),
  });

  test('is cropped from both sides, in either layout, by steps too', async () => {
    const cropped = { begin: int32(0, 1, 2, 0), end: int32(0, -1, 8, 0), step: int32(1, 1, 1, 1) };
    const masks = { begin_mask: 9, end_mask: 9 };
    await assertSameOnBoth(afterConvolution([slice('conv', masks)], cropped));
    await assertSameOnBoth(syntheticFiles([slice('x', masks)], cropped));
    const stepped = { begin: int32(0, 1), end: int32(0, 0), step: int32(1, 2) };
    await assertSameOnBoth(afterConvolution([slice('conv', { end_mask: 3 })], stepped));
  });

  test('refused along the batch, backwards, empty, or of fewer axes', () => {
    const refused = (
      begin: number[],
      end: number[],
      step: number[],
      masks: Readonly<Record<string, number>>,
      why: RegExp,
    ) => {
      const weights = { begin: int32(...begin), end: int32(...end), step: int32(...step) };
      assertRefused(afterConvolution([slice('conv', masks)], weights), why);
    };
    refused([0, 0], [1, 0], [1, 1], { end_mask: 2 }, /a slice from 0 to 1 is not supported/);
    refused([1, 0], [0, 0], [1, 1], { end_mask: 3 }, /a slice from 1 to 0 is not supported/);
    refused([0, 3], [0, 1], [1, 1], { end_mask: 1 }, /a slice from 3 to 1 is not supported/);
    refused([0, 6], [0, 0], [1, -1], { end_mask: 3 }, /a slice from 6 to 0 is not supported/);
    refused([0, 0], [0, 1], [1, 1], { end_mask: 1, shrink_axis_mask: 2 }, /keeps the axes/);
    refused([0, 0, 0, 0, 0], [0, 0, 0, 0, 1], [1, 1, 1, 1, 1], { end_mask: 15 }, /from 0 to 1/);
  });
});

test('a chain of convolutions is transposed once', () => {
  const nodes = [
    { name: 'relu', op: 'Relu6', input: ['conv'] },
    { name: 'sum', op: 'Add', input: ['relu', 'conv'] },
    { name: 'out', op: 'Mean', input: ['sum', 'axes'], attr: { keep_dims: flag(false) } },
  ];
  const graph = importSynthetic(afterConvolution(nodes, { axes: int32(1, 2) }), SHAPE);
  assert.equal(graph.nodes.filter(({ op }) => op === 'Transpose').length, 1);
});
