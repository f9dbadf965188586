import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { readManifest } from '../../src/model/read.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { DIAGNOSE, HEALTHDIAG, imgdiag, trainedModel } from '../helpers/run-cli.ts';
import { assertRefused, bytesOf, copyLegs, rowsOf, succeed, treeOf } from '../helpers/runs.ts';

const evaluateLegs = async (words: readonly string[], images = HEALTHDIAG) =>
  imgdiag(['evaluate', '--image_dir', images, '--model_dir', await trainedModel(), ...words]);

test('when images are evaluated then each metric has its count, interval and baseline', async (t) => {
  const folder = makeFolder(t);
  const { code, stdout, stderr } = await evaluateLegs(['--report_dir', path.join(folder, 'r')]);
  assert.equal(code, 0, stderr);
  const interval = String.raw`\(95% CI \d+\.\d% to \d+\.\d%\)`;
  assert.match(stdout, new RegExp(`^Accuracy = \\d+\\.\\d% ${interval} \\(N=80\\)$`, 'm'));
  assert.match(stdout, new RegExp(`^Balanced accuracy = \\d+\\.\\d% ${interval}$`, 'm'));
  assert.match(stdout, /^ROC AUC = [01]\.\d{3} \(95% CI /m);
  assert.match(stdout, /^Log loss = \d\.\d{3} \(95% CI /m);
  assert.match(stdout, new RegExp(`^Calibration error = \\d+\\.\\d% ${interval}$`, 'm'));
  assert.match(stdout, /^Majority baseline = 50\.0% \(N=80, always brokenleg\)$/m);
  assert.match(stdout, /^Out-of-distribution images = \d+ \(N=80, about 5% expected\)$/m);
  assert.match(stdout, /^brokenleg +40 /m);
  assert.match(stdout, /^healthyleg +40 /m);
});

test('when images are evaluated then the report folder holds page, metrics and a row per image', async (t) => {
  const report = path.join(makeFolder(t), 'r');
  const { stderr } = await evaluateLegs(['--report_dir', report]);
  assert.deepEqual(treeOf(report), ['evaluation.json', 'index.html', 'predictions.csv']);
  assert.match(stderr, /^report written to .*index\.html$/m);
  const rows = rowsOf<Record<string, string>>(
    readFileSync(path.join(report, 'predictions.csv'), 'utf8'),
  );
  assert.equal(rows.length, 80);
  const right = rows.filter(({ label, predicted }) => label === predicted).length;
  const { metrics } = JSON.parse(readFileSync(path.join(report, 'evaluation.json'), 'utf8'));
  assert.equal(metrics.correct, right);
  if (process.platform === 'win32') return;
  for (const name of treeOf(report)) {
    assert.equal(statSync(path.join(report, name)).mode & 0o777, 0o600, name);
  }
});

test('when JSON is asked for on stdout then it is nothing but JSON, and no report is no report', async (t) => {
  const cwd = makeFolder(t);
  const model = await trainedModel();
  const words = ['evaluate', '--image_dir', HEALTHDIAG, '--model_dir', model];
  const { stdout } = await succeed([...words, '--json', '-', '--no_report'], {
    cwd,
    spawned: true,
  });
  const {
    schema_version,
    labels,
    metrics,
    out_of_distribution: outOfDistribution,
  } = JSON.parse(stdout);
  assert.equal(schema_version, 2);
  assert.deepEqual(labels, ['brokenleg', 'healthyleg']);
  assert.equal(metrics.images, 80);
  assert.equal(typeof outOfDistribution, 'number');
  assert.deepEqual(treeOf(cwd), []);
  await succeed([...words, '--json', 'out/e.json', '--no_report'], { cwd });
  assert.equal(readFileSync(path.join(cwd, 'out', 'e.json'), 'utf8'), stdout);
});

test('when nothing says where then the report lies beside the model, and the model is untouched', async (t) => {
  const folder = makeFolder(t);
  const model = path.join(folder, 'm');
  cpSync(await trainedModel(), model, { recursive: true });
  const before = bytesOf(model);
  await succeed(['evaluate', '--image_dir', HEALTHDIAG, '--model_dir', model]);
  assert.deepEqual(bytesOf(model), before);
  assert.ok(readdirSync(path.join(folder, 'm_report', 'evaluate')).includes('index.html'));
});

test('when gates are met then the exit code is 0, and 5 with what is missing otherwise', async (t) => {
  const images = makeFolder(t);
  copyLegs(images, { brokenleg: 4, healthyleg: 4 });
  // One of five images bears the wrong label.
  const [wrong] = readdirSync(path.join(HEALTHDIAG, 'healthyleg')).sort().slice(10);
  cpSync(path.join(HEALTHDIAG, 'healthyleg', wrong), path.join(images, 'brokenleg', wrong));
  const gates = ['--no_report', '--min', 'accuracy=0.6', '--max', 'log_loss=5'];
  const met = await evaluateLegs(gates, images);
  assert.equal(met.code, 0, met.stderr);
  const more = ['--min', 'mcc=1', '--min', 'sensitivity:brokenleg=0.9', '--max', 'brier=0'];
  const missed = await evaluateLegs([...gates, ...more], images);
  assert.equal(missed.code, 5, missed.stderr);
  // The metrics are printed all the same.
  assert.match(missed.stdout, /^Accuracy = /m);
  const sentence =
    /^error: mcc is 0\.\d+, 0\.\d+ below 1 \(N=9\); sensitivity:brokenleg is 80\.0%, 10\.0 points below 90% \(N=5\); brier is (0\.\d+), \1 above 0 \(N=9\)$/m;
  assert.match(missed.stderr, sentence);
  assert.doesNotMatch(missed.stderr, /error: .*accuracy/);
  assert.match(missed.stderr, /^hint: /m);
});

for (const [what, gate] of [
  ['metric', 'beauty=0.9'],
  ['label', 'sensitivity:armleg=0.9'],
  ['number', 'accuracy=much'],
  ['range', 'accuracy=90'],
  ['direction', 'ece=0.1'],
] as const) {
  test(`when a gate has no such ${what} then it is refused before any work`, async () => {
    assertRefused(await evaluateLegs(['--no_report', '--min', gate]), 2, /--min/);
  });
}

test('when the folder has a label that the model lacks then it is refused and named', async (t) => {
  const images = makeFolder(t);
  copyLegs(images, { brokenleg: 3 });
  cpSync(path.join(images, 'brokenleg'), path.join(images, 'brokenarm'), { recursive: true });
  const outcome = await evaluateLegs(['--no_report'], images);
  assertRefused(outcome, 3, /labels of the model \(brokenleg, healthyleg\).* brokenarm$/);
});

test('when the folder has one label only then what can be said is said, and why the rest cannot', async (t) => {
  const images = makeFolder(t);
  copyLegs(images, { brokenleg: 5 });
  const { code, stdout, stderr } = await evaluateLegs(['--no_report'], images);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^warning: no images of healthyleg/m);
  assert.match(stdout, /^Accuracy = \d+\.\d% \(95% CI .*\) \(N=5\)$/m);
  assert.match(stdout, /^ROC AUC = undefined: /m);
  assert.doesNotMatch(stdout, /NaN|null/);
  const missed = await evaluateLegs(['--no_report', '--min', 'auc=0.5'], images);
  assert.equal(missed.code, 5);
  assert.match(missed.stderr, /^error: (roc_)?auc is undefined/m);
});

test('when a ready-made split is given then its test part is evaluated', async (t) => {
  const images = makeFolder(t);
  copyLegs(path.join(images, 'train'), { brokenleg: 4, healthyleg: 4 });
  copyLegs(path.join(images, 'test'), { brokenleg: 3, healthyleg: 3 }, 10);
  const { stdout, stderr } = await evaluateLegs(['--no_report'], images);
  assert.match(stdout, /^Accuracy = .*\(N=6\)$/m);
  assert.match(stderr, /^evaluating the 6 testing images of the given split$/m);
});

test('when groups are named then metrics count them', async () => {
  const words = ['--no_report', '--group_by', String.raw`leg(\d\d)`];
  const { stdout } = await evaluateLegs(words);
  assert.match(stdout, /^Accuracy = .*\(N=80 in \d+ groups\)$/m);
});

test('when an image cannot be read then it is named and the others are measured', async (t) => {
  const images = makeFolder(t, { 'brokenleg/notes.jpg': 'no image' });
  copyLegs(images, { brokenleg: 2, healthyleg: 2 });
  const { code, stdout, stderr } = await evaluateLegs(['--no_report'], images);
  assert.equal(code, 0);
  assert.match(stderr, /^warning: skipped brokenleg\/notes\.jpg: expected an image, found text/m);
  assert.match(stdout, /\(N=4\)$/m);
});

test('when there is no model or nothing to evaluate then it is refused', async (t) => {
  const cwd = makeFolder(t, { 'brokenleg/notes.jpg': 'no image' });
  const nowhere = ['evaluate', '--image_dir', HEALTHDIAG, '--model_dir', 'nowhere'];
  assertRefused(await imgdiag(nowhere, { cwd }), 4, /expected a model in nowhere/);
  assertRefused(await imgdiag(['evaluate'], { cwd }), 2, /--image_dir DIR or --manifest FILE/);
  const outcome = await evaluateLegs(['--no_report'], cwd);
  assert.equal(outcome.code, 3);
  assert.match(
    outcome.stderr,
    /^error: cannot use 1 of 1 files: .*; expected readable images, found none among 1$/m,
  );
});

test('when the model was trained on the images then it says so', async (t) => {
  const all = await evaluateLegs(['--no_report', '--json', '-']);
  const sentence =
    /^warning: the model was trained on 66 of these 80 images or their groups, so the metrics are optimistic$/m;
  assert.match(all.stderr, sentence);
  assert.equal(JSON.parse(all.stdout).trained_on, 66);
  // A name alone tells nothing: another image may have it.
  const images = makeFolder(t);
  copyLegs(images, { brokenleg: 3, healthyleg: 3 });
  const [name] = readdirSync(path.join(images, 'brokenleg'));
  cpSync(path.join(DIAGNOSE, 'leg005.jpg'), path.join(images, 'brokenleg', name));
  const some = await evaluateLegs(['--no_report', '--json', '-'], images);
  assert.ok(JSON.parse(some.stdout).trained_on < 6, some.stdout);
});

test('when what the model was trained on cannot be read then that is neither 0 nor silence', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  cpSync(await trainedModel(), model, { recursive: true });
  const { version } = await readManifest(model);
  const file = path.join(model, 'versions', version, 'split.json');
  const words = ['evaluate', '--model_dir', model, '--image_dir', HEALTHDIAG];
  const untold =
    /^warning: it cannot be told whether the model was trained on these images, .*split\.json/m;
  for (const damage of [() => writeFileSync(file, '{}'), () => rmSync(file)]) {
    damage();
    const json = await imgdiag([...words, '--no_report', '--json', '-']);
    assert.equal(json.code, 0, json.stderr);
    assert.equal(JSON.parse(json.stdout).trained_on, null);
    assert.match(json.stderr, untold);
  }
  const text = await imgdiag([...words, '--no_images']);
  assert.match(text.stdout, /^Images that the model was trained on = cannot be told$/m);
  const page = readFileSync(path.join(`${model}_report`, 'evaluate', 'index.html'), 'utf8');
  assert.match(page, /it cannot be told whether the model was trained on these images/);
});
