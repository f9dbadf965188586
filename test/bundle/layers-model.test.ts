import assert from 'node:assert/strict';
import test from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { UnfitError } from '../../src/base/errors.ts';
import { decodeLayersModel, encodeLayersModel } from '../../src/bundle/layers-model.ts';
import { applyHead, type Head } from '../../src/head/head.ts';
import { largestDifference, makeMatrix } from '../helpers/make-examples.ts';

test.before(() => tf.setBackend('cpu'));

function makeHead(featureSize: number, labelCount: number): Head {
  const weights = makeMatrix(featureSize, labelCount, 1, 0.3).data;
  const bias = makeMatrix(1, labelCount, 2).data;
  return { featureSize, labelCount, weights, bias };
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
  for (const [featureSize, labelCount] of [
    [256, 2],
    [31, 9],
    [1, 3],
  ]) {
    const head = makeHead(featureSize, labelCount);
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
    assert.ok(worst < 1e-6, `${featureSize} features, ${labelCount} labels: ${worst}`);
  }
});

test('when a head is written and read then every number is the same', () => {
  const head = makeHead(5, 3);
  assert.deepEqual(decodeLayersModel(encodeLayersModel(head).weights, 5, 3), head);
});

test('when the weights lie at an odd place in memory then they are read all the same', () => {
  const head = makeHead(4, 2);
  const { weights } = encodeLayersModel(head);
  const larger = new Uint8Array(weights.length + 1);
  larger.set(weights, 1);
  assert.deepEqual(decodeLayersModel(larger.subarray(1), 4, 2), head);
});

test('when weights are written then they are little-endian float32, kernel before bias', () => {
  const { weights } = encodeLayersModel({
    featureSize: 1,
    labelCount: 2,
    weights: Float32Array.of(1, -2),
    bias: Float32Array.of(0.5, 0),
  });
  assert.equal(Buffer.from(weights).toString('hex'), '0000803f000000c00000003f00000000');
});

test('when a head is written twice then the files are the same', () => {
  assert.deepEqual(encodeLayersModel(makeHead(6, 4)), encodeLayersModel(makeHead(6, 4)));
});

test('when the file has another size then it is refused', () => {
  const { weights } = encodeLayersModel(makeHead(5, 3));
  for (const bytes of [weights.subarray(4), weights.subarray(1), new Uint8Array()]) {
    assert.throws(
      () => decodeLayersModel(bytes, 5, 3),
      (error) =>
        error instanceof UnfitError && /^expected 72 bytes of head weights/.test(error.message),
    );
  }
});
