import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import sharp from 'sharp';
import { makeFolder } from '../helpers/make-folder.ts';
import {
  DIAGNOSE,
  imgdiag,
  LEG005,
  ROOT,
  type RunOptions,
  trainedModel,
} from '../helpers/run-cli.ts';
import { assertRefused, copyLegs, LEG009, succeed } from '../helpers/runs.ts';

async function classify(words: readonly string[], options?: RunOptions) {
  return imgdiag(['classify', '--model_dir', await trainedModel(), ...words], options);
}

test('the image is written for its owner only; scores and stdout stay as they are', async (t) => {
  const out = path.join(makeFolder(t), 'out.png');
  const plain = await classify([LEG005]);
  const { code, stdout, stderr } = await classify([LEG005, '--explain', out]);
  assert.deepEqual([code, stdout], [0, plain.stdout]);
  assert.equal(stderr, `explanation of brokenleg written to ${out}\n`);
  const { format, width, height, exif } = await sharp(out).metadata();
  assert.deepEqual([format, width, exif], ['png', 480, undefined]);
  assert.ok(height > 480);
  if (process.platform !== 'win32') assert.equal(statSync(out).mode & 0o777, 0o600);
});

test('another label is explained on request, over an older image, and with --json', async (t) => {
  const out = path.join(makeFolder(t, { 'out.png': 'old' }), 'out.png');
  const words = [LEG005, '--json', '--explain', out, '--explain_label', 'healthyleg'];
  const { code, stdout, stderr } = await classify(words);
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout)[0].label, 'brokenleg');
  assert.equal(stderr, `explanation of healthyleg written to ${out}\n`);
  assert.equal((await sharp(out).metadata()).format, 'png');
});

test('standard input can be explained', async (t) => {
  const folder = makeFolder(t);
  const outs = [path.join(folder, 'file.png'), path.join(folder, 'stdin.png')];
  assert.equal((await classify([LEG005, '--explain', outs[0]])).code, 0);
  const input = readFileSync(LEG005);
  const { code, stderr } = await classify(['-', '--explain', outs[1]], { input });
  assert.equal(code, 0, stderr);
  assert.deepEqual(readFileSync(outs[1]), readFileSync(outs[0]));
});

test('without any fonts on the machine the same bytes come out, and nothing is warned of', async (t) => {
  const folder = makeFolder(t);
  const env = {
    FONTCONFIG_FILE: path.join(folder, 'none.conf'),
    FONTCONFIG_PATH: path.join(folder, 'none'),
    HOME: folder,
  };
  const [one, two] = ['one.png', 'two.png'].map((name) => path.join(folder, name));
  await classify([LEG005, '--explain', one]);
  const { code, stderr } = await classify([LEG005, '--explain', two], { env, spawned: true });
  assert.deepEqual([code, stderr], [0, `explanation of brokenleg written to ${two}\n`]);
  assert.deepEqual(readFileSync(two), readFileSync(one));
});

test('more than one image, a folder, or --explain_label alone are refused before any score', async (t) => {
  const folder = makeFolder(t);
  const out = path.join(folder, 'out.png');
  const explain = ['--explain', out];
  assertRefused(await classify([LEG005, LEG009, ...explain]), 2, /one image .* found 2$/);
  mkdirSync(path.join(folder, 'one'));
  cpSync(LEG005, path.join(folder, 'one', 'leg.jpg'));
  const single = path.join(folder, 'one');
  for (const given of [DIAGNOSE, single]) {
    assertRefused(await classify([given, ...explain]), 2, /one image .* found a folder$/);
  }
  assertRefused(
    await classify([LEG005, '--explain_label', 'x']),
    2,
    /expected --explain together with --explain_label/,
  );
  const unknown = await classify([LEG005, ...explain, '--explain_label', 'arm']);
  assertRefused(unknown, 2, /expected a label of the model to explain, found arm/);
  assert.match(unknown.stderr, /hint: use one of: brokenleg, healthyleg/);
  assertRefused(await classify([LEG005, '--engine', 'tfjs', ...explain]), 2, /--engine onnx/);
  assert.equal(existsSync(out), false);
});

test('the image itself is never written over', async (t) => {
  const folder = makeFolder(t);
  const leg = path.join(folder, 'leg.jpg');
  cpSync(LEG005, leg);
  assertRefused(
    await classify(['leg.jpg', '--explain', leg], { cwd: folder }),
    2,
    /a file other than/,
  );
  assert.deepEqual(readFileSync(leg), readFileSync(LEG005));
});

test('where ONNX Runtime is missing there is an error with its remedy, not an image', async (t) => {
  const out = path.join(makeFolder(t), 'out.png');
  const imports = [path.join(ROOT, 'test', 'helpers', 'without-onnx.mjs')];
  const env = { ONNX_FAILS: 'ERR_MODULE_NOT_FOUND' };
  const outcome = await classify([LEG005, '--explain', out], { imports, env });
  assertRefused(outcome, 4, /last feature map .* found @tensorflow/);
  assert.match(outcome.stderr, /hint: use --engine onnx/);
});

test('an image that cannot be read has no explanation: exit code 3, nothing written', async (t) => {
  const folder = makeFolder(t, { 'page.jpg': '<!doctype html>' });
  const out = path.join(folder, 'out.png');
  const { code, stderr } = await classify([path.join(folder, 'page.jpg'), '--explain', out]);
  assert.equal(code, 3);
  assert.doesNotMatch(stderr, /written to/);
  assert.equal(existsSync(out), false);
});

test('where nothing can be written the scores are printed, and the exit code is 6', async (t) => {
  const folder = makeFolder(t, { 'dir/': '' });
  for (const [out, reason] of [
    [path.join(folder, 'dir'), /a folder of that name is there/],
    [path.join(folder, 'missing', 'out.png'), /no folder can be found/],
    [path.join(LEG005, 'out.png'), /part of that path is a file/],
  ] as const) {
    const { code, stdout, stderr } = await classify([LEG005, '--json', '--explain', out]);
    assert.equal(code, 6, stderr);
    assert.match(stderr, reason);
    assert.match(stderr, /^hint: /m);
    assert.equal(JSON.parse(stdout).length, 1);
  }
  assert.deepEqual(readdirSync(folder), ['dir']);
  assert.deepEqual(readdirSync(path.join(folder, 'dir')), []);
});

test('labels of markup and emoji are explained, also with hidden units', async (t) => {
  const folder = makeFolder(t);
  const labels = ['a & b \u{1f9b4}', "it's <b>"];
  copyLegs(path.join(folder, 'in'), { brokenleg: 6, healthyleg: 6 });
  const names = process.platform === 'win32' ? ['a & b', "it's b"] : labels;
  for (const [k, name] of names.entries()) {
    const from = ['brokenleg', 'healthyleg'][k];
    cpSync(path.join(folder, 'in', from), path.join(folder, 'images', name), { recursive: true });
  }
  const model = path.join(folder, 'model');
  const trained = ['--image_dir', path.join(folder, 'images'), '--model_dir', model];
  await succeed(['retrain', '--hidden_units', '8', '--steps', '20', ...trained]);
  for (const name of names) {
    const out = path.join(folder, 'out.png');
    const words = [LEG005, '--explain', out, '--explain_label', name];
    const { lines } = await succeed(['classify', '--model_dir', model, ...words]);
    assert.deepEqual(lines, [`explanation of ${name} written to ${out}`, '']);
    assert.equal((await sharp(out).metadata()).format, 'png');
  }
});
