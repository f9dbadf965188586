// Imported arithmetic equals TensorFlow.js, broadcasting and layouts included.

import { describe, test } from 'node:test';
import { assertRefused } from '../../helpers/refusal.ts';
import {
  assertSameOnBoth,
  flag,
  float,
  int32,
  integer,
  randomWeight,
  type SyntheticNode,
  type SyntheticWeight,
  slide,
  syntheticFiles,
  text,
  texts,
} from '../../helpers/synthetic-graph.ts';

/** A convolution in front, so that the value under test lies as NCHW. */
function afterConvolution(nodes: SyntheticNode[], weights: Record<string, SyntheticWeight> = {}) {
  const attr = slide('SAME');
  const convolution = { name: 'conv', op: 'Conv2D', input: ['x', 'filter'], attr };
  return syntheticFiles([convolution, ...nodes], {
    filter: randomWeight([1, 1, 3, 4]),
    ...weights,
  });
}

const pool = {
  name: 'pool',
  op: 'Mean',
  input: ['conv', 'axes'],
  attr: { keep_dims: flag(false) },
};

describe('activations', () => {
  const activations = [
    'Relu',
    'Relu6',
    'Elu',
    'Sigmoid',
    'LeakyRelu',
    'Softmax',
    'Identity',
    'Abs',
  ];
  for (const op of [...activations, 'Neg', 'Tanh', 'Softplus', 'Erf', 'Exp']) {
    const attr = op === 'LeakyRelu' ? { alpha: float(0.1) } : {};
    test(`${op} of an image and of an input`, async () => {
      for (const files of [
        afterConvolution([{ name: 'out', op, input: ['conv'], attr }]),
        syntheticFiles([{ name: 'out', op, input: ['x'], attr }]),
      ]) {
        // Numbers of several hundred.
        await assertSameOnBoth(files, undefined, op === 'Exp' ? 1e-3 : undefined);
      }
    });
  }

  test('LRN over neighbouring channels', async () => {
    const attr = {
      depth_radius: integer(1),
      bias: float(2),
      alpha: float(0.5),
      beta: float(0.75),
    };
    await assertSameOnBoth(afterConvolution([{ name: 'out', op: 'LRN', input: ['conv'], attr }]));
  });

  test('Pow of a positive value', async () => {
    const nodes = [
      { name: 'positive', op: 'Exp', input: ['conv'] },
      { name: 'out', op: 'Pow', input: ['positive', 'c'] },
    ];
    const weights = { c: { shape: [], data: [0.3] } };
    await assertSameOnBoth(afterConvolution(nodes, weights));
  });

  test('Prelu with a slope for each channel', async () => {
    const node = { name: 'out', op: 'Prelu', input: ['conv', 'slopes'] };
    await assertSameOnBoth(afterConvolution([node], { slopes: randomWeight([4]) }));
  });

  test('Rsqrt of a positive value and of a constant', async () => {
    const nodes = [
      { name: 'sigmoid', op: 'Sigmoid', input: ['conv'] },
      { name: 'positive', op: 'Add', input: ['sigmoid', 'variance'] },
      { name: 'root', op: 'Rsqrt', input: ['positive'] },
      { name: 'scale', op: 'Rsqrt', input: ['variance'] },
      { name: 'out', op: 'Mul', input: ['root', 'scale'] },
    ];
    const weights = { variance: { shape: [4], data: [0.5, 1, 2, 3] } };
    await assertSameOnBoth(afterConvolution(nodes, weights));
  });
});

describe('arithmetic of two values', () => {
  for (const op of ['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv', 'Maximum', 'Minimum']) {
    test(`${op} with constants of every rank, on either side`, async () => {
      for (const shape of [[], [4], [9, 4], [7, 9, 4], [1, 1, 1, 4], [1, 7, 1, 4], [1]]) {
        const weights = { c: { shape, data: randomWeight(shape).data.map((v) => v + 2) } };
        const right = { name: 'out', op, input: ['conv', 'c'] };
        await assertSameOnBoth(afterConvolution([right], weights));
        if (op === 'RealDiv') continue;
        const left = { name: 'out', op, input: ['c', 'conv'] };
        await assertSameOnBoth(afterConvolution([left], weights));
      }
    });
  }

  test('SquaredDifference, Square, Sqrt, AddN and IdentityN', async () => {
    const weights = { c: { shape: [4], data: [1, 2, 3, 4] } };
    const difference = { name: 'sd', op: 'SquaredDifference', input: ['conv', 'c'] };
    const square = { name: 'sq', op: 'Square', input: ['conv'] };
    const root = { name: 'root', op: 'Sqrt', input: ['sq'] };
    const both = { name: 'both', op: 'IdentityN', input: ['root', 'conv'] };
    const out = { name: 'out', op: 'AddN', input: ['sd', 'both', 'conv', 'sq'] };
    const nodes = [difference, square, root, both, out];
    await assertSameOnBoth(afterConvolution(nodes, weights), undefined, 1e-4);
  });

  test('two images, and an image with its squeezed mean', async () => {
    const nodes = [
      { name: 'relu', op: 'Relu', input: ['conv'] },
      { ...pool, attr: { keep_dims: flag(true) } },
      { name: 'gated', op: 'Mul', input: ['relu', 'pool'] },
      { name: 'out', op: 'AddV2', input: ['gated', 'conv'] },
    ];
    await assertSameOnBoth(afterConvolution(nodes, { axes: int32(1, 2) }));
  });

  test('an image that lies as TensorFlow has it with one that does not', async () => {
    const nodes = [
      { name: 'plain', op: 'Relu', input: ['x'] },
      { name: 'part', op: 'Mean', input: ['conv', 'axis'], attr: { keep_dims: flag(true) } },
      { name: 'out', op: 'Sub', input: ['plain', 'part'] },
    ];
    await assertSameOnBoth(afterConvolution(nodes, { axis: int32(3) }));
  });

  test('shapes that do not fit are refused', () => {
    const node = { name: 'out', op: 'Add', input: ['conv', 'c'] };
    assertRefused(
      afterConvolution([node], { c: randomWeight([5]) }),
      /Add at out: shapes .* do not match/,
    );
    assertRefused(
      afterConvolution([node], { c: int32(1) }),
      /input 2 is not a constant of float32/,
    );
  });
});

describe('bias and normalisation', () => {
  test('BiasAdd of an image and of features', async () => {
    const bias = { bias: randomWeight([4], 3), axes: int32(1, 2) };
    const image = { name: 'out', op: 'BiasAdd', input: ['conv', 'bias'] };
    await assertSameOnBoth(afterConvolution([image], bias));
    const features = { name: 'out', op: 'BiasAdd', input: ['pool', 'bias'] };
    await assertSameOnBoth(afterConvolution([pool, features], bias));
  });

  for (const op of ['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3']) {
    test(`${op} at inference`, async () => {
      const input = ['conv', 'scale', 'offset', 'mean', 'variance'];
      const attr = { epsilon: float(1e-3), is_training: flag(false), data_format: text('NHWC') };
      const weights = {
        scale: randomWeight([4], 2),
        offset: randomWeight([4], 3),
        mean: randomWeight([4], 4),
        variance: { shape: [4], data: [0.1, 0.5, 1, 4] },
      };
      await assertSameOnBoth(afterConvolution([{ name: 'out', op, input, attr }], weights));
      const training = { name: 'out', op, input, attr: { is_training: flag(true) } };
      assertRefused(afterConvolution([training], weights), /is_training is not supported/);
    });
  }
});

describe('matrix product', () => {
  for (const transposed of [false, true]) {
    test(`MatMul, transpose_b ${transposed}`, async () => {
      const attr = { transpose_a: flag(false), transpose_b: flag(transposed) };
      const node = { name: 'out', op: 'MatMul', input: ['pool', 'w'], attr };
      const weights = { w: randomWeight(transposed ? [5, 4] : [4, 5]), axes: int32(1, 2) };
      await assertSameOnBoth(afterConvolution([pool, node], weights));
    });
  }

  test('_FusedMatMul with bias and Relu', async () => {
    const attr = { fused_ops: texts('BiasAdd', 'Relu'), num_args: integer(1) };
    const node = { name: 'out', op: '_FusedMatMul', input: ['pool', 'w', 'b'], attr };
    const weights = { w: randomWeight([4, 5]), b: randomWeight([5]), axes: int32(1, 2) };
    await assertSameOnBoth(afterConvolution([pool, node], weights));
  });

  test('a product of two computed values is refused', () => {
    const node = { name: 'out', op: 'MatMul', input: ['pool', 'pool'] };
    const files = afterConvolution([pool, node], { axes: int32(1, 2) });
    assertRefused(files, /MatMul at out: input 2 is not a constant/);
  });
});
