// ONNX networks of the user's own: what gives the features, how images enter, and what is refused.

import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadExtractorFiles } from '../../../src/extractor/catalog.ts';
import type { Stated } from '../../../src/extractor/extractor.ts';
import { extractorGraph } from '../../../src/extractor/graph.ts';
import { openExtractorFiles } from '../../../src/extractor/open.ts';
import { int64Tensor } from '../../../src/network/onnx/graph.ts';
import { describedAs } from '../../helpers/frozen-networks.ts';
import { makeFolder } from '../../helpers/make-folder.ts';
import {
  CHANNELS,
  CONVOLUTION,
  FILTER,
  LABELS,
  type Made,
  MEAN,
  node,
  onnxOf,
  SIDE,
  tokensAfter,
  weights,
} from '../../helpers/onnx-networks.ts';

const HALF: Stated = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

function load(t: TestContext, made?: Made, stated: Stated = HALF) {
  return loadExtractorFiles(
    path.join(makeFolder(t, { 'net.onnx': onnxOf(made) }), 'net.onnx'),
    stated,
  );
}

/** Features of two images, and outputs and batch of the graph. */
async function features(t: TestContext, made?: Made, stated: Stated = HALF) {
  const files = await load(t, made, stated);
  const { mean, std, imageSize, featureSize } = files.spec;
  const input = { size: stated.imageSize ?? imageSize, mean, std };
  const extractor = await openExtractorFiles(files, { engine: 'onnx', input });
  const each = input.size ** 2 * 3;
  const images = Uint8Array.from({ length: 2 * each }, (_, i) => (i * 7919) % 251);
  const together = await extractor.embed(images, 2);
  const second = await extractor.embed(images.subarray(each), 1);
  await extractor.dispose();
  const alone = [...together.subarray(featureSize)];
  for (const [i, value] of second.entries()) {
    assert.ok(Math.abs(value - alone[i]) < 1e-6, `the second image alone: ${value}, ${alone[i]}`);
  }
  const graph = extractorGraph(files, input);
  return {
    node: files.spec.embeddingNode,
    rows: [...together],
    outputs: graph.outputs.map(({ name, shape }) => `${name} ${shape.join('x')}`),
    atOnce: extractor.imagesAtOnce,
  };
}

const near = (a: readonly number[], b: readonly number[], what: string) => {
  assert.equal(a.length, b.length, what);
  const worst = Math.max(...a.map((value, i) => Math.abs(value - b[i])));
  assert.ok(worst < 2e-5, `${what}: ${worst} apart`);
};

test('what the classifier reads gives the features, whatever stands behind it and however images enter', async (t) => {
  const expected = await features(t);
  assert.equal(expected.node, 'pooled');
  assert.deepEqual(expected.outputs, ['embedding nx6', 'feature_map nx6x8x8']);
  const from = (...nodes: ReturnType<typeof node>[]): Made => ({
    nodes: [...CONVOLUTION, ...nodes],
    outputs: { out: ['n', LABELS] },
  });
  const product = node('MatMul', 'pooled head/weights', 'product');
  const kernel = weights('kernel', [LABELS, CHANNELS, 1, 1]);
  const ways: Readonly<Record<string, Made>> = {
    'a bias of its own, sigmoid, cast': from(
      ...MEAN,
      product,
      node('Add', 'head/bias product', 'sum'),
      node('Sigmoid', 'sum', 'scores'),
      node('Cast', 'scores', 'out', { to: { int: 1 } }),
    ),
    'a 1x1 convolution of one place': {
      ...from(
        node('GlobalAveragePool', 'map', 'pooled'),
        node('Conv', 'pooled kernel', 'places'),
        node('Flatten', 'places', 'flat'),
        node('Softmax', 'flat', 'out'),
      ),
      initializers: [FILTER, kernel],
    },
    'a mean over axes from the end': from(
      node('ReduceMean', 'map', 'mean', { axes: { ints: [-1, -2] }, keepdims: { int: 1 } }),
      node('Flatten', 'mean', 'pooled'),
      node('Gemm', 'pooled head/weights head/bias', 'out'),
    ),
    'an average over everything': from(
      node('AveragePool', 'map', 'mean', { kernel_shape: { ints: [8, 8] } }),
      node('Flatten', 'mean', 'pooled'),
      node('Gemm', 'pooled head/weights head/bias', 'out'),
    ),
    'no classifier': from(...MEAN.slice(0, 1), node('Flatten', 'mean', 'out')),
    'an output that is named as features are': {
      ...from(...MEAN, product, node('Identity', 'pooled', 'image_features')),
      outputs: { product: ['n', LABELS], image_features: ['n', CHANNELS] },
    },
    'any size': { input: ['n', 3, 'height', 'width'] },
    'axes without numbers': { input: ['n', 'channels', 'height', 'width'] },
    'an older operator set': { opset: 9 },
  };
  for (const [what, made] of Object.entries(ways)) {
    const found = await features(t, made, { ...HALF, imageSize: SIDE });
    near(found.rows, expected.rows, what);
    assert.deepEqual(found.outputs, expected.outputs, what);
  }
});

test('images enter with channels last, as float16, and as bytes', async (t) => {
  const turned = (name: string) => [
    node('Transpose', name, 'turned', { perm: { ints: [0, 3, 1, 2] } }),
    node('Conv', 'turned filter', 'conv', {
      kernel_shape: { ints: [4, 4] },
      strides: { ints: [4, 4] },
    }),
    node('Relu', 'conv', 'map'),
    ...MEAN,
    node('Gemm', 'pooled head/weights head/bias', 'probabilities'),
  ];
  const input = ['n', SIDE, SIDE, 3];
  const expected = await features(t);
  near((await features(t, { nodes: turned('x'), input })).rows, expected.rows, 'channels last');
  const unnamed = ['n', 'a', 'b', 'c'];
  const stated = { ...HALF, imageSize: SIDE };
  near(
    (await features(t, { nodes: turned('x'), input: unnamed }, stated)).rows,
    expected.rows,
    'unnamed',
  );
  const cast = node('Cast', 'x', 'float', { to: { int: 1 } });
  const raw = await features(t, { nodes: [cast, ...turned('float')], input, type: 'uint8' }, {});
  const asBytes = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] } as const;
  near(
    raw.rows.map((x) => x / 255),
    (await features(t, {}, asBytes)).rows.map((x) => x / 255),
    'bytes',
  );
  const half = await features(t, { nodes: [cast, ...turned('float')], input, type: 'float16' });
  const worst = Math.max(...half.rows.map((x, i) => Math.abs(x - expected.rows[i])));
  assert.ok(worst < 1e-2 && worst > 0, `float16: ${worst} apart`);
});

test('tokens give the first one, or the mean of those of places', async (t) => {
  const mean = await features(t);
  for (const extra of [0, 1, 8]) {
    const found = await features(t, tokensAfter(extra), { ...HALF, token: 'mean' });
    near(found.rows, mean.rows, `${extra} other tokens`);
    assert.deepEqual(found.outputs, ['embedding nx6', 'feature_map nx6x8x8']);
  }
  const first = await features(t, tokensAfter(1));
  assert.deepEqual(first.outputs, ['embedding nx6']);
  const token = new Float32Array(weights('', [1, 1, CHANNELS], 9).bytes.buffer);
  near(first.rows, [...token, ...token], 'the first token');
  const files = await load(t, tokensAfter(9), { ...HALF, token: 'mean' });
  assert.throws(() => extractorGraph(files, { size: SIDE, ...files.spec }), {
    name: 'UnfitError',
    message: /at most 8 others with --token mean, found 73 in tokens/,
  });
  await assert.rejects(load(t, {}, { ...HALF, token: 'mean' }), {
    name: 'UsageError',
    message: /expected tokens together with --token, found pooled of 6/,
  });
});

test('a network that fits one image runs one at a time, whatever its input says', async (t) => {
  const reshape = {
    nodes: [...CONVOLUTION, ...MEAN.slice(0, 1), node('Reshape', 'mean one', 'pooled_features')],
    initializers: [FILTER, int64Tensor('one', [1, CHANNELS])],
    outputs: { pooled_features: ['n', CHANNELS] },
  };
  const expected = await features(t);
  for (const made of [reshape, { input: [1, 3, SIDE, SIDE] }]) {
    const found = await features(t, made);
    assert.equal(found.atOnce, 1);
    assert.match(found.outputs[0], /^embedding 1x6$/);
    near(found.rows, expected.rows, 'one at a time');
  }
});

test('names of ours are given others, and --embedding names any value', async (t) => {
  const renamed = CONVOLUTION.map((one) => ({
    ...one,
    inputs: one.inputs.map((name) => (name === 'conv' ? 'embedding' : name)),
    outputs: one.outputs.map((name) => ({ conv: 'embedding', map: 'image' })[name] ?? name),
  }));
  const nodes = [
    ...renamed,
    node('GlobalAveragePool', 'image', 'feature_map'),
    node('Flatten', 'feature_map', 'pooled'),
    node('Gemm', 'pooled head/weights head/bias', 'probabilities'),
  ];
  const expected = await features(t);
  near((await features(t, { nodes })).rows, expected.rows, 'other names');
  const named = await features(t, { nodes }, { ...HALF, embedding: 'feature_map' });
  near(named.rows, expected.rows, 'a named value');
  const { spec } = await load(t, { nodes }, { ...HALF, embedding: 'image' });
  assert.equal(spec.featureSize, CHANNELS * 64);
  await assert.rejects(load(t, { nodes }, { ...HALF, embedding: 'nothing' }), {
    name: 'UnfitError',
    message: /at nothing in .*, found only others, such as probabilities/,
    hint: /extractor info/,
  });
});

test('how it wants its pixel values is said by options, extractor.json, or a recipe, and is never guessed', async (t) => {
  const recipe = JSON.stringify({ size: 40, image_mean: [0.1, 0.2, 0.3], image_std: 0.25 });
  const folder = makeFolder(t, {
    'onnx/model.onnx': onnxOf(),
    'onnx/model_quantized.onnx': onnxOf(),
    'preprocessor_config.json': recipe,
  });
  const files = await loadExtractorFiles(folder);
  assert.equal(files.spec.id, path.basename(folder));
  assert.deepEqual(
    [files.spec.mean, files.spec.std],
    [
      [0.1, 0.2, 0.3],
      [0.25, 0.25, 0.25],
    ],
  );
  assert.equal(files.spec.imageSize, SIDE);
  const stated = await loadExtractorFiles(path.join(folder, 'onnx', 'model.onnx'), HALF);
  assert.deepEqual(stated.spec.mean, HALF.mean);
  const described = describedAs('mean', CHANNELS, SIDE);
  const own = makeFolder(t, {
    'net.onnx': onnxOf(),
    'extractor.json': described,
    'preprocessor_config.json': recipe,
  });
  const { spec } = await loadExtractorFiles(own);
  assert.deepEqual([spec.id, spec.embeddingNode, spec.mean[0]], ['mine', 'mean', 0.5]);
  await assert.rejects(load(t, {}, {}), {
    name: 'UsageError',
    hint: /--mean 0\.485,0\.456,0\.406 .* --mean 0\.5 --std 0\.5/,
  });
  const bytes = { type: 'uint8', nodes: [node('Cast', 'x', 'y', { to: { int: 1 } })] } as const;
  await assert.rejects(load(t, bytes, HALF), {
    name: 'UsageError',
    message: /no --mean and --std/,
  });
});

test('what cannot be used is refused by name', async (t) => {
  const refusals: readonly (readonly [Made, RegExp])[] = [
    [{ input: ['n', 1, SIDE, SIDE] }, /RGB images.*found x float32 n x 1 x 32 x 32/],
    [{ input: ['n', 3, SIDE] }, /RGB images.*found x float32 n x 3 x 32/],
    [{ input: [16, 3, SIDE, SIDE] }, /found x float32 16 x 3/],
    [{ type: 'int64' }, /found x int64/],
    [{ input: ['n', 3, SIDE, 2 * SIDE] }, /square images.*32x64/],
    [
      { nodes: [...CONVOLUTION, ...MEAN, node('Softmax', 'pooled', 'probabilities')] },
      /GlobalAveragePool in place of one last layer/,
    ],
    [{ nodes: [node('Invented', 'x', 'probabilities')] }, /operator Invented/],
    [
      { nodes: CONVOLUTION, outputs: { map: ['n', CHANNELS, 8, 8] } },
      /found map \(float32 1x6x8x8\)/,
    ],
  ];
  for (const [made, message] of refusals) {
    await assert.rejects(load(t, made), { name: 'UnfitError', message });
  }
  const folder = makeFolder(t, { 'a.onnx': onnxOf(), 'b.onnx': onnxOf(), 'text.onnx': 'text' });
  await assert.rejects(loadExtractorFiles(folder, HALF), {
    name: 'UsageError',
    message: /expected one \.onnx file in .*, found a\.onnx, b\.onnx, text\.onnx/,
  });
  const at = (name: string) => path.join(folder, name);
  await assert.rejects(loadExtractorFiles(at('text.onnx'), HALF), /expected an ONNX network in/);
  truncateSync(at('b.onnx'), 2 ** 31);
  await assert.rejects(loadExtractorFiles(at('b.onnx'), HALF), /found one above 2 GB/);
  await assert.rejects(loadExtractorFiles(at('c.onnx'), HALF), /found nothing there/);
  const files = await loadExtractorFiles(at('a.onnx'), HALF);
  const input = { size: SIDE, mean: files.spec.mean, std: files.spec.std };
  await assert.rejects(openExtractorFiles(files, { engine: 'tfjs', input }), {
    name: 'UnfitError',
    message: /expected a TensorFlow network with --engine tfjs, found a, which is an ONNX network/,
  });
});
