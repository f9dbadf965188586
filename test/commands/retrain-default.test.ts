// The network of those who name none, and the networks that existing models name.

import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { LEG005, trainedModel } from '../helpers/run-cli.ts';
import { assertTellsLegsApart, manifestOf, retrainLegs, scoresOf } from '../helpers/runs.ts';

test('when no network is named then it is EfficientNet-Lite0, stored once and small', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  await retrainLegs(['--model_dir', model], { defaultNetwork: true });
  const { extractor, preprocessing, files } = await manifestOf(model);
  assert.deepEqual([extractor.id, extractor.feature_size], ['efficientnet_lite0_224', 1280]);
  assert.deepEqual([extractor.images_at_once, preprocessing.size], [null, 224]);
  assert.ok(files['model.onnx'].bytes < 7.2e6, `${files['model.onnx'].bytes} bytes`);
  await assertTellsLegsApart(model);
});

test('when a model names another network then everything goes on with that', async (t) => {
  const old = await trainedModel();
  const { extractor } = await manifestOf(old);
  assert.equal(extractor.id, 'mobilenet_v1_025_224');
  const [onnx] = await scoresOf(old, [LEG005]);
  const [tfjs] = await scoresOf(old, [LEG005], ['--engine', 'tfjs']);
  assert.ok(Math.abs(onnx.brokenleg - tfjs.brokenleg) < 1e-3, 'both engines agree');
  for (const from of ['--like', '--init_from']) {
    const model = path.join(makeFolder(t), 'm');
    await retrainLegs([from, old, '--model_dir', model], { defaultNetwork: true });
    const { extractor: same, options } = await manifestOf(model);
    assert.deepEqual([same.id, options.extractor], [extractor.id, extractor.id], from);
  }
});
