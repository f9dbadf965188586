// A model that does not open, or that scores otherwise than its head, is not published.

import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import { largestTerms, requireUsable } from '../../src/job/reopen.ts';
import { encodeLayersModel } from '../../src/model/layers-model.ts';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readModel } from '../../src/model/read.ts';
import { savedHead } from '../../src/model/saved-head.ts';
import type { Payload } from '../../src/model/write.ts';
import { RETRAIN_DEFAULTS } from '../../src/options/commands.ts';
import { assertRejects } from '../helpers/rejects.ts';
import { trainedModel } from '../helpers/run-cli.ts';

const saved = readModel(await trainedModel(), FILE_NAMES);

async function tryModel(change: Partial<Payload>, engine: 'onnx' | 'tfjs' = 'onnx') {
  const { manifest, files } = await saved;
  const payload = { ...(Object.fromEntries(files) as unknown as Payload), ...change };
  const { id: extractor } = manifest.extractor;
  const options = { ...RETRAIN_DEFAULTS, extractor, engine, model_dir: path.join('some', 'model') };
  await requireUsable({ payload, manifest }, options);
}

for (const engine of ['onnx', 'tfjs'] as const) {
  test(`when a model is whole then it opens and scores with ${engine}`, () => tryModel({}, engine));

  test(`when the network is not one that can be read then the model is refused with ${engine}`, () =>
    assertRejects(
      () => tryModel({ 'model.onnx': new Uint8Array([8, 7]) }, engine),
      EXIT.unfit,
      /^expected the new model to open and to score, but expected a network as imgdiag saves it/,
      /^nothing was saved to some.model/,
    ));
}

test('when the network scores otherwise than the head then the model is refused', async () => {
  const { layers, temperature } = savedHead(await saved);
  const negative = (values: Float32Array) => values.map((value) => -value);
  const { weights: matrix, bias } = layers[0];
  const layer = { ...layers[0], weights: negative(matrix), bias: negative(bias) };
  const { weights } = encodeLayersModel({ layers: [layer], temperature });
  await assertRejects(
    () => tryModel({ 'head/weights.bin': weights }),
    EXIT.unfit,
    /but its scores are not those of its head$/,
  );
  assert.equal(layers.length, 1);
});

test('terms that cancel count by their size, through hidden units too', () => {
  const first = {
    inputs: 2,
    outputs: 2,
    weights: Float32Array.of(1e4, -3, -1e4, 1),
    bias: Float32Array.of(5, -7),
    activation: 'relu',
  } as const;
  // 2 x 1e4 + 2 x 1e4 + 5, and 2 x 3 + 2 x 1 + 7.
  assert.equal(largestTerms({ layers: [first] }, [2, 2]), 40_005);
  const last = {
    inputs: 2,
    outputs: 1,
    weights: Float32Array.of(-2, 10),
    bias: Float32Array.of(-1),
    activation: 'linear',
  } as const;
  assert.equal(largestTerms({ layers: [first, last] }, [2, 2]), 2 * 40_005 + 10 * 15 + 1);
});
