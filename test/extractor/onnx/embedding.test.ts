// Which value of a network gives the features, among several outputs and behind quantised layers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseEmbedding } from '../../../src/extractor/onnx/embedding.ts';
import { imageInputOf } from '../../../src/extractor/onnx/image-input.ts';
import type { OnnxGraph, OnnxTensor } from '../../../src/network/onnx/graph.ts';
import {
  CHANNELS,
  CLASSIFIER,
  CONVOLUTION,
  FILTER,
  graphOf,
  LABELS,
  MEAN,
  node,
  SIDE,
  weights,
} from '../../helpers/onnx-networks.ts';

const choose = (graph: OnnxGraph, embedding?: string) =>
  chooseEmbedding(
    graph,
    imageInputOf(graph, 'net.onnx'),
    SIDE,
    { embedding, token: undefined },
    'net.onnx',
  );

test('when a network also takes texts then only what needs the image alone is looked at', () => {
  const graph = graphOf({
    nodes: [
      ...CONVOLUTION,
      ...MEAN,
      node('Cast', 'ids', 'text_embeds', { to: { int: 1 } }),
      node('Identity', 'pooled', 'image_embeds'),
      node('MatMul', 'image_embeds text_embeds', 'logits_per_image'),
    ],
    outputs: {
      logits_per_image: ['n', 'm'],
      text_embeds: ['m', 'length'],
      image_embeds: ['n', CHANNELS],
    },
  });
  graph.inputs.unshift({ name: 'ids', type: 'int64', shape: ['m', 'length'] });
  assert.equal(choose(graph).chosen.value, 'image_embeds');
  assert.throws(() => choose(graph, 'logits_per_image'), {
    name: 'UnfitError',
    message:
      /logits_per_image that can be computed in net\.onnx, found a value that needs another input, ids/,
  });
});

test('when outputs are named as features then the best name is taken, also for a map of one place', () => {
  const graph = graphOf({
    nodes: [...CONVOLUTION, ...MEAN, node('Identity', 'mean', 'pooler_output')],
    outputs: { map: ['n', CHANNELS, 8, 8], pooler_output: ['n', CHANNELS, 1, 1] },
  });
  assert.deepEqual(choose(graph).chosen.shape, [CHANNELS]);
  assert.equal(choose(graph).chosen.value, 'pooler_output');
  const both = graphOf({
    nodes: [...CONVOLUTION, ...MEAN, node('Relu', 'pooled', 'image_embeds')],
    outputs: { pooled: ['n', CHANNELS], image_embeds: ['n', CHANNELS] },
  });
  const { chosen, others } = choose(both);
  assert.deepEqual([chosen.value, others[0].value], ['image_embeds', 'pooled']);
});

test('when the last layer is quantised then what stands before its quantisation is taken', () => {
  const codes: OnnxTensor = {
    name: 'codes',
    type: 'uint8',
    shape: [CHANNELS, LABELS],
    bytes: new Uint8Array(CHANNELS * LABELS).fill(3),
  };
  const graph = graphOf({
    nodes: [
      ...CONVOLUTION,
      ...MEAN,
      node('DynamicQuantizeLinear', 'pooled', 'quantised scale zero'),
      node('MatMulInteger', 'quantised codes zero', 'integers'),
      node('Cast', 'integers', 'floats', { to: { int: 1 } }),
      node('Mul', 'scale head/scale', 'scales'),
      node('Mul', 'floats scales', 'scaled'),
      node('Add', 'scaled head/bias', 'logits'),
    ],
    initializers: [FILTER, ...CLASSIFIER, codes, weights('head/scale', [1])],
    outputs: { logits: ['n', LABELS] },
  });
  const { value, why } = choose(graph).chosen;
  assert.deepEqual(
    [value, why],
    ['pooled', 'what the last MatMulInteger before output logits reads'],
  );
});

test('when two classifiers are joined then neither is guessed', () => {
  const graph = graphOf({
    nodes: [
      ...CONVOLUTION,
      ...MEAN,
      node('MatMul', 'pooled head/weights', 'a'),
      node('Relu', 'a', 'b'),
      node('Add', 'a b', 'logits'),
    ],
    initializers: [FILTER, ...CLASSIFIER],
    outputs: { logits: ['n', LABELS] },
  });
  assert.throws(() => choose(graph), {
    name: 'UnfitError',
    message: /found logits \(Add in place of one last layer with weights\)/,
    hint: /--embedding NAME/,
  });
  assert.equal(choose(graph, 'pooled').chosen.value, 'pooled');
});
