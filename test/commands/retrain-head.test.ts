import assert from 'node:assert/strict';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005 } from '../helpers/run-cli.ts';
import {
  assertRefused,
  assertTellsLegsApart,
  copyLegs,
  LEG009,
  manifestOf,
  retrainLegs,
  scoresOf,
  succeed,
  treeOf,
} from '../helpers/runs.ts';

async function train(t: TestContext, ...words: string[]) {
  const model = path.join(makeFolder(t), 'm');
  const outcome = await retrainLegs(['--model_dir', model, ...words]);
  return { model, manifest: await manifestOf(model), ...outcome };
}

for (const optimizer of ['lbfgs', 'sgd', 'adam']) {
  test(`when the optimizer is ${optimizer} then it is recorded and tells the legs apart`, async (t) => {
    const { model, manifest, stderr } = await train(t, '--optimizer', optimizer);
    assert.equal(manifest.training.optimizer, optimizer);
    assert.equal(
      manifest.training.learning_rate,
      { lbfgs: null, sgd: 0.01, adam: 0.001 }[optimizer],
    );
    assert.equal(manifest.training.converged, optimizer === 'lbfgs');
    assert.equal(/^.* Step 499: Train accuracy/m.test(stderr), optimizer !== 'lbfgs');
    await assertTellsLegsApart(model);
  });
}

test('when --l2 is given then it is taken, said and recorded', async (t) => {
  const { manifest, stderr } = await train(t, '--l2', '0.7');
  assert.deepEqual([manifest.training.l2, manifest.training.l2_chosen_by], [0.7, 'given']);
  assert.equal(manifest.options.l2, 0.7);
  assert.deepEqual(manifest.training.l2_path, []);
  assert.match(stderr, /^L2 strength 0\.7, as given$/m);
});

test('when --l2 is left out then the path is recorded and its best is taken', async (t) => {
  const { manifest, stderr } = await train(t);
  const { l2, l2_path: tried, l2_chosen_by: by } = manifest.training;
  assert.equal(by, 'inner folds');
  assert.equal(manifest.options.l2, null);
  const best = Math.min(...tried.map((point) => point.log_loss));
  const chosen = tried.find((point) => point.l2 === l2);
  assert.ok(tried.length >= 8 && chosen, `${tried.length}`);
  assert.ok(chosen.log_loss <= best * 1.000_001, `${chosen.log_loss} of ${best}`);
  assert.match(stderr, new RegExp(`^L2 strength ${l2}, chosen by inner folds`, 'm'));
});

test('when there are no validation images then inner folds choose the strength', async (t) => {
  const { manifest, stderr } = await train(t, '--validation_percentage', '0');
  assert.equal(manifest.training.l2_chosen_by, 'inner folds');
  assert.match(
    stderr,
    /^L2 strength 0\.\d+, chosen by inner folds over training and validation images$/m,
  );
  assert.equal(manifest.training.fitted_on, 'training');
});

test('when there are validation images then the head is refitted with them', async (t) => {
  const { manifest } = await train(t);
  assert.equal(manifest.training.fitted_on, 'training and validation');
});

test('when L-BFGS has too few steps then it is warned of', async (t) => {
  const { manifest, stderr } = await train(t, '--steps', '2', '--l2', '0.01');
  assert.equal(manifest.training.converged, false);
  assert.match(stderr, /^warning: not converged after 2 steps; increase --steps$/m);
});

test('when labels are weighed alike then scores still hold at the training prevalence', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 8, healthyleg: 40 });
  const heads = new Set<string>();
  for (const [kind, l2] of [
    ['none', '1'],
    ['balanced', '1'],
    // So strong a penalty leaves little but the prior: what a balanced head would score 0.5.
    ['balanced', '10000'],
  ]) {
    const model = path.join(folder, `${kind}${l2}`);
    const words = ['--image_dir', images, '--model_dir', model, '--class_weights', kind];
    await succeed(['retrain', '--no_report', ...words, '--l2', l2, '--validation_percentage', '0']);
    const { prevalence, options, split, files } = await manifestOf(model);
    assert.equal(options.class_weights, kind);
    assert.equal(prevalence.source, 'training');
    const [broken, healthy] = split.images.training;
    const share = broken / (broken + healthy);
    assert.ok(share < 0.25 && Math.abs(prevalence.shares[0] - share) < 1e-9);
    heads.add(files['head/weights.bin'].sha256);
    if (l2 !== '10000') continue;
    for (const { brokenleg } of await scoresOf(model, [LEG005, LEG009])) {
      assert.ok(Math.abs(brokenleg - share) < 0.03, `${brokenleg}, expected about ${share}`);
    }
  }
  assert.equal(heads.size, 3);
});

test('when a lower prevalence is stated then scores fall by just its log-odds', async (t) => {
  const { model: plain, manifest: before } = await train(t);
  const { model, manifest } = await train(t, '--prevalence', 'brokenleg=0.05');
  assert.deepEqual(manifest.prevalence.source, 'stated');
  assert.ok(Math.abs(manifest.prevalence.shares[0] - 0.05) < 1e-12);
  assert.deepEqual(manifest.options.prevalence, ['brokenleg=0.05']);
  const [a, b] = await Promise.all([
    scoresOf(plain, [LEG005, LEG009]),
    scoresOf(model, [LEG005, LEG009]),
  ]);
  const share = before.prevalence.shares[0];
  const offset = Math.log(0.05 / 0.95) - Math.log(share / (1 - share));
  for (const [i, { brokenleg, healthyleg }] of b.entries()) {
    assert.ok(brokenleg < a[i].brokenleg, `${brokenleg}`);
    const fell = Math.log(brokenleg / healthyleg) - Math.log(a[i].brokenleg / a[i].healthyleg);
    assert.ok(Math.abs(fell - offset) < 1e-3, `${fell}, not ${offset}`);
  }
});

test('when a prevalence cannot be then it is refused, and nothing is written', async (t) => {
  const folder = makeFolder(t);
  const words = ['--image_dir', HEALTHDIAG, '--prevalence', 'nose=0.5'];
  const outcome = await imgdiag(['retrain', '--no_report', ...words], { cwd: folder });
  assertRefused(outcome, 2, /LABEL=SHARE with one of brokenleg, healthyleg, found nose=0\.5/);
  assert.deepEqual(treeOf(folder), []);
});

for (const optimizer of ['lbfgs', 'adam']) {
  test(`when there are hidden units and ${optimizer} then both engines score alike`, async (t) => {
    const words = ['--hidden_units', '8', '--optimizer', optimizer, '--l2', '0.1'];
    const { model, manifest } = await train(t, ...words);
    assert.equal(manifest.training.hidden_units, 8);
    await assertTellsLegsApart(model);
    const images = [LEG005, LEG009];
    const onnx = await scoresOf(model, images, ['--engine', 'onnx']);
    const tfjs = await scoresOf(model, images, ['--engine', 'tfjs']);
    for (const [i, { brokenleg }] of onnx.entries()) {
      assert.ok(
        Math.abs(brokenleg - tfjs[i].brokenleg) < 1e-4,
        `${brokenleg} ${tfjs[i].brokenleg}`,
      );
    }
    // An unchanged run reads the head back with its hidden layer.
    const again = await retrainLegs(['--model_dir', model, ...words]);
    assert.match(again.stderr, /^nothing has changed/m);
  });
}

test('when adam has patience then it stops early, and the last line is there', async (t) => {
  const adam = ['--optimizer', 'adam', '--learning_rate', '0.05', '--l2', '0'];
  const { model, manifest, stderr } = await train(t, ...adam, '--early_stopping_patience', '2');
  assert.equal(manifest.training.stopped_early, true);
  assert.ok(manifest.training.steps < 500);
  assert.match(stderr, new RegExp(`Step ${manifest.training.steps - 1}: Validation accuracy`));
  assert.doesNotMatch(stderr, /Step 499: /);
  await assertTellsLegsApart(model);
});

test('when there is nothing to stop early by then it is warned of', async (t) => {
  const words = ['--early_stopping_patience', '2', '--validation_percentage', '0'];
  const { stderr, manifest } = await train(t, '--optimizer', 'adam', '--steps', '30', ...words);
  assert.match(stderr, /^warning: no validation images for early stopping: all --steps are run$/m);
  assert.equal(manifest.training.steps, 30);
});

/** A temperature would undo what is looked at. */
const RAW = ['--calibration', 'none'];

test('when labels are smoothed then scores are less sure', async (t) => {
  const { model: sharp } = await train(t, '--l2', '0.001', ...RAW);
  const { model, manifest } = await train(t, '--l2', '0.001', ...RAW, '--label_smoothing', '0.3');
  assert.equal(manifest.options.label_smoothing, 0.3);
  const [[sure], [smoothed]] = [await scoresOf(sharp, [LEG005]), await scoresOf(model, [LEG005])];
  assert.ok(smoothed.brokenleg > 0.5 && smoothed.brokenleg < sure.brokenleg - 0.02);
});

test('when the rate falls by a cosine then the head differs, and the schedule is recorded', async (t) => {
  const words = ['--optimizer', 'sgd', '--l2', '0.01', '--steps', '100'];
  const { manifest: constant } = await train(t, ...words);
  const { model, manifest } = await train(t, ...words, '--learning_rate_schedule', 'cosine');
  assert.equal(manifest.options.learning_rate_schedule, 'cosine');
  assert.notEqual(
    manifest.files['head/weights.bin'].sha256,
    constant.files['head/weights.bin'].sha256,
  );
  await assertTellsLegsApart(model);
});

test('when a rate makes the training run away then it is refused, and nothing is saved', async (t) => {
  const folder = makeFolder(t);
  const sgd = ['--optimizer', 'sgd', '--learning_rate', '1e60', '--l2', '1'];
  const outcome = await imgdiag(['retrain', '--no_report', '--image_dir', HEALTHDIAG, ...sgd], {
    cwd: folder,
  });
  assert.equal(outcome.code, 2, outcome.stderr);
  assert.match(outcome.stderr, /^error: expected training to converge, .*--learning_rate 1e\+60/m);
  assert.match(outcome.stderr, /^hint: lower --learning_rate/m);
  assert.deepEqual([outcome.stdout, treeOf(folder)], ['', []]);
});
