import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { forgeModel } from '../helpers/forge-model.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { DIAGNOSE, HEALTHDIAG, imgdiag } from '../helpers/run-cli.ts';
import {
  assertRefused,
  assertTellsLegsApart,
  bytesOf,
  copyLegs,
  manifestOf,
  retrainLegs,
  succeed,
  treeOf,
} from '../helpers/runs.ts';

test('when nothing has changed then it says so, with the metrics, and leaves every byte', async (t) => {
  const folder = makeFolder(t);
  const words = ['--model_dir', 'm', '--folds', '2', '--l2', '0.1'];
  const first = await retrainLegs(words, { cwd: folder });
  const before = bytesOf(folder);
  const again = await retrainLegs(words, { cwd: folder });
  assert.equal(again.stdout, first.stdout);
  assert.match(again.stderr, /^80 images: 80 cached, 0 computed$/m);
  assert.match(again.stderr, /^nothing has changed since m was saved; --force trains anyway$/m);
  assert.doesNotMatch(again.stderr, /Step |model saved/);
  assert.deepEqual(bytesOf(folder), before);
  const forced = await retrainLegs([...words, '--force'], { cwd: folder });
  assert.match(forced.stderr, /Step 0: /);
  assert.match(forced.stderr, /^model saved to m;/m);
  assert.equal(forced.stdout, first.stdout);
  assert.deepEqual(bytesOf(folder), before);
});

test('when nothing has changed then outputs are written all the same, and what is not is said', async (t) => {
  const folder = makeFolder(t);
  const words = ['--model_dir', 'm', '--l2', '0.1'];
  await retrainLegs(words, { cwd: folder });
  const outputs = [
    '--output_graph',
    'g.onnx',
    '--output_labels',
    'l.txt',
    '--saved_model_dir',
    's',
  ];
  const logs = ['--summaries_dir', 'logs'];
  const { stderr } = await retrainLegs([...words, ...outputs, ...logs], { cwd: folder });
  assert.match(
    stderr,
    /^nothing has changed .*; --force trains anyway, and writes --summaries_dir$/m,
  );
  const bytes = bytesOf(folder);
  assert.equal(bytes['g.onnx'], bytes[path.join('m', 'model.onnx')]);
  assert.equal(bytes['l.txt'], bytes[path.join('m', 'labels.txt')]);
  assert.deepEqual(bytesOf(path.join(folder, 's')), bytesOf(path.join(folder, 'm')));
  assert.equal(
    Object.keys(bytes).some((name) => name.startsWith('logs')),
    false,
  );
});

test('when an image is renamed, added or changed, or an option is, then it trains again', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 15, healthyleg: 15 });
  const words = [
    'retrain',
    '--no_report',
    '--image_dir',
    images,
    '--model_dir',
    path.join(folder, 'm'),
  ];
  const run = async (...more: string[]) =>
    /^nothing has changed/m.test((await succeed([...words, '--l2', '0.1', ...more])).stderr);
  assert.equal(await run(), false);
  assert.equal(await run(), true);
  const [name] = treeOf(path.join(images, 'brokenleg'));
  renameSync(path.join(images, 'brokenleg', name), path.join(images, 'brokenleg', 'other.jpg'));
  assert.equal(await run(), false);
  cpSync(path.join(DIAGNOSE, 'leg009.jpg'), path.join(images, 'healthyleg', 'new.jpg'));
  assert.equal(await run(), false);
  assert.equal(await run(), true);
  cpSync(path.join(DIAGNOSE, 'leg010.jpg'), path.join(images, 'healthyleg', 'new.jpg'));
  assert.equal(await run(), false);
  assert.equal(await run('--label_smoothing', '0.1'), false);
  assert.equal(await run('--label_smoothing', '0.1', '--logging_verbosity', 'DEBUG'), true);
});

test('when a label is added then only its images are computed, and old ones stay in their splits', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 10, healthyleg: 10 });
  const words = [
    'retrain',
    '--no_report',
    '--image_dir',
    images,
    '--model_dir',
    path.join(folder, 'm'),
  ];
  const cache = ['--l2', '0.1', '--bottleneck_dir', path.join(folder, 'cache')];
  await succeed([...words, ...cache]);
  const before = (await manifestOf(path.join(folder, 'm'))).split.images;
  copyLegs(path.join(folder, 'more'), { brokenleg: 6 }, 30);
  mkdirSync(path.join(images, 'third'));
  cpSync(path.join(folder, 'more', 'brokenleg'), path.join(images, 'third'), { recursive: true });
  const { stderr } = await succeed([...words, ...cache]);
  assert.match(stderr, /^26 images: 20 cached, 6 computed$/m);
  const { labels, split } = await manifestOf(path.join(folder, 'm'));
  assert.deepEqual(labels, ['brokenleg', 'healthyleg', 'third']);
  for (const set of ['training', 'validation', 'testing'] as const) {
    assert.deepEqual(split.images[set].slice(0, 2), before[set]);
    assert.ok(split.images[set][2] > 0);
  }
});

test('when --like names a model then its options are repeated, and one beside it wins', async (t) => {
  const folder = makeFolder(t);
  const [first, second, third] = ['a', 'b', 'c'].map((name) => path.join(folder, name));
  const words = ['--optimizer', 'adam', '--steps', '40', '--seed', '3', '--flip_left_right'];
  const more = ['--augment_copies', '1', '--prevalence', 'brokenleg=0.2', '--image_size', '128'];
  await retrainLegs(['--model_dir', first, ...words, ...more, '--group_by', String.raw`leg(\d\d)`]);
  const { stderr } = await retrainLegs(['--model_dir', second, '--like', first]);
  assert.match(
    stderr,
    /^options of \S+: --group_by 'leg\(.*\)' .* --extractor mobilenet_v1_025_224 .*--flip_left_right .*--steps 40 .*--prevalence brokenleg=0\.2/m,
  );
  assert.deepEqual(bytesOf(second), bytesOf(first));
  const won = ['--steps', '50', '--prevalence', 'brokenleg=0.3'];
  await retrainLegs(['--model_dir', third, '--like', first, ...won]);
  const [old, now] = [(await manifestOf(first)).options, (await manifestOf(third)).options];
  assert.deepEqual(now, { ...old, steps: 50, prevalence: ['brokenleg=0.3'] });
});

test('when --like names an L-BFGS model then another optimizer takes its own rate', async (t) => {
  const folder = makeFolder(t);
  const [first, second] = [path.join(folder, 'a'), path.join(folder, 'b')];
  await retrainLegs(['--model_dir', first, '--l2', '0.1']);
  await retrainLegs(['--model_dir', second, '--like', first, '--optimizer', 'adam']);
  assert.equal((await manifestOf(second)).training.learning_rate, 0.001);
});

test('when the model of --like names an extractor that is not included then only the user may give one', async (t) => {
  const folder = makeFolder(t);
  const model = path.join(folder, 'a');
  await retrainLegs(['--model_dir', model]);
  const words = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, '--like', model];
  mkdirSync(path.join(folder, 'evil'));
  for (const extractor of ['evil', './evil', '/etc']) {
    await forgeModel(model, ({ options }) => void Object.assign(options, { extractor }));
    const refused = await imgdiag(words, { cwd: folder });
    const found = new RegExp(`an extractor that is included .* found ${extractor}$`, 'm');
    assertRefused(refused, 2, found);
  }
  const given = await imgdiag([...words, '--extractor', 'mobilenet_0.25_224'], { cwd: folder });
  assert.equal(given.code, 0, given.stderr);
  assert.doesNotMatch(given.stderr, /^options of .*--extractor/m);
});

test('when --like names no model then it is refused', async (t) => {
  const words = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, '--like', 'nowhere'];
  assertRefused(await imgdiag(words, { cwd: makeFolder(t) }), 4, /a model in nowhere/);
});

test('when two runs begin afresh then model and report are the same byte for byte', async (t) => {
  const folder = makeFolder(t);
  const words = ['--folds', '3', '--flip_left_right', '--augment_copies', '1'];
  for (const name of ['one', 'two']) {
    const places = ['--model_dir', name, '--bottleneck_dir', `cache-${name}`];
    await retrainLegs([...places, '--report_dir', `${name}-report`, ...words], {
      cwd: folder,
      spawned: name === 'two',
    });
  }
  const [one, two] = ['one', 'two'].map((name) => bytesOf(path.join(folder, name)));
  assert.ok(Object.keys(one).length >= 10);
  assert.deepEqual(two, one);
  const tables = ['one', 'two'].map((name) => bytesOf(path.join(folder, `${name}-report`)));
  assert.deepEqual(tables[1], tables[0]);
  await assertTellsLegsApart(path.join(folder, 'one'));
});
