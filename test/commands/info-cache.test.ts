import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, retrainQuickly, trainedModel } from '../helpers/run-cli.ts';

test('info tells labels, extractor, counts, metrics and hashes, and checks every file', async () => {
  const model = await trainedModel();
  const { code, stdout } = await imgdiag(['info', model], { spawned: true });
  assert.equal(code, 0);
  assert.match(stdout, /^labels +brokenleg, healthyleg$/m);
  assert.match(stdout, /^extractor +mobilenet_v1_025_224, 256 features/m);
  assert.match(stdout, /^Final test accuracy = .* \(N=14\)$/m);
  assert.match(stdout, /^Majority baseline = /m);
  assert.match(
    stdout,
    /^scores +temperature 1, no threshold, out-of-distribution images detected$/m,
  );
  assert.match(stdout, /model\.onnx +\d+ bytes +sha256 [0-9a-f]{64}$/m);
  assert.match(stdout, /Not a medical device/);
  assert.match(
    stdout,
    /^known extractor: the weights in model\.onnx are those of mobilenet_v1_025_224/m,
  );
  const json = await imgdiag(['info', '--json'], { env: { IMGDIAG_MODEL: model } });
  assert.equal(JSON.parse(json.stdout).schema_version, 4);
  assert.equal((await imgdiag(['info', 'nowhere'])).code, 4);
});

test('the cache can be looked at, pruned and cleared', async (t) => {
  const folder = makeFolder(t);
  const cache = ['--bottleneck_dir', path.join(folder, 'c')];
  await retrainQuickly('--image_dir', HEALTHDIAG, '--model_dir', path.join(folder, 'm'), ...cache);
  const info = await imgdiag(['cache', 'info', ...cache], { spawned: true });
  assert.match(
    info.stdout,
    /: features of 80 images, 0\.1 MB\n {2}mobilenet_v1_025_224 on onnxruntime-node/,
  );
  assert.match(
    (await imgdiag(['cache', 'prune', '--older_than', '90d', ...cache])).stdout,
    /^removed features of 0 images/,
  );
  assert.match(
    (await imgdiag(['cache', 'clear', ...cache])).stdout,
    /^removed features of 80 images/,
  );
  assert.match((await imgdiag(['cache', 'info', ...cache])).stdout, /: features of 0 images/);
  assert.equal((await imgdiag(['cache', 'prune', '--older_than', 'soon', ...cache])).code, 2);
});

test('cache clear refuses a folder that holds something else', async (t) => {
  const folder = makeFolder(t, { 'thesis.txt': 'mine' });
  const { code, stderr } = await imgdiag(['cache', 'clear', '--bottleneck_dir', folder]);
  assert.equal(code, 2, stderr);
  assert.ok(existsSync(path.join(folder, 'thesis.txt')));
});

test('every help starts with examples, and --version names the engines', async () => {
  for (const words of [[], ['retrain'], ['classify'], ['info'], ['cache']]) {
    const { code, stdout } = await imgdiag([...words, '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /^Examples:\n {2}\$ imgdiag /);
    assert.match(stdout, /^Usage: imgdiag/m);
  }
  const { stdout } = await imgdiag(['--version'], { spawned: true });
  assert.match(stdout, /^imgdiag \d+\.\d+\.\d+\nonnxruntime-node \d.*\n@tensorflow\/tfjs-core \d/);
});
