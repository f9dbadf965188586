// ONNX Runtime's features do not depend on the batch; its outputs are ours; its absence is one error.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { UnfitError } from '../../../src/base/errors.ts';
import { loadExtractorFiles } from '../../../src/extractor/catalog.ts';
import type { ExtractorFiles } from '../../../src/extractor/files.ts';
import { encodeExtractor } from '../../../src/extractor/graph.ts';
import { openOnnxExtractor } from '../../../src/extractor/open-onnx.ts';
import { openSession, requireOwnRealm, whyMissing } from '../../../src/network/onnx/session.ts';
import { FAST } from '../../helpers/fast.ts';
import { makeImages } from '../../helpers/images.ts';
import { inputOf } from '../../helpers/open-extractor.ts';
import { syntheticExtractor } from '../../helpers/synthetic-extractor.ts';

const SIZE = 224;
const FEATURES = 256;
const COUNT = 32;

describe('the catalogued extractor', () => {
  let files: ExtractorFiles;
  before(async () => {
    files = await loadExtractorFiles(FAST);
  });

  test('gives bit-identical features in batches of 1 to 32', async () => {
    const extractor = await openOnnxExtractor(files, inputOf(files.spec));
    const images = makeImages(COUNT, SIZE);
    const bytes = SIZE * SIZE * 3;
    const whole = await extractor.embed(images, COUNT);
    for (const batch of [1, 2, 3, 7, 8, 16, 31]) {
      for (let start = 0; start < COUNT; start += batch) {
        const count = Math.min(batch, COUNT - start);
        const part = images.subarray(start * bytes, (start + count) * bytes);
        const features = await extractor.embed(part, count);
        const expected = whole.subarray(start * FEATURES, (start + count) * FEATURES);
        assert.deepEqual(features, expected, `batch ${batch} at ${start}`);
      }
    }
    await extractor.dispose();
  });

  test('says what it is', async () => {
    const extractor = await openOnnxExtractor(files, inputOf(files.spec));
    assert.equal(extractor.engine, 'onnx');
    assert.equal(extractor.id, FAST);
    assert.match(extractor.runtime, /^onnxruntime-node \d+\.\d+\.\d+$/);
    assert.equal(extractor.featureSize, FEATURES);
    assert.equal(extractor.weightsSha256, files.weightsSha256);
    await extractor.dispose();
  });
});

describe('a session', () => {
  const files = syntheticExtractor();
  const bytes = encodeExtractor(files, inputOf(files.spec));

  test('fetches the outputs named, in memory of their own', async () => {
    const session = await openSession(bytes, { threads: 1 });
    assert.deepEqual([...session.outputNames].sort(), ['embedding', 'feature_map']);
    const run = () => session.run(makeImages(2, 96), 2, ['embedding']);
    const [first, second] = [await run(), await run()];
    assert.deepEqual(Object.keys(first), ['embedding']);
    assert.deepEqual(first, second);
    assert.notEqual(first.embedding.data.buffer, second.embedding.data.buffer);
    assert.equal(first.embedding.data.byteLength, first.embedding.data.buffer.byteLength);
    await session.dispose();
  });

  test('refuses outputs and images that do not fit', async () => {
    const session = await openSession(bytes);
    await assert.rejects(session.run(makeImages(1, 96), 1, ['probabilities']), (error) => {
      assert.ok(error instanceof UnfitError);
      assert.match(
        error.message,
        /expected an output probabilities.* found embedding, feature_map/,
      );
      return true;
    });
    await assert.rejects(session.run(makeImages(1, 96), 2, ['embedding']), UnfitError);
    await session.dispose();
  });

  test('refuses bytes that are no network of ours', async () => {
    for (const damaged of [new Uint8Array(0), Uint8Array.of(1, 2, 3), bytes.subarray(0, 900)]) {
      await assert.rejects(openSession(damaged), UnfitError);
    }
  });
});

test('in another realm, as in jest, the runtime counts as missing', () => {
  requireOwnRealm();
  assert.throws(() => requireOwnRealm(runInNewContext('Float32Array')), {
    code: 'engine_missing',
    message: 'ONNX Runtime (onnxruntime-node) refuses arrays of another realm',
  });
});

test('when ONNX Runtime cannot be loaded then the reason decides whether installing it is advised', () => {
  const advises = ({ hint }: { hint: string }) => hint.includes('npm install');
  const absent = whyMissing('ERR_MODULE_NOT_FOUND', "Cannot find package 'x'", 'linux x64');
  assert.equal(absent.what, 'is not installed');
  assert.ok(advises(absent), absent.hint);
  const binding = "Cannot find module '../bin/napi-v6/darwin/x64/onnxruntime_binding.node'";
  const noBuild = whyMissing('MODULE_NOT_FOUND', binding, 'darwin x64');
  assert.equal(noBuild.what, 'has no build for darwin x64');
  const library = 'libstdc++.so.6: cannot open shared object';
  const musl = whyMissing('ERR_DLOPEN_FAILED', library, 'linux x64 musl');
  assert.equal(musl.what, `has no build for linux x64 musl (${library})`);
  const broken = whyMissing(
    'ERR_DLOPEN_FAILED',
    `onnxruntime_binding.node: ${library}`,
    'linux x64',
  );
  assert.match(broken.what, /^is installed, but cannot be loaded \(.*libstdc/);
  for (const one of [noBuild, musl, broken]) {
    assert.ok(!advises(one), one.hint);
    assert.match(one.hint, /--engine tfjs/);
  }
});
