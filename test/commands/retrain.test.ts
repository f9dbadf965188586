import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { scanFolder } from '../../src/data/scan.ts';
import { readModel } from '../../src/model/read.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import {
  HEALTHDIAG,
  imgdiag,
  LEG005,
  ROOT,
  retrainQuickly,
  trainedModel,
} from '../helpers/run-cli.ts';
import { bytesOf } from '../helpers/runs.ts';

/** Bytes of every file below a folder, by relative path. */
function contents(folder: string): Record<string, string> {
  const files = Object.keys(bytesOf(folder));
  return Object.fromEntries(files.map((f) => [f, readFileSync(path.join(folder, f), 'hex')]));
}

test('the main job prints steps on stderr, and the final metric with its baseline on stdout', async (t) => {
  const folder = makeFolder(t);
  const { code, stdout, stderr } = await imgdiag(
    ['retrain', '--no_report', '--image_dir', HEALTHDIAG],
    {
      cwd: folder,
      spawned: true,
    },
  );
  assert.equal(code, 0, stderr);
  const [final, balanced, baseline, centroid, properties, ...rest] = stdout.split('\n');
  const share = Number(/^Final test accuracy = (\d+\.\d)% \(N=14\)$/.exec(final)?.[1]);
  assert.ok(share >= 80, final);
  assert.match(baseline, /^Majority baseline = 57\.1% \(N=14, always healthyleg\)$/);
  assert.match(balanced, /^Balanced test accuracy = \d+\.\d% \(N=14\)$/);
  assert.match(centroid, /^Nearest centroid baseline = \d+\.\d% \(N=14\)$/);
  assert.match(properties, /^Metadata baseline = \d+\.\d% \(N=14\)$/);
  const [head, broken, healthy, ...end] = rest;
  assert.match(head, /^label +N +sensitivity \(95% CI\) +PPV \(95% CI\)$/);
  assert.match(broken, /^brokenleg +6 +\d+\.\d% \(/);
  assert.match(healthy, /^healthyleg +8 +\d+\.\d% \(/);
  assert.deepEqual(end, ['']);
  const stamp = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}`;
  assert.match(stderr, new RegExp(`^${stamp}: Step 10: Train accuracy = \\d+\\.\\d%$`, 'm'));
  assert.match(stderr, new RegExp(`^${stamp}: Step 10: Cross entropy = \\d\\.\\d{6}$`, 'm'));
  assert.match(
    stderr,
    new RegExp(`^${stamp}: Step 10: Validation accuracy = \\d+\\.\\d% \\(N=6\\)$`, 'm'),
  );
  assert.doesNotMatch(stderr, /Step (500|5): /);
  assert.match(stderr, /^brokenleg: 40 images: 30 training \(75\.0%, planned 80%\)/m);
  assert.ok(existsSync(path.join(folder, 'imgdiag_model', 'manifest.json')));
});

test('the same data, options and seed give the same bytes, however the path is typed', async (t) => {
  const folder = makeFolder(t);
  cpSync(HEALTHDIAG, path.join(folder, 'moved', 'here'), { recursive: true });
  const one = path.join(folder, 'one');
  const two = path.join(folder, 'two');
  assert.equal((await retrainQuickly('--image_dir', HEALTHDIAG, '--model_dir', one)).code, 0);
  const words = [
    'retrain',
    '--no_report',
    '--steps',
    '20',
    '--image_dir',
    './moved/../moved/here/',
    '--model_dir',
    two,
  ];
  assert.equal((await imgdiag(words, { cwd: folder, spawned: true })).code, 0);
  const bytes = contents(one);
  assert.ok(Object.keys(bytes).length >= 10);
  assert.deepEqual(contents(two), bytes);
  const headOf = async (seed: string) => {
    const model = path.join(folder, seed);
    const options = [
      '--model_dir',
      model,
      '--optimizer',
      'sgd',
      '--train_batch_size',
      '10',
      '--seed',
      seed,
    ];
    await retrainQuickly('--image_dir', HEALTHDIAG, ...options);
    return contents(model)['head/weights.bin'];
  };
  assert.notEqual(await headOf('1'), await headOf('2'));
});

test('nothing that is saved names an image, a path or a time', async () => {
  const saved = Object.values(contents(await trainedModel()));
  const text = saved.map((hex) => Buffer.from(hex, 'hex').toString('latin1')).join('\n');
  for (const secret of [
    /leg1\d\d/,
    /\.jpg/,
    new RegExp(ROOT.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')),
    /20\d\d-\d\d-\d\d/,
  ]) {
    assert.doesNotMatch(text, secret);
  }
});

test('a second run computes nothing; a renamed image is cached, a changed one computed', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  cpSync(HEALTHDIAG, images, { recursive: true });
  const options = [
    '--image_dir',
    images,
    '--model_dir',
    path.join(folder, 'm'),
    '--bottleneck_dir',
    path.join(folder, 'c'),
  ];
  assert.match((await retrainQuickly(...options)).stderr, /^80 images: 0 cached, 80 computed$/m);
  assert.match((await retrainQuickly(...options)).stderr, /^80 images: 80 cached, 0 computed$/m);
  const [first, second] = (await scanFolder(path.join(images, 'brokenleg'))).files;
  renameSync(first.file, path.join(images, 'brokenleg', 'renamed.jpg'));
  assert.match((await retrainQuickly(...options)).stderr, /^80 images: 80 cached, 0 computed$/m);
  copyFileSync(LEG005, second.file);
  assert.match((await retrainQuickly(...options)).stderr, /^80 images: 79 cached, 1 computed$/m);
});

test('a file that is no image is named, counted and skipped', async (t) => {
  const folder = makeFolder(t, {
    'images/brokenleg/page.jpg': '<html>not found</html>',
    'images/healthyleg/zero.png': '',
  });
  const images = path.join(folder, 'images');
  cpSync(HEALTHDIAG, images, { recursive: true });
  const { code, stderr } = await retrainQuickly(
    '--image_dir',
    images,
    '--model_dir',
    path.join(folder, 'm'),
  );
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^82 images: 80 cached, 0 computed, 2 skipped$/m);
  assert.match(
    stderr,
    /^warning: skipped brokenleg\/page\.jpg: expected an image, found an HTML page/m,
  );
  assert.match(stderr, /^warning: skipped healthyleg\/zero\.png: the file is empty/m);
  assert.match(stderr, /^warning: files skipped: 2$/m);
  const { manifest } = await readModel(path.join(folder, 'm'), []);
  assert.deepEqual([manifest.data.images, manifest.data.skipped], [80, 2]);
});

test('a label that unreadable files leave with too few images is refused', async (t) => {
  const folder = makeFolder(t, {
    'images/cats/1.jpg': 'text',
    'images/cats/2.jpg': 'other text',
    'images/cats/3.jpg': 'more text',
  });
  const images = path.join(folder, 'images');
  cpSync(path.join(HEALTHDIAG, 'healthyleg'), path.join(images, 'legs'), { recursive: true });
  const { code, stderr } = await retrainQuickly(
    '--image_dir',
    images,
    '--model_dir',
    path.join(folder, 'm'),
  );
  assert.equal(code, 3);
  assert.match(
    stderr,
    /^error: cannot use 3 of 43 files: expected an image, found text \(cats\/1\.jpg, .*\); expected at least 3 readable images of label cats .*, found 0$/m,
  );
  assert.equal(existsSync(path.join(folder, 'm')), false);
});

test('without a test set no final metric is made up', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const words = ['--image_dir', HEALTHDIAG, '--model_dir', model, '--testing_percentage', '0'];
  const { code, stdout, stderr } = await retrainQuickly(...words, '--validation_percentage=0');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^No test images/);
  assert.doesNotMatch(stdout + stderr, /Final test accuracy|Validation accuracy/);
});

test("hyphens and retrain.py's spellings mean the same", async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const { code, stderr } = await imgdiag([
    'retrain',
    '--no_report',
    '--image-dir',
    HEALTHDIAG,
    '--model-dir',
    model,
    '--how_many_training_steps',
    '3',
    '--architecture=mobilenet_0.25_224',
    '--eval-step-interval',
    '2',
  ]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    [...stderr.matchAll(/Step (\d+): Train/g)].map(([, step]) => step),
    ['0', '2'],
  );
});

test('another image size is recorded, used for training and for classifying', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  await retrainQuickly('--image_dir', HEALTHDIAG, '--model_dir', model, '--image_size', '128');
  const { manifest } = await readModel(model, []);
  assert.equal(manifest.preprocessing.size, 128);
  const { code, stdout } = await imgdiag(['classify', '--model_dir', model, LEG005]);
  assert.equal(code, 0);
  assert.match(stdout, /^brokenleg/);
});
