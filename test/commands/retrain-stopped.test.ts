// Runs that are stopped, or meet places that cannot be written.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, retrainQuickly, trainedModel } from '../helpers/run-cli.ts';
import { bytesOf } from '../helpers/runs.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`when ${signal} comes then it stops, and the next run goes on from there`, async (t) => {
    const folder = makeFolder(t);
    const options = [
      '--image_dir',
      HEALTHDIAG,
      '--model_dir',
      path.join(folder, 'm'),
      '--bottleneck_dir',
      path.join(folder, 'c'),
    ];
    const stopped = await imgdiag(['retrain', '--no_report', ...options], {
      onStderr: (text, kill) => {
        if (/: 40% /.test(text)) kill(signal);
      },
    });
    assert.equal(stopped.code, signal === 'SIGINT' ? 130 : 143, stopped.stderr);
    assert.match(stopped.stderr, /^stopped; .* (cached|saved)/m);
    assert.equal(stopped.stdout, '');
    assert.equal(existsSync(path.join(folder, 'm', 'manifest.json')), false);
    const again = await retrainQuickly(...options);
    const cached = Number(/^80 images: (\d+) cached/m.exec(again.stderr)?.[1]);
    assert.ok(cached >= 32, again.stderr);
  });
}

test('when training takes long then Ctrl-C is heard', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const words = [
    'retrain',
    '--no_report',
    '--image_dir',
    HEALTHDIAG,
    '--model_dir',
    model,
    '--steps',
    '100000000',
    '--optimizer',
    'sgd',
  ];
  const { code } = await imgdiag([...words, '--eval_step_interval', '100000000'], {
    onStderr: (text, kill) => {
      if (/Step 0: Train/.test(text)) kill('SIGINT');
    },
  });
  assert.equal(code, 130);
});

test('a cache that cannot be used costs a warning, not the run', async (t) => {
  const folder = makeFolder(t, { cache: 'a file where a folder is wanted' });
  const { code, stderr } = await retrainQuickly(
    '--image_dir',
    HEALTHDIAG,
    '--model_dir',
    path.join(folder, 'm'),
    '--bottleneck_dir',
    path.join(folder, 'cache'),
  );
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^warning: features are not cached: /m);
  assert.equal(stderr.match(/^warning: features/gm)?.length, 1);
});

test('an existing model stays as it is when a run fails', async (t) => {
  const folder = makeFolder(t, { 'empty/': '' });
  const model = path.join(folder, 'm');
  cpSync(await trainedModel(), model, { recursive: true });
  const before = bytesOf(model);
  mkdirSync(path.join(folder, 'empty', 'cats'));
  const { code } = await retrainQuickly(
    '--image_dir',
    path.join(folder, 'empty'),
    '--model_dir',
    model,
  );
  assert.equal(code, 3);
  assert.deepEqual(bytesOf(model), before);
  rmSync(model, { recursive: true });
  writeFileSync(model, 'mine');
  const refused = await retrainQuickly('--image_dir', HEALTHDIAG, '--model_dir', model);
  assert.equal(refused.code, 6);
  assert.equal(readFileSync(model, 'utf8'), 'mine');
});
