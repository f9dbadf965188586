// A model folder of every schema version stays readable: fixtures/models holds one of each.

import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { createPreprocessing, fromInputRange } from '../../src/images/preprocessing.ts';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readManifest, readModel } from '../../src/model/read.ts';
import { LEG005, ROOT } from '../helpers/run-cli.ts';
import { scoresOf, succeed } from '../helpers/runs.ts';

const MODELS = path.join(ROOT, 'fixtures', 'models');

/** What each model said of leg005 when it was saved. */
const SCORES = [
  ['schema-1', 0.43221],
  ['schema-2', 0.47809],
  ['schema-3', 0.42879],
] as const;

for (const [name, brokenleg] of SCORES) {
  const model = path.join(MODELS, name);

  test(`when a model of ${name} is used then it scores as it did when it was saved`, async () => {
    const [scores] = await scoresOf(model, [LEG005]);
    // Another processor rounds otherwise.
    assert.ok(Math.abs(scores.brokenleg - brokenleg) < 1e-3, `${scores.brokenleg}`);
  });

  test(`when a model of ${name} is looked at then info tells of it`, async () => {
    const { stdout } = await succeed(['info', model]);
    assert.match(stdout, /^labels {5}brokenleg, healthyleg$/m);
  });
}

test('when a model of schema 1 is read then it has no temperature and no threshold', async () => {
  const { manifest, files } = await readModel(path.join(MODELS, 'schema-1'), FILE_NAMES);
  assert.equal(manifest.calibration.temperature, 1);
  assert.equal(manifest.operating_point, null);
  assert.equal(manifest.out_of_distribution, null);
  assert.equal(files.has('out_of_distribution.bin'), false);
});

test('when a model with a recipe is read then it says the same as preprocessing does today', async () => {
  for (const [name] of SCORES) {
    const { preprocessing } = await readManifest(path.join(MODELS, name));
    // Its input range was [-1, 1].
    const half = fromInputRange(-1, 1);
    assert.deepEqual(preprocessing, createPreprocessing({ size: 96, ...half }), name);
  }
});

test('when a model of schema 2 is read then its temperature and threshold are there', async () => {
  const { manifest, files } = await readModel(path.join(MODELS, 'schema-2'), FILE_NAMES);
  assert.equal(manifest.calibration.temperature, 10);
  assert.equal(manifest.operating_point?.threshold, 0.51072);
  assert.equal(files.size, FILE_NAMES.length);
});

test('when a model of before schema 4 is read then its network takes any number of images', async () => {
  for (const [name] of SCORES) {
    const { extractor } = await readManifest(path.join(MODELS, name));
    assert.equal(extractor.images_at_once, null, name);
  }
});
