// Small frozen graphs as TensorFlow writes them, for tests that run the whole program.

import { parseTfjsGraph, type TfjsFiles } from '../../src/network/tfjs/graph.ts';
import { graphDefOf } from './graph-def.ts';
import {
  flag,
  float,
  int32,
  integers,
  randomWeight,
  type SyntheticNode,
  slide,
  syntheticFiles,
  text,
} from './synthetic-graph.ts';

const CHANNELS = 6;
const average = {
  ksize: integers(1, 6, 6, 1),
  strides: integers(1, 1, 1, 1),
  padding: text('VALID'),
};
const variance = { shape: [CHANNELS], data: [0.5, 1, 1.5, 2, 2.5, 3] };
/** As graphs of 2015 are written: the converter of TensorFlow.js, not TensorFlow, adds dilations. */
const { dilations: _, ...convolution } = slide('SAME', 4);

/**
 * Built as Inception of 2015 is: it decodes a JPEG, resizes it to 96 pixels, and was frozen for one image;
 * its features are an average over 6x6 places.
 */
export function inception2015(): Uint8Array {
  const nodes: SyntheticNode[] = [
    { name: 'DecodeJpeg/contents', op: 'Const', attr: { dtype: { type: 'DT_STRING' } } },
    { name: 'DecodeJpeg', op: 'DecodeJpeg', input: ['DecodeJpeg/contents'] },
    { name: 'Cast', op: 'Cast', input: ['DecodeJpeg'], attr: { DstT: { type: 'DT_FLOAT' } } },
    { name: 'ExpandDims', op: 'ExpandDims', input: ['Cast', 'dim'] },
    { name: 'ResizeBilinear', op: 'ResizeBilinear', input: ['ExpandDims', 'size'] },
    { name: 'Sub', op: 'Sub', input: ['ResizeBilinear', 'Sub/y'] },
    { name: 'Mul', op: 'Mul', input: ['Sub', 'Mul/y'] },
    { name: 'conv/Conv2D', op: 'Conv2D', input: ['Mul', 'filter'], attr: convolution },
    {
      name: 'conv/batchnorm',
      op: 'BatchNormWithGlobalNormalization',
      input: ['conv/Conv2D', 'mean', 'variance', 'beta', 'gamma'],
      attr: { variance_epsilon: float(0.001), scale_after_normalization: flag(false) },
    },
    { name: 'conv/CheckNumerics', op: 'CheckNumerics', input: ['conv/batchnorm'] },
    { name: 'conv/control', op: 'Identity', input: ['conv/batchnorm', '^conv/CheckNumerics'] },
    { name: 'conv', op: 'Relu', input: ['conv/control'] },
    { name: 'mixed/a', op: 'Conv2D', input: ['conv', 'filter_a'], attr: convolution },
    { name: 'mixed/b', op: 'Conv2D', input: ['conv', 'filter_b'], attr: convolution },
    { name: 'mixed/join', op: 'Concat', input: ['channels', 'mixed/a', 'mixed/b'] },
    { name: 'pool_3', op: 'AvgPool', input: ['mixed/join'], attr: average },
    { name: 'pool_3/_reshape', op: 'Reshape', input: ['pool_3', 'pool_3/shape'] },
    { name: 'softmax/logits', op: 'MatMul', input: ['pool_3/_reshape', 'softmax/weights'] },
    { name: 'softmax', op: 'Softmax', input: ['softmax/logits'] },
  ];
  const weights = {
    dim: { ...int32(0), shape: [] },
    size: int32(96, 96),
    'Sub/y': { shape: [], data: [128] },
    'Mul/y': { shape: [], data: [1 / 128] },
    filter: randomWeight([3, 3, 3, CHANNELS]),
    mean: randomWeight([CHANNELS]),
    variance,
    beta: randomWeight([CHANNELS], 2),
    gamma: randomWeight([CHANNELS], 3),
    filter_a: randomWeight([3, 3, CHANNELS, 4], 4),
    filter_b: randomWeight([1, 1, CHANNELS, 2], 5),
    channels: { ...int32(3), shape: [] },
    'pool_3/shape': int32(1, CHANNELS),
    'softmax/weights': randomWeight([CHANNELS, 3]),
  };
  return withoutPlaceholder(syntheticFiles(nodes, weights));
}

/** As Keras writes them: batch normalisation of reshaped constants; it takes images of any size. */
export function kerasGraph(): Uint8Array {
  const shaped = ['mean', 'variance', 'beta'].map((name) => ({
    name: `bn/${name}`,
    op: 'Reshape',
    input: [name, 'four'],
  }));
  const nodes: SyntheticNode[] = [
    { name: 'conv', op: 'Conv2D', input: ['x', 'filter'], attr: slide('SAME', 4) },
    ...shaped,
    { name: 'bn/add', op: 'AddV2', input: ['bn/variance', 'epsilon'] },
    { name: 'bn/Rsqrt', op: 'Rsqrt', input: ['bn/add'] },
    { name: 'bn/mul', op: 'Mul', input: ['conv', 'bn/Rsqrt'] },
    { name: 'bn/mul_1', op: 'Mul', input: ['bn/mean', 'bn/Rsqrt'] },
    { name: 'bn/sub', op: 'Sub', input: ['bn/beta', 'bn/mul_1'] },
    { name: 'bn/add_1', op: 'AddV2', input: ['bn/mul', 'bn/sub'] },
    { name: 'relu', op: 'Relu', input: ['bn/add_1'] },
    { name: 'pool/Mean', op: 'Mean', input: ['relu', 'axes'], attr: { keep_dims: flag(false) } },
    { name: 'dense/MatMul', op: 'MatMul', input: ['pool/Mean', 'dense'] },
    { name: 'dense/Relu', op: 'Relu', input: ['dense/MatMul'] },
    { name: 'logits', op: 'MatMul', input: ['dense/Relu', 'last', '^NoOp'] },
    { name: 'NoOp', op: 'NoOp', input: ['^conv'] },
  ];
  const weights = {
    filter: randomWeight([5, 5, 3, CHANNELS]),
    mean: randomWeight([CHANNELS]),
    variance,
    beta: randomWeight([CHANNELS], 2),
    four: int32(1, 1, 1, CHANNELS),
    epsilon: { shape: [], data: [0.001] },
    axes: int32(1, 2),
    dense: randomWeight([CHANNELS, 8]),
    last: randomWeight([8, 3]),
  };
  return graphDefOf(parseTfjsGraph(syntheticFiles(nodes, weights)));
}

function withoutPlaceholder(files: TfjsFiles): Uint8Array {
  const graph = parseTfjsGraph(files);
  const nodes = new Map([...graph.nodes].filter(([name]) => name !== 'x'));
  return graphDefOf({ ...graph, nodes });
}

/** extractor.json beside a file. */
export function describedAs(embedding: string, features: number, size = 96): string {
  return JSON.stringify({
    schema_version: 1,
    id: 'mine',
    image_size: size,
    input_range: [-1, 1],
    embedding_node: embedding,
    feature_size: features,
    licence: 'none',
    source: 'test',
  });
}
