// The features of a network are the last mean over places on the way to its output, or what the user names.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UnfitError } from '../../../src/base/errors.ts';
import { embeddingAt, lastMean } from '../../../src/extractor/import/embedding.ts';
import { parseTfjsGraph } from '../../../src/network/tfjs/graph.ts';
import {
  flag,
  int32,
  integers,
  randomWeight,
  type SyntheticNode,
  slide,
  syntheticFiles,
  text,
} from '../../helpers/synthetic-graph.ts';

const WEIGHTS = {
  filter: randomWeight([3, 3, 3, 4]),
  axes: int32(1, 2),
  back: int32(-2, -3),
  all: int32(0, 1, 2),
};
const conv: SyntheticNode = {
  name: 'conv',
  op: 'Conv2D',
  input: ['x', 'filter'],
  attr: slide('SAME', 2),
};
const mean = (name: string, input: string, axes = 'axes'): SyntheticNode => ({
  name,
  op: 'Mean',
  input: [input, axes],
  attr: { keep_dims: flag(true) },
});
const pool = (name: string, input: string, size: number): SyntheticNode => ({
  name,
  op: 'AvgPool',
  input: [input],
  attr: {
    ksize: integers(1, size, size, 1),
    strides: integers(1, 1, 1, 1),
    padding: text('VALID'),
  },
});
const relu = (name: string, input: string): SyntheticNode => ({ name, op: 'Relu', input: [input] });

const graphOf = (...nodes: SyntheticNode[]) =>
  parseTfjsGraph(syntheticFiles([conv, ...nodes], WEIGHTS));

describe('chosen', () => {
  const cases: readonly [string, SyntheticNode[], string][] = [
    ['a mean, negative axes', [mean('m', 'conv', 'back'), relu('out', 'm')], 'm'],
    ['an average whose output is one place', [pool('p', 'conv', 8), relu('out', 'p')], 'p'],
    [
      'the last of several, wherever it is written',
      [relu('out', 'last'), mean('last', 'scaled'), ...squeezeAndExcite('scaled')],
      'last',
    ],
    [
      'not an average over some places',
      [mean('m', 'conv'), { name: 'mul', op: 'Mul', input: ['conv', 'm'] }, pool('out', 'mul', 3)],
      'm',
    ],
    [
      'not the mean of a loss, which cannot even be imported',
      [
        mean('m', 'conv'),
        { name: 'labels', op: 'Placeholder' },
        { name: 'wrong', op: 'Unheard', input: ['m', 'labels'] },
        mean('loss', 'wrong', 'all'),
      ],
      'm',
    ],
  ];
  for (const [name, nodes, node] of cases) {
    test(name, () => assert.deepEqual(lastMean(graphOf(...nodes), 16), { node, featureSize: 4 }));
  }

  test('another node, by its name or that of its first output', () => {
    const graph = graphOf(mean('m', 'conv'), relu('out', 'm'));
    assert.deepEqual(embeddingAt(graph, 'out', 16), { node: 'out', featureSize: 4 });
    assert.deepEqual(embeddingAt(graph, 'out:0', 16), { node: 'out', featureSize: 4 });
    assert.deepEqual(embeddingAt(graph, 'conv', 16), { node: 'conv', featureSize: 256 });
  });
});

describe('refused', () => {
  const refused = (choose: () => unknown, message: RegExp, hint?: string) =>
    assert.throws(choose, (error) => {
      assert.ok(error instanceof UnfitError, `${error}`);
      assert.match(error.message, message);
      if (hint !== undefined) assert.ok(error.hint?.endsWith(hint), error.hint);
      return true;
    });

  test('none, two, and what is not there', () => {
    refused(() => lastMean(graphOf(relu('out', 'conv')), 16), /found none/, '--embedding NAME');
    const two = graphOf(mean('a', 'conv'), mean('b', 'conv'));
    refused(() => lastMean(two, 16), /found b, a/, '--embedding b');
    refused(() => embeddingAt(two, 'c', 16), /expected a node c in the network, found none/);
  });

  test('a network that cannot be imported, by the operator', () => {
    const strange = graphOf({ name: 's', op: 'Strange', input: ['conv'] }, mean('m', 's'));
    refused(() => lastMean(strange, 16), /Strange at s: this operator is not supported/);
  });

  test('a thousand means are not all tried', () => {
    const nodes = Array.from({ length: 1000 }, (_, i) =>
      pool(`p${i}`, i === 0 ? 'conv' : `p${i - 1}`, 1),
    );
    refused(() => lastMean(graphOf(...nodes), 16), /found none/);
  });
});

/** A mean in the middle of a network, whose output weighs the channels. */
function squeezeAndExcite(name: string): SyntheticNode[] {
  return [mean('squeeze', 'conv'), { name, op: 'Mul', input: ['conv', 'squeeze'] }];
}
