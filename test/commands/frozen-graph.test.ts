// Frozen TensorFlow graphs from the command line: trained with, and classified without.

import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { describedAs, inception2015, kerasGraph } from '../helpers/frozen-networks.ts';
import { tgzOf } from '../helpers/graph-def.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { imgdiag, LEG005 } from '../helpers/run-cli.ts';
import { assertRefused, copyLegs, LEG009, manifestOf, scoresOf, succeed } from '../helpers/runs.ts';

/** With photos in it, and the files of a network. */
function folderWith(t: TestContext, files: Readonly<Record<string, Uint8Array | string>>) {
  const folder = makeFolder(t, files);
  const at = (name: string) => path.join(folder, name);
  copyLegs(at('photos'), { brokenleg: 10, healthyleg: 10 });
  const data = ['--image_dir', at('photos'), '--testing_percentage', '0'];
  const retrain = (...words: string[]) => [
    ...['retrain', ...data, '--no_report', '--model_dir', at('m'), '--bottleneck_dir', at('cache')],
    ...words,
  ];
  return { at, data, retrain };
}

const ARCHIVE = tgzOf([
  { name: 'imagenet_synset_to_human_label_map.txt', bytes: Buffer.from('labels') },
  { name: 'classify_image_graph_def.pb', bytes: inception2015() },
]);

test("retrain.py's first network trains as published, and the model does without it", async (t) => {
  const { at, data, retrain } = folderWith(t, { 'inception-2015-12-05.tgz': ARCHIVE });
  const file = at('inception-2015-12-05.tgz');
  await succeed(retrain('--extractor', file));
  const { extractor, preprocessing } = await manifestOf(at('m'));
  const { id, embedding_node, feature_size } = extractor;
  assert.deepEqual(
    [id, embedding_node, feature_size, preprocessing.size],
    ['inception-2015-12-05', 'pool_3', 6, 96],
  );
  await succeed(['check', ...data, '--extractor', file, '--bottleneck_dir', at('cache')]);
  rmSync(file);
  await scoresOf(at('m'), [LEG005, LEG009]);
  const words = ['--model_dir', at('m'), '--no_report'];
  await succeed(['evaluate', '--image_dir', at('photos'), ...words]);
  await succeed(['classify', '--model_dir', at('m'), LEG005, '--explain', at('leg.png')]);
  assert.ok(existsSync(at('leg.png')), 'a heat map');
});

test('TensorFlow.js refuses the operators of 2015 by name', async (t) => {
  const { at, retrain } = folderWith(t, { 'net.pb': inception2015() });
  const words = retrain('--extractor', at('net.pb'), '--engine', 'tfjs');
  assertRefused(await imgdiag(words), 4, /TensorFlow.js .*BatchNormWithGlobalNormalization/);
});

test('both engines train and classify with a graph of Keras, described beside it', async (t) => {
  const files = { 'net.pb': kerasGraph(), 'extractor.json': describedAs('pool/Mean', 6) };
  const { at, retrain } = folderWith(t, files);
  const scores = [];
  for (const engine of ['onnx', 'tfjs']) {
    await succeed(retrain('--extractor', at('net.pb'), '--engine', engine));
    for (const words of [[], ['--engine', 'tfjs', '--extractor', at('net.pb')]]) {
      scores.push(await scoresOf(at('m'), [LEG005, LEG009], words));
    }
  }
  for (const found of scores) {
    for (const [i, { brokenleg }] of found.entries()) {
      const difference = Math.abs(brokenleg - scores[0][i].brokenleg);
      assert.ok(difference < 1e-4, `the scores of leg ${i} differ by ${difference}`);
    }
  }
});

test('--embedding chooses another node, also for a classifier on TensorFlow.js; it is not explained', async (t) => {
  const files = { 'net.pb': kerasGraph(), 'extractor.json': describedAs('pool/Mean', 6) };
  const { at, retrain } = folderWith(t, files);
  await succeed(retrain('--extractor', at('net.pb'), '--embedding', 'dense/Relu:0'));
  const { extractor } = await manifestOf(at('m'));
  assert.deepEqual([extractor.embedding_node, extractor.feature_size], ['dense/Relu', 8]);
  const [onnx] = await scoresOf(at('m'), [LEG005]);
  const [tfjs] = await scoresOf(
    at('m'),
    [LEG005],
    ['--engine', 'tfjs', '--extractor', at('net.pb')],
  );
  assert.ok(Math.abs(onnx.brokenleg - tfjs.brokenleg) < 1e-4, 'the same score on both engines');
  const other = ['--engine', 'tfjs', '--extractor', 'mobilenet_v1_025_224'];
  const found = await imgdiag(['classify', '--model_dir', at('m'), LEG005, ...other]);
  assertRefused(found, 4, /expected the extractor weights that .* \(mine\), found others/);
  const explain = ['classify', '--model_dir', at('m'), LEG005, '--explain', at('leg.png')];
  const sentence = /expected features that are a mean over places .* found those of dense\/Relu/;
  assertRefused(await imgdiag(explain), 4, sentence);
  await succeed(retrain('--extractor', at('net.pb'), '--embedding', 'pool/Mean'));
  assert.equal((await manifestOf(at('m'))).extractor.feature_size, 6);
  const refused = retrain('--extractor', at('net.pb'), '--embedding', 'nowhere');
  assertRefused(await imgdiag(refused), 4, /expected a node nowhere in the network/);
});

test('what a graph does not say is asked for, never guessed', async (t) => {
  const { at, retrain } = folderWith(t, { 'my net (1).pb': kerasGraph() });
  const words = retrain('--extractor', at('my net (1).pb'));
  assertRefused(await imgdiag(words), 2, /expected the size of the images that .* takes/);
  const outcome = await imgdiag([...words, '--image_size', '96']);
  assertRefused(outcome, 2, /expected the mean and std of the pixel values/);
  assert.match(outcome.stderr, /--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225/);
  assert.match(outcome.stderr, /--mean 0.5 --std 0.5/);
  await succeed([...words, '--image_size', '96', '--mean', '0.5', '--std', '0.5']);
  const { extractor, preprocessing } = await manifestOf(at('m'));
  assert.deepEqual([extractor.id, preprocessing.mean], ['my_net_1_', [0.5, 0.5, 0.5]]);
});

test('files that are no networks, or other ones, are refused by what they are', async (t) => {
  const { at, retrain } = folderWith(t, {
    'net.h5': 'weights',
    'page.pb': '<!DOCTYPE html><html></html>',
    'saved_model.pb': Uint8Array.of(8, 1, 18, 0),
    'saved/saved_model.pb': Uint8Array.of(8, 1, 18, 0),
    'layers/model.json': '{"format":"layers-model","modelTopology":{}}',
    'text.pb': 'node { name: "x" }',
  });
  const cases: readonly [string, RegExp][] = [
    ['net.h5', /expected a network in .*net\.h5, found another kind of file/],
    ['page.pb', /found an HTML page/],
    ['saved_model.pb', /found a SavedModel/],
    ['text.pb', /expected one frozen TensorFlow graph in .*text\.pb, found/],
    ['absent.pb', /expected a network in .*absent\.pb, found nothing there/],
    ['saved', /expected a network in .*saved, found a SavedModel/],
    ['layers', /found a Keras layers model/],
  ];
  for (const [name, sentence] of cases) {
    assertRefused(await imgdiag(retrain('--extractor', at(name))), 4, sentence);
  }
  assert.ok(!existsSync(at('m')), 'no model');
});
