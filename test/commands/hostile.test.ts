// Places and streams that would hang or crash a careless program.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { type Manifest, versionOf } from '../../src/model/manifest.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, retrainQuickly, trainedModel } from '../helpers/run-cli.ts';
import { assertRefused, bytesOf } from '../helpers/runs.ts';

const LINUX = process.platform === 'linux' ? false : 'needs Linux';

test('a pipe or a device given as an image is refused, not waited for', {
  skip: LINUX,
}, async (t) => {
  const pipe = path.join(makeFolder(t), 'pipe.jpg');
  execFileSync('mkfifo', [pipe]);
  for (const file of [pipe, '/dev/zero']) {
    const { code, stderr } = await imgdiag(
      ['classify', '--model_dir', await trainedModel(), file],
      { spawned: true },
    );
    assert.equal(code, 3);
    assert.match(stderr, /^error: .*: it is a pipe or a device, not a file\nhint: /);
  }
});

test('when nobody sends standard input then Ctrl-C still ends it', { skip: LINUX }, async () => {
  const { code, stderr } = await imgdiag(['classify', '--model_dir', await trainedModel(), '-'], {
    keepStdinOpen: true,
    signalAfter: 1000,
  });
  assert.equal(code, 130, stderr);
  assert.match(stderr, /^stopped; /);
});

test('when a thread sits in a read that never returns then a signal ends the program all the same', {
  skip: LINUX,
}, async (t) => {
  const folder = makeFolder(t);
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const stuck = path.join(folder, 'stuck.mjs');
  writeFileSync(
    stuck,
    `import { open } from 'node:fs/promises';\nopen(${JSON.stringify(pipe)});\n`,
  );
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    let sent = 0;
    const words = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, '--steps', '100000000'];
    const more = ['--optimizer', 'sgd', '--eval_step_interval', '100000000'];
    const stopped = await imgdiag([...words, ...more], {
      cwd: folder,
      imports: [stuck],
      onStderr(text, kill) {
        if (sent > 0 || !/Step 0: Train/.test(text)) return;
        sent = performance.now();
        kill(signal);
      },
    });
    assert.equal(stopped.code, code, stopped.stderr);
    assert.equal(stopped.stderr.match(/^stopped; /gm)?.length, 1, stopped.stderr);
    assert.ok(performance.now() - sent < 2500, 'it takes two seconds at most');
  }
});

test('when standard output is full then one sentence says so', { skip: LINUX }, async () => {
  const { code, stderr } = await imgdiag(['info', await trainedModel()], { stdout: '/dev/full' });
  assert.equal(code, 6);
  assert.match(stderr, /^error: expected to write to standard output \(ENOSPC\)\nhint: .*\n$/);
});

/** The trained model with other labels: its hashes agree, as a stranger could make them. */
async function plantLabels(folder: string, labels: string[]): Promise<void> {
  cpSync(await trainedModel(), folder, { recursive: true });
  const file = path.join(folder, 'manifest.json');
  const { version: old, ...content } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const planted = { ...content, labels };
  const version = versionOf(planted);
  renameSync(path.join(folder, 'versions', old), path.join(folder, 'versions', version));
  writeFileSync(file, JSON.stringify({ ...planted, version }));
}

test('labels of a planted model never lead --sort_into out of its folder', async (t) => {
  const folder = makeFolder(t);
  const words = ['classify', '--model_dir', 'm', '--sort_into', 'a/b/sorted', LEG005];
  for (const label of ['../../outside', '..', '/tmp/imgdiag-outside', '..\\outside', 'a\0b']) {
    const place = path.join(folder, String(readdirSync(folder).length));
    await plantLabels(path.join(place, 'm'), [label, 'healthyleg']);
    const { code, stdout, stderr } = await imgdiag(words, { cwd: place });
    assert.equal(code, 4, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /^error: expected an imgdiag model in .* \(labels\.0: expected labels /);
    assert.deepEqual(readdirSync(place), ['m']);
  }
  // Not because it was planted.
  await plantLabels(path.join(folder, 'm'), ['CON', 'a:b']);
  const { code, stdout, stderr } = await imgdiag(words, { cwd: folder });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^CON \(score = 0\.9/);
  assert.match(stderr, /^Windows does not allow .*: label CON in CON_, label a:b in a_b_\n$/);
  assert.deepEqual(readdirSync(path.join(folder, 'a/b/sorted'), { recursive: true }).sort(), [
    '.imgdiag_sorted',
    'CON_',
    path.join('CON_', 'leg005.jpg'),
  ]);
});

test('nothing else is written into the model folder', async (t) => {
  const folder = makeFolder(t);
  const places = [
    '--output_graph=m/x.onnx',
    '--report_dir=m',
    '--bottleneck_dir=m/cache',
    '--saved_model_dir=m/m',
  ];
  for (const place of places) {
    const words = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, '--model_dir', 'm', place];
    const { code, stderr } = await imgdiag(words, { cwd: folder });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^error: expected --\w+ outside the model folder m, found m/);
  }
  assert.equal(existsSync(path.join(folder, 'm')), false);
  const beside = await retrainQuickly(
    '--image_dir',
    HEALTHDIAG,
    '--model_dir',
    path.join(folder, 'm'),
    '--report_dir',
    path.join(folder, 'm_tables'),
  );
  assert.equal(beside.code, 0, beside.stderr);
});

test('no command writes into the model folder', async () => {
  const model = await trainedModel();
  const inside = path.join(model, 'x');
  const before = bytesOf(model);
  for (const words of [
    ['evaluate', '--image_dir', HEALTHDIAG, '--report_dir', inside],
    ['evaluate', '--image_dir', HEALTHDIAG, '--json', path.join(inside, 'e.json')],
    ['classify', LEG005, '--explain', `${inside}.png`],
    ['classify', LEG005, '--sort_into', inside],
  ]) {
    const sentence = /outside the model folder/;
    assertRefused(await imgdiag([...words, '--model_dir', model]), 2, sentence);
  }
  assert.deepEqual(bytesOf(model), before);
});

test('no command writes into the model folder by another name of it', async (t) => {
  const cwd = makeFolder(t, { 'm/': '', 'data/': '' });
  symlinkSync('m', path.join(cwd, 'link'));
  symlinkSync('m/versions', path.join(cwd, 'm_report'));
  mkdirSync(path.join(cwd, 'm', 'versions'));
  for (const words of [
    ['retrain', '--image_dir', 'data', '--report_dir', 'link/r'],
    ['retrain', '--image_dir', 'data', '--no_report', '--summaries_dir', 'link/r'],
    // Where nobody says, the report is beside the model: by a link, it is not.
    ['retrain', '--image_dir', 'data'],
    ['evaluate', '--image_dir', 'data', '--json', 'link/e.json', '--no_report'],
    ['classify', LEG005, '--sort_into', 'link/sorted'],
  ]) {
    const outcome = await imgdiag([...words, '--model_dir', 'm'], { cwd });
    assertRefused(outcome, 2, /outside the model folder m, found/);
  }
});

test('an empty value is refused where an unset variable would give one', async () => {
  for (const option of ['--model_dir', '--image_dir', '--summaries_dir']) {
    const { code, stderr } = await imgdiag([
      'retrain',
      '--no_report',
      '--image_dir',
      HEALTHDIAG,
      option,
      '',
    ]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, new RegExp(`^error: expected a value for ${option}, found an empty one`));
  }
});

test('options of retrain.py that change nothing here are told', async (t) => {
  const words = ['--image_dir', HEALTHDIAG, '--model_dir', path.join(makeFolder(t), 'm')];
  const { stderr } = await retrainQuickly(
    ...words,
    '--learning_rate',
    '0.1',
    '--train_batch_size',
    '50',
  );
  assert.match(stderr, /^--learning_rate has no effect with L-BFGS/m);
  assert.match(stderr, /^--train_batch_size has no effect with L-BFGS/m);
  const refused = await imgdiag([
    'retrain',
    '--no_report',
    '--image_dir',
    HEALTHDIAG,
    '--checkpoint_path',
    LEG005,
  ]);
  assert.match(refused.stderr, /hint: leave it out/);
  const address = await imgdiag([
    'retrain',
    '--no_report',
    '--image_dir',
    HEALTHDIAG,
    '--tfhub_module',
    'https://tfhub.dev/x',
  ]);
  assert.equal(address.code, 2);
  assert.match(
    address.stderr,
    /found the address https:\/\/tfhub\.dev\/x\nhint: .*--extractor PATH/,
  );
});
