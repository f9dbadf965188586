import assert from 'node:assert/strict';
import test from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { UnfitError } from '../../src/base/errors.ts';
import { applyHead, type Head } from '../../src/head/head.ts';
import { decodeLayersModel, encodeLayersModel } from '../../src/model/layers-model.ts';
import { largestDifference, makeMatrix } from '../helpers/make-examples.ts';

test.before(() => tf.setBackend('cpu'));

/** @param sizes features, hidden units if any, labels */
function makeHead(sizes: readonly number[], temperature = 1): Head {
  const layers = sizes.slice(1).map((outputs, l) => ({
    inputs: sizes[l],
    outputs,
    weights: makeMatrix(sizes[l], outputs, 1, 0.3).data,
    bias: makeMatrix(1, outputs, 2).data,
    activation: l === sizes.length - 2 ? ('linear' as const) : ('relu' as const),
  }));
  return { layers, temperature };
}

/** Opens the files with TensorFlow.js, as a browser would that has fetched them. */
async function openWithTfjs({ topology, weights }: ReturnType<typeof encodeLayersModel>) {
  const json = JSON.parse(topology);
  const load = () =>
    tf.io.getModelArtifactsForJSON(json, async (manifest) => {
      assert.deepEqual(manifest[0].paths, ['weights.bin']);
      return [tf.io.getWeightSpecs(manifest), Uint8Array.from(weights).buffer];
    });
  return loadLayersModel({ load });
}

test('when TensorFlow.js loads the head then it predicts what applyHead does', async () => {
  for (const [sizes, temperature] of [
    [[256, 2], 1],
    [[31, 9], 1],
    [[1, 3], 2.5],
    [[31, 16, 4], 1],
    [[31, 16, 4], 0.4],
  ] as const) {
    const [featureSize, labelCount] = [sizes[0], sizes[sizes.length - 1]];
    const head = makeHead(sizes, temperature);
    const features = makeMatrix(7, featureSize, 3);
    const model = await openWithTfjs(encodeLayersModel(head));
    assert.deepEqual(model.inputs[0].shape, [null, featureSize]);
    assert.deepEqual(model.outputs[0].shape, [null, labelCount]);
    const found = tf.tidy(() => {
      const result = model.predict(tf.tensor2d(features.data, [7, featureSize]));
      assert.ok(result instanceof tf.Tensor);
      return result.dataSync();
    });
    model.dispose();
    const worst = largestDifference(found, applyHead(head, features));
    // float32 sums of 256 products against float64.
    assert.ok(worst < 1e-6, `${sizes}: ${worst}`);
  }
});

test('when a head is written and read then every number is the same', () => {
  for (const sizes of [
    [5, 3],
    [5, 4, 3],
  ]) {
    const head = makeHead(sizes);
    assert.deepEqual(decodeLayersModel(encodeLayersModel(head).weights, sizes, 1), head);
  }
});

test('when the weights lie at an odd place in memory then they are read all the same', () => {
  const head = makeHead([4, 2]);
  const { weights } = encodeLayersModel(head);
  const larger = new Uint8Array(weights.length + 1);
  larger.set(weights, 1);
  assert.deepEqual(decodeLayersModel(larger.subarray(1), [4, 2], 1), head);
});

test('when weights are written then they are little-endian float32, kernel before bias', () => {
  const layer = {
    inputs: 1,
    outputs: 2,
    weights: Float32Array.of(1, -2),
    bias: Float32Array.of(0.5, 0),
    activation: 'linear' as const,
  };
  const { weights } = encodeLayersModel({ layers: [layer], temperature: 1 });
  assert.equal(Buffer.from(weights).toString('hex'), '0000803f000000c00000003f00000000');
});

test('when there are hidden units then their layer comes first, in file and topology', () => {
  const { topology, weights } = encodeLayersModel(makeHead([2, 3, 2]));
  const { modelTopology, weightsManifest } = JSON.parse(topology);
  const layers = modelTopology.config.layers.map(({ config }: { config: object }) => config);
  assert.deepEqual(
    layers.map(({ name, activation, units }: Record<string, unknown>) => [name, activation, units]),
    [
      ['hidden_1', 'relu', 3],
      ['head', 'softmax', 2],
    ],
  );
  const names = weightsManifest[0].weights.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, ['hidden_1/kernel', 'hidden_1/bias', 'head/kernel', 'head/bias']);
  assert.equal(weights.byteLength, 4 * (2 * 3 + 3 + 3 * 2 + 2));
});

test('when there is a temperature then the weights are those without, and it is read back beside', () => {
  const { weights } = encodeLayersModel(makeHead([5, 3], 2));
  assert.deepEqual(weights, encodeLayersModel(makeHead([5, 3], 1)).weights);
  assert.deepEqual(decodeLayersModel(weights, [5, 3], 2), makeHead([5, 3], 2));
});

test('when a head is written twice then the files are the same', () => {
  assert.deepEqual(encodeLayersModel(makeHead([6, 4])), encodeLayersModel(makeHead([6, 4])));
});

test('when the file has another size then it is refused', () => {
  const { weights } = encodeLayersModel(makeHead([5, 3]));
  for (const bytes of [weights.subarray(4), weights.subarray(1), new Uint8Array()]) {
    assert.throws(
      () => decodeLayersModel(bytes, [5, 3], 1),
      (error) =>
        error instanceof UnfitError && /^expected 72 bytes of head weights/.test(error.message),
    );
  }
  assert.throws(() => decodeLayersModel(weights, [5, 2, 3], 1), /^UnfitError: expected 84 bytes/);
});
