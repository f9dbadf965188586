import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import * as ort from 'onnxruntime-node';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, trainedModel } from '../helpers/run-cli.ts';
import {
  assertRefused,
  bytesOf,
  copyLegs,
  manifestOf,
  retrainLegs,
  retrainReported,
  succeed,
} from '../helpers/runs.ts';

const POSITIVE = ['--positive', 'brokenleg'];

const LOSSES = String.raw`log loss \d\.\d{4} without, \d\.\d{4} with it; calibration error \d+\.\d% without, \d+\.\d% with it`;

test('when a temperature does not help then it is 1, and the log says by how much', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const { stderr } = await retrainLegs(['--model_dir', model]);
  const on = String.raw`out-of-fold predictions \(N=66\)`;
  const line = `^temperature scaling not applied: it did not lower the log loss of ${on}; ${LOSSES}$`;
  assert.match(stderr, new RegExp(line, 'm'));
  const { calibration } = await manifestOf(model);
  assert.equal(calibration.temperature, 1);
  assert.ok((calibration.after?.log_loss ?? 0) >= (calibration.before?.log_loss ?? 1));
});

test('when a temperature helps then it is told, saved, and inside model.onnx', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  // A strong penalty: a head that is far from sure enough.
  const { stderr } = await retrainLegs(['--model_dir', model, '--l2', '10']);
  const line = String.raw`^temperature \d+\.\d{3}, fitted on out-of-fold predictions \(N=66\); `;
  assert.match(stderr, new RegExp(`${line}${LOSSES}$`, 'm'));
  const { calibration } = await manifestOf(model);
  assert.equal(calibration.fitted_on, 'out-of-fold predictions');
  assert.equal(calibration.images, 66);
  const { before, after } = calibration;
  assert.ok(calibration.temperature < 0.8, `${calibration.temperature}`);
  assert.ok((after?.log_loss ?? 1) < (before?.log_loss ?? 0));
  const session = await ort.InferenceSession.create(path.join(model, 'model.onnx'));
  const pixels = new Uint8Array(224 * 224 * 3).map((_, at) => at % 251);
  const image = new ort.Tensor('uint8', pixels, [1, 224, 224, 3]);
  const { logits, probabilities } = await session.run({ image });
  const [z0, z1] = logits.data as Float32Array;
  const expected = 1 / (1 + Math.exp((z1 - z0) / calibration.temperature));
  assert.ok(Math.abs(Number(probabilities.data[0]) - expected) < 1e-5);
  await session.release();
});

test('when calibration is switched off then the temperature is 1 and the log says so', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const { stderr } = await retrainLegs(['--model_dir', model, '--calibration', 'none']);
  assert.match(stderr, /^temperature scaling not applied: turned off by --calibration none$/m);
  const { calibration } = await manifestOf(model);
  assert.equal(calibration.method, 'none');
  assert.equal(calibration.temperature, 1);
});

test('when a label has one image only then nothing is calibrated and the log says why', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 1, healthyleg: 8 });
  const none = ['--testing_percentage', '0', '--validation_percentage', '0'];
  const words = ['retrain', '--image_dir', images, '--model_dir', path.join(folder, 'm'), ...none];
  const { stderr } = await succeed([...words, '--no_report']);
  assert.match(
    stderr,
    /^temperature scaling not applied: a label has too few independent images to hold any out$/m,
  );
});

test('when a positive label is named then its threshold is chosen, saved, and used by classify', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const target = ['--target_sensitivity', '0.9'];
  const { stdout: printed, stderr } = await retrainReported([
    ...['--model_dir', model, ...POSITIVE, ...target],
  ]);
  assert.match(
    stderr,
    /^threshold for brokenleg: 0\.\d+, chosen for a sensitivity of at least 0\.9 on out-of-fold predictions \(N=66, 34 brokenleg\): sensitivity /m,
  );
  const { operating_point: point } = await manifestOf(model);
  assert.ok(point !== null && point.sensitivity >= 0.9);
  // On test with its interval.
  assert.match(
    printed,
    /^At the threshold for brokenleg, 0\.\d+: sensitivity \d+\.\d% \(95% CI .*\), specificity /m,
  );
  const evaluation = JSON.parse(
    readFileSync(path.join(`${model}_report`, 'evaluation.json'), 'utf8'),
  );
  // What it reaches on test stands beside, with its interval.
  assert.equal(evaluation.operating_point.testing.sensitivity.interval.length, 2);
  const asked = ['classify', '--model_dir', model, LEG005];
  const { stdout } = await succeed([...asked, '--decision']);
  const line = `brokenleg: yes \\(score 0\\.\\d{5}, threshold ${point.threshold}\\)`;
  assert.match(stdout, new RegExp(`^${line}$`, 'm'));
  const [json] = JSON.parse((await succeed([...asked, '--json'])).stdout);
  assert.deepEqual(json.decision, {
    positive: 'brokenleg',
    threshold: point.threshold,
    is_positive: true,
  });
  assert.match((await succeed([...asked, '--csv'])).stdout, /,"brokenleg","false",$/m);
});

test("when no target is given then Youden's index decides", async (t) => {
  const model = path.join(makeFolder(t), 'm');
  await retrainLegs(['--model_dir', model, ...POSITIVE]);
  const { operating_point: point } = await manifestOf(model);
  assert.deepEqual([point?.rule, point?.target], ['youden', null]);
});

test('when a decision is asked of a model without a threshold then it is refused', async () => {
  const words = ['classify', '--model_dir', await trainedModel(), '--decision', LEG005];
  assertRefused(await imgdiag(words), 4, /expected a model with a threshold/);
});

for (const [what, words, code, sentence] of [
  ['a label that is not there', ['--positive', 'brokenarm'], 2, /--positive to be one of broken/],
  ['a gate that is misspelt', ['--min', 'acuracy=0.9'], 2, /--min/],
  [
    'a gate without test images',
    ['--min', 'accuracy=0.9', '--testing_percentage', '0'],
    2,
    /test images/,
  ],
] as const) {
  test(`when ${what} is given then it is refused and nothing is written`, async (t) => {
    const cwd = makeFolder(t);
    const asked = ['retrain', '--image_dir', HEALTHDIAG, ...words];
    assertRefused(await imgdiag(asked, { cwd }), code, sentence);
    assert.deepEqual(readdirSync(cwd), []);
  });
}

test('when there are fewer than 20 positives then no threshold is chosen on them', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 15, healthyleg: 30 });
  const words = ['retrain', '--image_dir', images, '--model_dir', path.join(folder, 'm')];
  assertRefused(await imgdiag([...words, ...POSITIVE]), 3, /at least 20 .*brokenleg.* found 1\d/);
  assert.equal(existsSync(path.join(folder, 'm')), false);
});

test('when a gate is missed then the exit code is 5 and the model before stays', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  await retrainLegs(['--model_dir', model]);
  const before = bytesOf(model);
  const words = ['retrain', '--image_dir', HEALTHDIAG, '--model_dir', model, '--no_report'];
  const stricter = [...words, '--l2', '10', '--min', 'log_loss=0', '--min', 'accuracy=0.5'];
  assertRefused(
    await imgdiag(stricter),
    2,
    /expected --max for log_loss \(lower is better\), found --min log_loss=0/,
  );
  const gates = ['--min', 'accuracy=0.4', '--min', 'sensitivity:healthyleg=0.5'];
  gates.push('--max', 'log_loss=0.5', '--max', 'brier=2');
  // So strong a penalty that every image gets the label commoner in training.
  const missed = await imgdiag([...words, '--l2', '1000000', ...gates]);
  assert.equal(missed.code, 5, missed.stderr);
  const sentence =
    /^error: sensitivity:healthyleg is 0\.0%, 50\.0 points below 50% \(N=8\); log_loss is \d\.\d+, 0\.\d+ above 0\.5 \(N=14\)\nhint: nothing was saved to /m;
  assert.match(missed.stderr, sentence);
  // What was measured is shown all the same.
  assert.match(
    missed.stdout,
    /^Final test accuracy = 42\.9% \(N=14\)\nBalanced .*\nMajority baseline = 57\.1%/,
  );
  assert.match(missed.stdout, /^healthyleg +8 +0\.0% /m);
  assert.deepEqual(bytesOf(model), before);
  // Unchanged models are held against their gates as well.
  const again = await imgdiag([...words, '--min', 'accuracy=0.5']);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /^nothing has changed/m);
});

test('when a model is trained then a report lies beside it, for its owner only', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const { stdout, stderr } = await retrainReported(['--model_dir', model]);
  const report = `${model}_report`;
  assert.deepEqual(readdirSync(report).sort(), [
    'evaluation.json',
    'index.html',
    'predictions.csv',
  ]);
  assert.match(stderr, /^report written to .*m_report.index\.html$/m);
  assert.match(stdout, /^brokenleg +6 +\d/m);
  // The same metrics in the model folder and beside it.
  const { version } = await manifestOf(model);
  assert.deepEqual(
    readFileSync(path.join(report, 'evaluation.json')),
    readFileSync(path.join(model, 'versions', version, 'evaluation.json')),
  );
  if (process.platform !== 'win32') {
    for (const name of readdirSync(report)) {
      assert.equal(statSync(path.join(report, name)).mode & 0o777, 0o600, name);
    }
  }
  const bytes = bytesOf(report);
  const model1 = bytesOf(model);
  const again = await retrainReported(['--model_dir', model]);
  assert.match(again.stderr, /^nothing has changed/m);
  // A report that has gone is made again, to the same bytes, and so is the model.
  rmSync(path.join(report, 'index.html'));
  await retrainReported(['--model_dir', model]);
  assert.deepEqual(bytesOf(report), bytes);
  assert.deepEqual(bytesOf(model), model1);
});

test('when images are unwanted then the page has none, and names none in the model folder', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  await retrainReported(['--model_dir', model, '--no_images']);
  const page = readFileSync(path.join(`${model}_report`, 'index.html'), 'utf8');
  assert.doesNotMatch(page, /<img|data:image/);
  for (const name of readdirSync(model, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(model, name);
    if (statSync(file).isFile())
      assert.doesNotMatch(readFileSync(file, 'latin1'), /leg1\d\d/, name);
  }
});

test('when no report is wanted then there is none', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  await retrainLegs(['--model_dir', model]);
  assert.equal(existsSync(`${model}_report`), false);
});

test("when somebody else's page lies where the report would go then it is refused, and stays", async (t) => {
  const folder = makeFolder(t, { 'site/index.html': '<h1>mine</h1>' });
  const site = path.join(folder, 'site');
  const words = ['retrain', '--image_dir', HEALTHDIAG, '--model_dir', path.join(folder, 'm')];
  const outcome = await imgdiag([...words, '--report_dir', site]);
  assertRefused(outcome, 6, /a report of imgdiag in .*site, found another page/);
  assert.equal(existsSync(path.join(folder, 'm')), false);
  assert.equal(readFileSync(path.join(site, 'index.html'), 'utf8'), '<h1>mine</h1>');
});

test('when a model without folds follows one with folds then the old table goes', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const table = path.join(`${model}_report`, 'out_of_fold.csv');
  await retrainReported(['--model_dir', model, '--folds', '2', '--no_images']);
  assert.equal(existsSync(table), true);
  await retrainReported(['--model_dir', model, '--no_images']);
  assert.equal(existsSync(table), false);
});

test('when a run is repeated in the folder of images then model and report are no labels', async (t) => {
  const folder = makeFolder(t);
  copyLegs(folder, { brokenleg: 20, healthyleg: 20 });
  const words = ['retrain', '--image_dir', '.', '--no_images'];
  await succeed(words, { cwd: folder });
  const { stderr } = await succeed([...words, '--force'], { cwd: folder });
  assert.match(stderr, /^left out, written by imgdiag: imgdiag_model, imgdiag_model_report$/m);
  assert.deepEqual((await manifestOf(path.join(folder, 'imgdiag_model'))).labels, [
    'brokenleg',
    'healthyleg',
  ]);
});
