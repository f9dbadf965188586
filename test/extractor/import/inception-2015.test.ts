// The operators of retrain.py's first network, Inception of 2015, each on a graph small enough to be worked
// by hand: TensorFlow.js has none of them.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { enterAtImages, entryOf } from '../../../src/extractor/import/entry.ts';
import { parseTfjsGraph } from '../../../src/network/tfjs/graph.ts';
import { assertRefused } from '../../helpers/refusal.ts';
import {
  flag,
  float,
  int32,
  runOnOnnx,
  type SyntheticNode,
  type SyntheticWeight,
  syntheticFiles,
} from '../../helpers/synthetic-graph.ts';

const IMAGE = Float32Array.of(1, 2, 3, 4, 5, 6);

/** Values of `out` for one image of two pixels, rounded. */
async function outOf(nodes: SyntheticNode[], weights: Record<string, SyntheticWeight> = {}) {
  const { data } = await runOnOnnx(syntheticFiles(nodes, weights), [1, 1, 2, 3], IMAGE);
  return Array.from(data, (value) => Math.round(1e4 * value) / 1e4);
}

describe('BatchNormWithGlobalNormalization', () => {
  const weights = {
    mean: { shape: [3], data: [1, 2, 3] },
    variance: { shape: [3], data: [3, 8, 15] },
    beta: { shape: [3], data: [10, 20, 30] },
    gamma: { shape: [3], data: [2, 3, 4] },
  };
  const node = (scale: boolean): SyntheticNode => ({
    name: 'out',
    op: 'BatchNormWithGlobalNormalization',
    input: ['x', 'mean', 'variance', 'beta', 'gamma'],
    attr: { variance_epsilon: float(1), scale_after_normalization: flag(scale) },
  });

  test('(x - mean) / sqrt(variance + 1) + beta', async () => {
    // The second pixel lies 3 above each mean; the roots are 2, 3 and 4.
    assert.deepEqual(await outOf([node(false)], weights), [10, 20, 30, 11.5, 21, 30.75]);
  });

  test('times gamma, where it scales', async () => {
    assert.deepEqual(await outOf([node(true)], weights), [10, 20, 30, 13, 23, 33]);
  });

  test('refused with parameters of another number', () => {
    const files = syntheticFiles([node(true)], { ...weights, beta: { shape: [2], data: [1, 2] } });
    assertRefused(files, /2 numbers of beta for 3 channels/);
  });
});

test('CheckNumerics, and nodes that wait for it, change nothing', async () => {
  const nodes = [
    { name: 'check', op: 'CheckNumerics', input: ['x'] },
    { name: 'wait', op: 'Identity', input: ['x', '^check'] },
    { name: 'out', op: 'Add', input: ['check', 'wait'] },
  ];
  assert.deepEqual(await outOf(nodes), [2, 4, 6, 8, 10, 12]);
});

test('Concat has its axis first', async () => {
  const nodes = [{ name: 'out', op: 'Concat', input: ['axis', 'x', 'x'] }];
  const axis = { axis: { ...int32(2), shape: [] } };
  assert.deepEqual(await outOf(nodes, axis), [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
  const channels = { axis: { ...int32(3), shape: [] } };
  assert.deepEqual(await outOf(nodes, channels), [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
});

test('Sub and Mul by one number', async () => {
  const nodes = [
    { name: 'sub', op: 'Sub', input: ['x', 'y'] },
    { name: 'out', op: 'Mul', input: ['sub', 'z'] },
  ];
  const numbers = { y: { shape: [], data: [2] }, z: { shape: [], data: [0.5] } };
  assert.deepEqual(await outOf(nodes, numbers), [-0.5, 0, 0.5, 1, 1.5, 2]);
});

test('a Reshape for one image takes any number of them', async () => {
  const mean = { name: 'mean', op: 'Mean', input: ['x', 'axes'], attr: { keep_dims: flag(true) } };
  const nodes = [mean, { name: 'out', op: 'Reshape', input: ['mean', 'to'] }];
  const files = syntheticFiles(nodes, { axes: int32(1, 2), to: int32(1, 3) });
  const both = Float32Array.of(...IMAGE, 3, 2, 1, 3, 2, 1);
  const { shape, data } = await runOnOnnx(files, [2, 1, 2, 3], both);
  assert.deepEqual(
    [shape, [...data]],
    [
      [2, 3],
      [2.5, 3.5, 4.5, 3, 2, 1],
    ],
  );
});

describe('images enter', () => {
  const decoding: SyntheticNode[] = [
    { name: 'contents', op: 'Const', attr: { dtype: { type: 'DT_STRING' } } },
    { name: 'DecodeJpeg', op: 'DecodeJpeg', input: ['contents'] },
    { name: 'Cast', op: 'Cast', input: ['DecodeJpeg'] },
    { name: 'ExpandDims', op: 'ExpandDims', input: ['Cast', 'zero'] },
    { name: 'ResizeBilinear', op: 'ResizeBilinear', input: ['ExpandDims', 'size'] },
    { name: 'Sub', op: 'Sub', input: ['ResizeBilinear', 'y'] },
  ];
  const weights = { zero: int32(0), size: int32(299, 299), y: { shape: [], data: [128] } };
  /** Without the Placeholder that every synthetic graph has. */
  const graphOf = (nodes: SyntheticNode[]) => {
    const graph = parseTfjsGraph(syntheticFiles(nodes, weights));
    return { ...graph, nodes: new Map([...graph.nodes].filter(([name]) => name !== 'x')) };
  };

  test('after what decodes and resizes, at that size, as raw pixel values', () => {
    const graph = enterAtImages(graphOf(decoding));
    assert.equal(graph.nodes.get('ResizeBilinear')?.op, 'Placeholder');
    assert.equal(graph.nodes.get('Sub')?.op, 'Sub');
    assert.deepEqual(entryOf(graph), { size: [299, 299], raw: true });
  });

  test('after what decodes, at any size, where nothing resizes', () => {
    const nodes = decoding.filter(({ op }) => op !== 'ResizeBilinear' && op !== 'Sub');
    const graph = enterAtImages(graphOf(nodes));
    assert.equal(graph.nodes.get('ExpandDims')?.op, 'Placeholder');
    assert.deepEqual(entryOf(graph), { size: undefined, raw: true });
  });

  test('at a Placeholder, or after what resizes its images', () => {
    const dims = (...sizes: number[]) => ({
      shape: { shape: { dim: sizes.map((size) => ({ size: `${size}` })) } },
    });
    const placeholder = (attr: Record<string, unknown>) => ({
      name: 'in',
      op: 'Placeholder',
      attr,
    });
    const fixed = enterAtImages(graphOf([placeholder(dims(1, 192, 192, 3))]));
    assert.deepEqual(entryOf(fixed), { size: [192, 192], raw: false });
    assert.deepEqual(fixed.nodes.get('in')?.attributes.get('shape')?.dims, [-1, 192, 192, 3]);
    const bytes = { ...dims(-1, -1, -1, 3), dtype: { type: 'DT_UINT8' } };
    assert.deepEqual(entryOf(enterAtImages(graphOf([placeholder(bytes)]))), {
      size: undefined,
      raw: true,
    });
    const resized = [
      placeholder(dims(-1, -1, -1, 3)),
      { name: 'resize', op: 'ResizeBilinear', input: ['in', 'size'] },
    ];
    assert.deepEqual(entryOf(enterAtImages(graphOf(resized))), { size: [299, 299], raw: false });
    assert.equal(entryOf(enterAtImages(graphOf([]))), undefined);
  });

  test('where the file is also read otherwise, after the last node that all read', () => {
    const nodes = [...decoding, { name: 'other', op: 'Shape', input: ['Cast'] }];
    const graph = enterAtImages(graphOf(nodes));
    assert.equal(graph.nodes.get('Cast')?.op, 'Placeholder');
    assert.deepEqual(graph.nodes.get('Cast')?.attributes.get('shape')?.dims, [-1, -1, -1, 3]);
  });

  test('circles end', () => {
    const nodes = [
      { name: 'a', op: 'DecodeJpeg', input: ['c'] },
      { name: 'b', op: 'Cast', input: ['a'] },
      { name: 'c', op: 'Identity', input: ['b'] },
    ];
    assert.ok(entryOf(enterAtImages(graphOf(nodes))), 'a Placeholder');
  });
});
