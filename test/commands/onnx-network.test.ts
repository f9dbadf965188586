// ONNX networks of the user's own at the command line: described, trained with, explained, refused.

import assert from 'node:assert/strict';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fetchedHub } from '../helpers/fetched-hub.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { onnxOf, tokensAfter } from '../helpers/onnx-networks.ts';
import { imgdiag, LEG005 } from '../helpers/run-cli.ts';
import { assertRefused, copyLegs, manifestOf, succeed } from '../helpers/runs.ts';

const RECIPE = ['--mean', '0.5', '--std', '0.5'];
const SPLITS = ['--testing_percentage', '0', '--validation_percentage', '0', '--no_report'];

test('when a network is trained with then its model needs it no more, and explains', async (t) => {
  const folder = makeFolder(t, { 'net.onnx': onnxOf() });
  const at = (name: string) => path.join(folder, name);
  copyLegs(at('photos'), { brokenleg: 3, healthyleg: 3 });
  const data = ['--image_dir', at('photos'), '--bottleneck_dir', at('cache')];
  const words = ['retrain', ...data, '--extractor', at('net.onnx'), '--model_dir', at('m')];
  const unsaid = await imgdiag([...words, ...SPLITS]);
  assertRefused(unsaid, 2, /expected the mean and std of the pixel values/);
  const tfjs = await imgdiag([...words, ...SPLITS, ...RECIPE, '--engine', 'tfjs']);
  assertRefused(tfjs, 4, /with --engine tfjs, found net, which is an ONNX network/);
  await succeed([...words, ...SPLITS, ...RECIPE]);
  const { extractor } = await manifestOf(at('m'));
  assert.deepEqual(
    [extractor.id, extractor.embedding_node, extractor.images_at_once],
    ['net', 'pooled', null],
  );
  rmSync(at('net.onnx'));
  const classify = ['classify', '--model_dir', at('m'), LEG005];
  await succeed([...classify, '--explain', at('leg.png')]);
  assert.ok(statSync(at('leg.png')).size > 1000, 'a heat map');
  assertRefused(await imgdiag([...classify, '--engine', 'tfjs']), 4, /net/);
});

test('when tokens are averaged then the model records it, and the cache keeps both apart', async (t) => {
  const folder = makeFolder(t, { 'net.onnx': onnxOf(tokensAfter(1)) });
  const at = (name: string) => path.join(folder, name);
  copyLegs(at('photos'), { brokenleg: 3, healthyleg: 3 });
  const data = ['--image_dir', at('photos'), '--bottleneck_dir', at('cache')];
  const words = ['retrain', ...data, '--extractor', at('net.onnx'), ...RECIPE, ...SPLITS];
  const first = await succeed([...words, '--model_dir', at('first')]);
  const mean = await succeed([...words, '--model_dir', at('mean'), '--token', 'mean']);
  for (const { stderr } of [first, mean]) assert.match(stderr, /6 images: 0 cached, 6 computed/);
  assert.equal((await manifestOf(at('mean'))).options.token, 'mean');
  const explain = [LEG005, '--explain', at('leg.png')];
  await succeed(['classify', '--model_dir', at('mean'), ...explain]);
  const refused = await imgdiag(['classify', '--model_dir', at('first'), ...explain]);
  assertRefused(refused, 4, /mean over places/);
  const tokens = ['check', ...data, '--token', 'mean'];
  assertRefused(await imgdiag(tokens), 2, /expected an ONNX network with --token/);
});

test('when a network is described then inputs, outputs, the choice and all others are said', async (t) => {
  const folder = makeFolder(t, { 'net.onnx': onnxOf(tokensAfter(1)) });
  const info = ['extractor', 'info', path.join(folder, 'net.onnx')];
  const { stdout } = await succeed(info);
  assert.match(
    stdout,
    /^inputs {9}x float32 n x 3 x 32 x 32\noutputs {8}tokens float32 n x 65 x 6$/m,
  );
  assert.match(stdout, /^chosen {9}the first of 65 tokens, output tokens$/m);
  const other = /^or {13}--embedding tokens --token mean: 6 features, the mean of 65 tokens/m;
  assert.match(stdout, other);
  const mean = await succeed([...info, '--token', 'mean', ...RECIPE]);
  assert.match(mean.stdout, /^embedding {6}tokens: 6 features, mean over places of 6x8x8$/m);
  assert.match(mean.stdout, /^or {13}--embedding tokens: 6 features, the first of 65/m);
  writeFileSync(path.join(folder, 'net.onnx'), onnxOf());
  const classifier = await succeed(info);
  assert.match(
    classifier.stdout,
    /^chosen {9}what the last Gemm before output probabilities reads$/m,
  );
  assert.match(classifier.stdout, /^or {13}--embedding probabilities: 3 features, .* as it is$/m);
});

test('when a network was fetched from a hub then a model records its commit', async (t) => {
  const recipe = { image_mean: 0.5, image_std: 0.5, size: 32 };
  const folder = makeFolder(t, {
    'net/onnx/model.onnx': onnxOf(),
    'net/preprocessor_config.json': JSON.stringify(recipe),
  });
  const at = (name: string) => path.join(folder, name);
  const { id, home } = fetchedHub(at('net'), 'acme/net', at('home'));
  copyLegs(at('photos'), { brokenleg: 3, healthyleg: 3 });
  const data = ['--image_dir', at('photos'), '--bottleneck_dir', at('cache')];
  const words = [
    'retrain',
    ...data,
    '--extractor',
    'hf:acme/net',
    '--model_dir',
    at('m'),
    ...SPLITS,
  ];
  await succeed(words, { env: { XDG_DATA_HOME: home } });
  const { extractor } = await manifestOf(at('m'));
  assert.deepEqual([extractor.id, extractor.licence], [id, 'mit']);
});
