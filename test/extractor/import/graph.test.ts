// An imported extractor gives the features of the original, and their map; misfits are refused.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UnfitError } from '../../../src/base/errors.ts';
import type { ExtractorFiles } from '../../../src/extractor/files.ts';
import { encodeExtractor, extractorGraph } from '../../../src/extractor/graph.ts';
import { openTfjsExtractor } from '../../../src/extractor/open-tfjs.ts';
import type { NetworkInput } from '../../../src/images/preprocessing.ts';
import { readOnnxModel } from '../../../src/network/onnx/read.ts';
import { openSession } from '../../../src/network/onnx/session.ts';
import { inferValues } from '../../../src/network/onnx/shapes.ts';
import { parseTfjsGraph } from '../../../src/network/tfjs/graph.ts';
import { makeImages } from '../../helpers/images.ts';
import { inputOf } from '../../helpers/open-extractor.ts';
import { assertRefused } from '../../helpers/refusal.ts';
import { FEATURES, syntheticExtractor } from '../../helpers/synthetic-extractor.ts';
import { randomWeight, syntheticFiles } from '../../helpers/synthetic-graph.ts';

const COUNT = 3;
const SIZE = 100;
/** Absolute, on features of about 0..6. */
const TOLERANCE = 1e-5;

const SMALL = inputOf(syntheticExtractor().spec, SIZE);

function assertUnfit(files: ExtractorFiles, message: RegExp): void {
  assert.throws(
    () => encodeExtractor(files, SMALL),
    (error) =>
      error instanceof UnfitError && message.test(error.message) && error.hint !== undefined,
  );
}

describe('importing an extractor', () => {
  for (const node of ['pool', 'flat']) {
    test(`embedding at ${node}, of pixels scaled to -1..1`, async () => {
      const files = syntheticExtractor(node);
      const images = makeImages(COUNT, SIZE);
      const session = await openSession(encodeExtractor(files, SMALL));
      const { embedding, feature_map } = await session.run(images, COUNT, [
        'embedding',
        'feature_map',
      ]);
      const tfjs = await openTfjsExtractor(files, SMALL);
      const expected = await tfjs.embed(images, COUNT);
      assert.deepEqual(embedding.shape, [COUNT, FEATURES]);
      const worst = expected.reduce((m, v, i) => Math.max(m, Math.abs(v - embedding.data[i])), 0);
      assert.ok(worst < TOLERANCE, `largest difference ${worst}`);

      assert.deepEqual(feature_map.shape, [COUNT, FEATURES, 25, 25]);
      for (let row = 0; row < COUNT * FEATURES; row++) {
        const map = feature_map.data.subarray(row * 625, (row + 1) * 625);
        const mean = map.reduce((sum, value) => sum + value, 0) / map.length;
        assert.ok(Math.abs(mean - embedding.data[row]) < TOLERANCE);
      }
      await session.dispose();
      await tfjs.dispose();
    });
  }

  test('channels with a mean and deviation of their own, as on TensorFlow.js', async () => {
    const files = syntheticExtractor();
    const mean = [0.485, 0.456, 0.406] as const;
    const std = [0.229, 0.224, 0.125] as const;
    const images = makeImages(COUNT, SIZE);
    const embedded = await Promise.all(
      [
        { mean, std },
        { mean: mean.toReversed(), std },
        { mean, std: std.toReversed() },
      ].map(async (normalisation) => {
        const input = { ...normalisation, size: SIZE } as NetworkInput;
        const bytes = encodeExtractor(files, input);
        // What a stranger's model is checked by knows it too.
        const { values } = inferValues(readOnnxModel(bytes), COUNT);
        assert.deepEqual(values.get('embedding')?.shape, [COUNT, FEATURES]);
        const session = await openSession(bytes);
        const { embedding } = await session.run(images, COUNT, ['embedding']);
        const tfjs = await openTfjsExtractor(files, input);
        const expected = await tfjs.embed(images, COUNT);
        const off = expected.map((value, i) => Math.abs(value - embedding.data[i]));
        const share = Math.max(...off) / Math.max(...expected);
        assert.ok(share < TOLERANCE, `largest difference ${share} of the largest feature`);
        await session.dispose();
        await tfjs.dispose();
        return embedding.data.join();
      }),
    );
    assert.equal(new Set(embedded).size, embedded.length);
  });

  test('the same files give the same bytes', () => {
    const files = syntheticExtractor();
    assert.deepEqual(encodeExtractor(files, SMALL), encodeExtractor(files, SMALL));
  });

  test('other modules can add nodes that read the embedding', () => {
    const graph = extractorGraph(syntheticExtractor(), SMALL);
    assert.deepEqual(
      graph.outputs.map(({ name, shape }) => [name, shape]),
      [
        ['embedding', ['n', FEATURES]],
        ['feature_map', ['n', FEATURES, 25, 25]],
      ],
    );
    assert.deepEqual(graph.inputs[0].shape, ['n', SIZE, SIZE, 3]);
    assert.equal(graph.nodes.at(-1)?.outputs[0], 'embedding');
  });
});

describe('refusing', () => {
  test('an embedding node that is not there, or gives another number of features', () => {
    assertUnfit(syntheticExtractor('nowhere'), /expected a node nowhere in the network/);
    const relu = syntheticExtractor('relu');
    assertUnfit(relu, /expected 5 features from relu at 100 pixels, found 25x25x5/);
  });

  test('another feature size', () => {
    const files = syntheticExtractor();
    const spec = { ...files.spec, featureSize: 7 };
    assertUnfit({ ...files, spec }, /expected 7 features from flat at 100 pixels, found 5$/);
  });

  test('a size that the network does not take', () => {
    const files = syntheticExtractor('flat', [-1, 96, 96, 3]);
    assert.ok(encodeExtractor(files, inputOf(files.spec)).length > 0);
    assertUnfit(files, /Placeholder at x: it only takes images of shape -1x96x96x3/);
  });

  test('an unknown operator, by name, with the node', () => {
    const files = syntheticFiles([{ name: 'out', op: 'Conv3D', input: ['x'] }]);
    assertRefused(files, /Conv3D at out: this operator is not supported/);
  });

  test('cycles, second outputs, missing inputs and missing weights', () => {
    const relu = (name: string, ...input: string[]) => ({ name, op: 'Relu', input });
    assertRefused(syntheticFiles([relu('a', 'out'), relu('out', 'a')]), /reads its own output/);
    assertRefused(syntheticFiles([relu('out', 'x:1')]), /it reads a second output, x:1/);
    assertRefused(syntheticFiles([relu('out')]), /it has too few inputs \(0\)/);
    const second = { name: 'y', op: 'Placeholder' };
    const sum = { name: 'out', op: 'Add', input: ['x', 'y'] };
    assertRefused(syntheticFiles([second, sum]), /a network with two inputs/);
    const constant = { name: 'c', op: 'Const' };
    assertRefused(syntheticFiles([constant, relu('out', 'c')]), /its value is not in the files/);
  });

  test('control edges are no inputs', () => {
    const node = { name: 'out', op: 'Relu', input: ['x', '^w'] };
    assert.doesNotThrow(() => parseTfjsGraph(syntheticFiles([node], { w: randomWeight([1]) })));
  });
});
