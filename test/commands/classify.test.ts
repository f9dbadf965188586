import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import {
  DIAGNOSE,
  HEALTHDIAG,
  imgdiag,
  LEG005,
  ROOT,
  retrainQuickly,
  trainedModel,
} from '../helpers/run-cli.ts';
import { copyLegs } from '../helpers/runs.ts';

const LEG009 = path.join(DIAGNOSE, 'leg009.jpg');
const LINE = /^(\w+) \(score = ([01]\.\d{5})\)$/;

interface JsonPrediction {
  file: string;
  label?: string;
  score?: number;
  scores?: { label: string; score: number }[];
  error?: { code: string; message: string };
}

/** Runs classify with the model of the fixtures. */
async function classify(...words: string[]) {
  return imgdiag(['classify', '--model_dir', await trainedModel(), ...words]);
}

async function scoresOf(model: string, ...words: string[]): Promise<number[]> {
  const { code, stdout, stderr } = await imgdiag([
    'classify',
    '--model_dir',
    model,
    '--json',
    ...words,
  ]);
  assert.equal(code, 0, stderr);
  const predictions = JSON.parse(stdout) as JsonPrediction[];
  return predictions.map(
    ({ scores = [] }) => scores.find(({ label }) => label === 'brokenleg')?.score ?? Number.NaN,
  );
}

test('one image prints a score per label, best first, and nothing else', async () => {
  const { code, stdout, stderr } = await classify(LEG005);
  assert.equal(code, 0);
  assert.equal(stderr, '');
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => LINE.exec(line));
  assert.deepEqual(
    lines.map((line) => line?.[1]),
    ['brokenleg', 'healthyleg'],
  );
  const [best, other] = lines.map((line) => Number(line?.[2]));
  assert.ok(best > 0.7 && Math.abs(best + other - 1) < 2e-5);
});

for (const seed of [1, 2, 3, 4, 5]) {
  test(`leg005 is broken and leg009 healthy, each with a score over 0.7 (seed ${seed})`, async (t) => {
    const model = path.join(makeFolder(t), 'm');
    const words = [
      'retrain',
      '--no_report',
      '--image_dir',
      HEALTHDIAG,
      '--model_dir',
      model,
      '--seed',
      String(seed),
    ];
    assert.equal((await imgdiag(words)).code, 0);
    const [broken, healthy] = await scoresOf(model, LEG005, LEG009);
    assert.ok(broken > 0.7, `leg005 scored ${broken}`);
    assert.ok(1 - healthy > 0.7, `leg009 scored ${1 - healthy}`);
  });
}

test('several images print path, scores and a blank line each, in the order given', async () => {
  const { stdout } = await classify(LEG009, LEG005, '--top_k', '1');
  const [first, healthy, blank, second, broken, last, end] = stdout.split('\n');
  assert.deepEqual([first, second, blank, last, end], [LEG009, LEG005, '', '', '']);
  assert.match(healthy, /^healthyleg \(score/);
  assert.match(broken, /^brokenleg \(score/);
});

test('a folder is scored in path order, hidden and system files ignored and counted', async (t) => {
  const folder = makeFolder(t, {
    'in/.hidden.jpg': 'x',
    'in/Thumbs.db': 'x',
    'in/desktop.ini': 'x',
  });
  cpSync(LEG009, path.join(folder, 'in', 'b.jpg'));
  cpSync(LEG005, path.join(folder, 'in', 'a', 'z.jpg'));
  const { code, stdout, stderr } = await classify('--json', path.join(folder, 'in'));
  assert.equal(code, 0, stderr);
  const files = (JSON.parse(stdout) as JsonPrediction[]).map(({ file }) =>
    path.relative(folder, file),
  );
  assert.deepEqual(files, [path.join('in', 'a', 'z.jpg'), path.join('in', 'b.jpg')]);
  assert.match(stderr, /3 hidden or system files ignored/);
});

test('standard input holds one image', async () => {
  const input = readFileSync(LEG005);
  const { code, stdout } = await imgdiag(['classify', '--model_dir', await trainedModel(), '-'], {
    input,
    spawned: true,
  });
  assert.equal(code, 0);
  assert.equal(stdout, (await classify(LEG005)).stdout);
  const empty = await imgdiag(['classify', '--model_dir', await trainedModel(), '-'], {});
  assert.equal(empty.code, 3);
  assert.match(empty.stderr, /^error: -: the file is empty/m);
});

test('the environment names the model, and a flag overrides it', async (t) => {
  const env = { IMGDIAG_MODEL: await trainedModel() };
  assert.equal((await imgdiag(['classify', LEG005], { env, cwd: makeFolder(t) })).code, 0);
  assert.equal((await imgdiag(['classify', LEG005, '--model_dir', 'nowhere'], { env })).code, 4);
});

test('an unreadable image keeps its place, the others are scored, and the exit code is 3', async (t) => {
  const folder = makeFolder(t, { 'page.jpg': '<!doctype html><title>404</title>' });
  const page = path.join(folder, 'page.jpg');
  const { code, stdout, stderr } = await classify(
    '--json',
    '--top_k',
    '1',
    LEG005,
    page,
    'missing.jpg',
    LEG009,
  );
  assert.equal(code, 3);
  const [broken, unread, missing, healthy] = JSON.parse(stdout) as JsonPrediction[];
  assert.equal(broken.label, 'brokenleg');
  assert.equal(broken.score, broken.scores?.[0].score);
  assert.equal(broken.scores?.length, 1);
  assert.deepEqual(unread, {
    file: page,
    error: { code: 'image_format', message: 'expected an image, found an HTML page' },
  });
  assert.equal(missing.error?.code, 'image_missing');
  assert.equal(healthy.label, 'healthyleg');
  assert.match(stderr, /page\.jpg: expected an image, found an HTML page\nhint: /);
});

test('csv has a column per label in the model order, and quotes names that look like formulas', async (t) => {
  const folder = makeFolder(t);
  const name = '=1+1, "leg".jpg';
  cpSync(LEG005, path.join(folder, name));
  const model = await trainedModel();
  const { code, stdout } = await imgdiag(
    ['classify', '--csv', '--model_dir', model, name, 'no.jpg'],
    { cwd: folder },
  );
  assert.equal(code, 3);
  const [header, row, failed] = stdout.trimEnd().split('\n');
  assert.equal(
    header,
    'file,label,score,"score:brokenleg","score:healthyleg",decision,out_of_distribution,error',
  );
  const columns = row.replace('"\'=1+1, ""leg"".jpg",', '').split(',');
  assert.equal(columns[0], '"brokenleg"');
  assert.equal(columns[1], columns[2]);
  assert.ok(Math.abs(Number(columns[2]) + Number(columns[3]) - 1) < 1e-6, row);
  assert.equal(failed, '"no.jpg",,,,,,,"there is no such file"');
});

test('--sort_into copies each file to its label and never overwrites', async (t) => {
  const folder = makeFolder(t);
  const sorted = path.join(folder, 'sorted');
  await classify('--sort_into', sorted, LEG005, LEG009);
  await classify('--sort_into', sorted, LEG005);
  assert.deepEqual(readdirSync(sorted).sort(), ['.imgdiag_sorted', 'brokenleg', 'healthyleg']);
  assert.deepEqual(readdirSync(path.join(sorted, 'brokenleg')).sort(), [
    'leg005.jpg',
    'leg005_2.jpg',
  ]);
  assert.deepEqual(
    readFileSync(path.join(sorted, 'brokenleg', 'leg005_2.jpg')),
    readFileSync(LEG005),
  );
});

test('what was sorted into the image folder is left out, but is an image folder itself', async (t) => {
  const folder = makeFolder(t);
  copyLegs(folder, { brokenleg: 3, healthyleg: 3 });
  const sorted = path.join(folder, 'sorted');
  const again = [await classify('--sort_into', sorted, folder)];
  again.push(await classify('--sort_into', sorted, folder));
  for (const { code, stderr } of again) assert.equal(code, 0, stderr);
  assert.match(again[1].stderr, /: left out, made by classify --sort_into: sorted \(/);
  assert.equal(readdirSync(sorted, { recursive: true }).length, 1 + 2 + 12);
  const { stdout, stderr } = await imgdiag(['manifest', '--image_dir', folder]);
  assert.match(
    stderr,
    /^left out, made by classify --sort_into: sorted \(to use one, remove .*\)$/m,
  );
  assert.doesNotMatch(stdout, /sorted/);
  const itself = await imgdiag(['manifest', '--image_dir', sorted]);
  assert.equal(itself.stdout.trim().split('\n').length, 1 + 12, itself.stderr);
});

test('either engine scores what the other has saved, to 1e-4', async (t) => {
  const folder = makeFolder(t);
  const byTfjs = path.join(folder, 'tfjs');
  const words = ['--image_dir', HEALTHDIAG, '--engine', 'tfjs', '--model_dir', byTfjs];
  const { code, stderr } = await retrainQuickly(...words);
  assert.equal(code, 0, stderr);
  for (const model of [byTfjs, await trainedModel()]) {
    const onnx = await scoresOf(model, '--engine', 'onnx', DIAGNOSE);
    const tfjs = await scoresOf(model, '--engine', 'tfjs', DIAGNOSE);
    assert.equal(onnx.length, 8);
    for (const [index, score] of onnx.entries()) assert.ok(Math.abs(score - tfjs[index]) < 1e-4);
  }
});

test('without ONNX Runtime classify says so once and scores with TensorFlow.js', async () => {
  const model = await trainedModel();
  const imports = [path.join(ROOT, 'test', 'helpers', 'without-onnx.mjs')];
  const env = { ONNX_FAILS: 'ERR_MODULE_NOT_FOUND' };
  const { code, stdout, stderr } = await imgdiag(
    ['classify', '--model_dir', model, LEG005, LEG009],
    { imports, env },
  );
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^ONNX Runtime \(onnxruntime-node\) is not installed: using @tensorflow\/.*--ignore-scripts imgdiag.*\n$/,
  );
  assert.match(stdout, /brokenleg \(score = 0\.9/);
  const refused = await imgdiag(['classify', '--engine', 'onnx', '--model_dir', model, LEG005], {
    imports,
    env,
  });
  assert.equal(refused.code, 4);
});

test('many images give the same scores as each by itself', async () => {
  const model = await trainedModel();
  const files = readdirSync(path.join(HEALTHDIAG, 'brokenleg'))
    .slice(0, 20)
    .map((name) => path.join(HEALTHDIAG, 'brokenleg', name));
  const together = await scoresOf(model, ...files);
  assert.deepEqual(await scoresOf(model, files[17]), [together[17]]);
});

test('no engine leaves anything behind or reports to anybody', async (t) => {
  const cache = makeFolder(t);
  // Where it takes the machine for a build server, ONNX Runtime keeps its telemetry off by itself.
  const env = { XDG_CACHE_HOME: cache, CI: '', GITHUB_ACTIONS: '', TF_BUILD: '' };
  const { code } = await imgdiag(['classify', '--model_dir', await trainedModel(), LEG005], {
    env,
    spawned: true,
  });
  assert.equal(code, 0);
  assert.deepEqual(readdirSync(cache), []);
});
