// Imported convolutions and pools equal TensorFlow.js at odd sizes, strides, paddings, dilations.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertRefused } from '../../helpers/refusal.ts';
import {
  assertSameOnBoth,
  float,
  integer,
  integers,
  randomWeight,
  runOnOnnx,
  slide,
  syntheticFiles,
  text,
  texts,
} from '../../helpers/synthetic-graph.ts';

interface Window {
  padding: string;
  stride?: number;
  dilation?: number;
  explicit?: number[];
}

const WINDOWS: Record<string, Window> = {
  'SAME, stride 1': { padding: 'SAME' },
  'SAME, stride 2': { padding: 'SAME', stride: 2 },
  'SAME, stride 3': { padding: 'SAME', stride: 3 },
  'VALID, stride 1': { padding: 'VALID' },
  'VALID, stride 2': { padding: 'VALID', stride: 2 },
  'SAME, dilation 2': { padding: 'SAME', dilation: 2 },
  'VALID, dilation 2': { padding: 'VALID', dilation: 2 },
  'explicit pads': { padding: 'EXPLICIT', stride: 2, explicit: [0, 0, 1, 2, 0, 1, 0, 0] },
};

function attributes({ padding, stride = 1, dilation = 1, explicit }: Window) {
  return {
    ...slide(padding, stride, dilation),
    ...(explicit && { explicit_paddings: integers(...explicit) }),
  };
}

function single(op: string, filter: number[], attr: Record<string, unknown>) {
  const node = { name: 'out', op, input: ['x', 'filter'], attr };
  return syntheticFiles([node], { filter: randomWeight(filter) });
}

describe('convolution', () => {
  for (const [name, window] of Object.entries(WINDOWS)) {
    for (const shape of [
      [2, 7, 9, 3],
      [1, 8, 8, 3],
    ]) {
      test(`Conv2D ${name}, ${shape[1]}x${shape[2]} pixels`, async () => {
        await assertSameOnBoth(single('Conv2D', [3, 3, 3, 5], attributes(window)), shape);
      });
    }
    if (window.explicit !== undefined) continue;
    test(`DepthwiseConv2dNative ${name}, multiplier 2`, async () => {
      await assertSameOnBoth(single('DepthwiseConv2dNative', [3, 3, 3, 2], attributes(window)));
    });
  }

  test('kernels that are not square, or even', async () => {
    for (const filter of [
      [1, 7, 3, 4],
      [2, 4, 3, 4],
      [1, 1, 3, 4],
    ]) {
      await assertSameOnBoth(single('Conv2D', filter, attributes({ padding: 'SAME', stride: 2 })));
    }
  });
});

describe('fused convolution', () => {
  const activations = {
    none: [],
    Relu: [],
    Relu6: [],
    Elu: [],
    Sigmoid: [],
    LeakyRelu: [],
    Prelu: ['slopes'],
  };
  for (const [activation, extra] of Object.entries(activations)) {
    for (const [op, filter] of [
      ['_FusedConv2D', [3, 3, 3, 6]],
      ['FusedDepthwiseConv2dNative', [3, 3, 3, 2]],
    ] as const) {
      // tfjs-converter 4.22 does not read leakyrelu_alpha of this operator and takes 0 for it.
      const oracleWrong = op === 'FusedDepthwiseConv2dNative' && activation === 'LeakyRelu';
      test(`${op} with bias and ${activation}`, { skip: oracleWrong }, async () => {
        const fused = activation === 'none' ? ['BiasAdd'] : ['BiasAdd', activation];
        const node = {
          name: 'out',
          op,
          input: ['x', 'filter', 'bias', ...extra],
          attr: {
            ...attributes({ padding: 'SAME', stride: 2 }),
            num_args: integer(1 + extra.length),
            fused_ops: texts(...fused),
            leakyrelu_alpha: float(0.3),
          },
        };
        const weights = {
          filter: randomWeight([...filter]),
          bias: randomWeight([6], 2),
          slopes: randomWeight([6], 3),
        };
        await assertSameOnBoth(syntheticFiles([node], weights));
      });
    }
  }

  test('a kernel of fewer channels is one for each group of them', async () => {
    // TensorFlow.js has none: three groups of one channel, two outputs each, worked by hand.
    const filter = { shape: [1, 1, 1, 6], data: [1, 10, 2, 20, 3, 30] };
    const node = {
      name: 'out',
      op: 'Conv2D',
      input: ['x', 'filter'],
      attr: attributes({ padding: 'SAME' }),
    };
    const files = syntheticFiles([node], { filter });
    const { data } = await runOnOnnx(files, [1, 1, 2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
    assert.deepEqual([...data], [1, 10, 4, 40, 9, 90, 4, 40, 10, 100, 18, 180]);
    const odd = { filter: randomWeight([1, 1, 1, 5]) };
    assertRefused(syntheticFiles([node], odd), /its kernel takes 1 channels, found 3/);
  });

  test('refuses what it does not know, by name', async () => {
    const weights = { filter: randomWeight([3, 3, 3, 6]), bias: randomWeight([6]) };
    const fused = (...names: string[]) => {
      const attr = { ...attributes({ padding: 'SAME' }), fused_ops: texts(...names) };
      const node = { name: 'out', op: '_FusedConv2D', input: ['x', 'filter', 'bias'], attr };
      return syntheticFiles([node], weights);
    };
    assertRefused(fused('BiasAdd', 'Gelu'), /_FusedConv2D at out: fused Gelu is not supported/);
    assertRefused(fused('FusedBatchNorm'), /fused FusedBatchNorm before a bias/);
    const nchw = { ...attributes({ padding: 'SAME' }), data_format: text('NCHW') };
    assertRefused(single('Conv2D', [3, 3, 3, 5], nchw), /data_format NCHW is not supported/);
    const padding = attributes({ padding: 'FULL' });
    assertRefused(single('Conv2D', [3, 3, 3, 5], padding), /padding FULL is not supported/);
    const channels = single('Conv2D', [3, 3, 4, 5], attributes({ padding: 'SAME' }));
    assertRefused(channels, /its kernel takes 4 channels, found 3/);
  });
});

describe('pooling', () => {
  for (const op of ['MaxPool', 'AvgPool']) {
    for (const padding of ['SAME', 'VALID']) {
      for (const [kernel, stride] of [
        [2, 2],
        [3, 1],
        [3, 2],
      ]) {
        test(`${op} ${padding}, window ${kernel}, stride ${stride}`, async () => {
          const attr = {
            ksize: integers(1, kernel, kernel, 1),
            strides: integers(1, stride, stride, 1),
            padding: text(padding),
          };
          await assertSameOnBoth(syntheticFiles([{ name: 'out', op, input: ['x'], attr }]));
        });
      }
    }
  }
});
