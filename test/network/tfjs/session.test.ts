// TensorFlow.js leaks no tensor, is asked the right way for each size, and leaves the process alone.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UnfitError } from '../../../src/base/errors.ts';
import { loadExtractorFiles } from '../../../src/extractor/catalog.ts';
import { openTfjsExtractor } from '../../../src/extractor/open-tfjs.ts';
import { startTfjs } from '../../../src/network/tfjs/session.ts';
import { FAST } from '../../helpers/fast.ts';
import { makeImages } from '../../helpers/images.ts';
import { inputOf } from '../../helpers/open-extractor.ts';
import { syntheticExtractor } from '../../helpers/synthetic-extractor.ts';

const FEATURES = 256;

describe('tensors', () => {
  // 224 pixels go through @tensorflow-models/mobilenet, others straight to the graph.
  for (const size of [224, 96]) {
    test(`none leak at ${size} pixels`, async () => {
      const { tf } = await startTfjs();
      const files = await loadExtractorFiles(FAST);
      const atStart = tf.memory().numTensors;
      const extractor = await openTfjsExtractor(files, inputOf(files.spec, size));
      const opened = tf.memory().numTensors;
      for (const count of [1, 3]) {
        const features = await extractor.embed(makeImages(count, size), count);
        assert.equal(features.length, count * FEATURES);
        assert.equal(tf.memory().numTensors, opened);
      }
      await extractor.dispose();
      assert.equal(tf.memory().numTensors, atStart);
    });
  }

  test('none leak when the features do not fit', async () => {
    const { tf } = await startTfjs();
    const files = syntheticExtractor();
    const extractor = await openTfjsExtractor(
      { ...files, spec: { ...files.spec, featureSize: 7 } },
      inputOf(files.spec),
    );
    const opened = tf.memory().numTensors;
    await assert.rejects(extractor.embed(makeImages(2, 96), 2), (error) => {
      assert.ok(error instanceof UnfitError);
      assert.equal(error.message, 'expected 7 features from flat at 96 pixels, found 5');
      return true;
    });
    assert.equal(tf.memory().numTensors, opened);
    await extractor.dispose();
  });
});

test('features do not depend on the batch by more than rounding', async () => {
  const files = await loadExtractorFiles(FAST);
  const extractor = await openTfjsExtractor(files, inputOf(files.spec));
  const images = makeImages(4, 224);
  const together = await extractor.embed(images, 4);
  const last = await extractor.embed(images.subarray(3 * 224 * 224 * 3), 1);
  const worst = last.reduce((m, v, i) => Math.max(m, Math.abs(v - together[3 * FEATURES + i])), 0);
  assert.ok(worst < 1e-5, `largest difference ${worst}`);
  await extractor.dispose();
});

test('a network that cannot run is refused when it is opened', async () => {
  const { tf } = await startTfjs();
  const before = tf.memory().numTensors;
  for (const files of [syntheticExtractor('nowhere'), syntheticExtractor('logits')]) {
    await assert.rejects(openTfjsExtractor(files, inputOf(files.spec)), (error) => {
      assert.ok(error instanceof UnfitError);
      assert.match(error.message, /^expected a network that TensorFlow\.js can open: /);
      return true;
    });
  }
  assert.equal(tf.memory().numTensors, before);
});

test('WebAssembly leaves no listener for uncaught errors behind', async () => {
  const count = () =>
    process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
  const before = count();
  const { name } = await startTfjs();
  assert.match(name, /^@tensorflow\/tfjs-(backend-wasm|node) 4\.\d+\.\d+$/);
  assert.equal(count(), before);
  const emscripten = process
    .listeners('uncaughtException')
    .filter((listener) => /ExitStatus/.test(String(listener)));
  assert.equal(emscripten.length, 0);
});
