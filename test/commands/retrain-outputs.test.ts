import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { loadDecoder } from '../../src/images/decode.ts';
import { openSession } from '../../src/network/onnx/session.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, trainedModel } from '../helpers/run-cli.ts';
import {
  assertRefused,
  assertTellsLegsApart,
  bytesOf,
  copyLegs,
  manifestOf,
  retrainLegs,
  rowsOf,
  scoresOf,
  splitRows,
  succeed,
  treeOf,
} from '../helpers/runs.ts';
import { readEvents } from '../helpers/tfrecords.ts';

/** What a single ONNX file, opened by itself, makes of leg005. */
async function scoresOfFile(file: string, model: string, output: string): Promise<number[]> {
  const { preprocessing } = await manifestOf(model);
  const decoder = await loadDecoder();
  const session = await openSession(readFileSync(file));
  try {
    const pixels = await decoder.decode(readFileSync(LEG005), preprocessing);
    return [...(await session.run(pixels, 1, [output]))[output].data];
  } finally {
    await session.dispose();
  }
}

test('when --output_graph and --output_labels are given then file and labels do what classify does', async (t) => {
  const folder = makeFolder(t);
  const model = path.join(folder, 'm');
  const graph = path.join(folder, 'out', 'graph.onnx');
  const labels = path.join(folder, 'out', 'labels.txt');
  const words = ['--output_graph', graph, '--output_labels', labels];
  await retrainLegs(['--model_dir', model, ...words, '--final_tensor_name', 'final_result']);
  assert.equal(readFileSync(labels, 'utf8'), 'brokenleg\nhealthyleg\n');
  const [{ brokenleg, healthyleg }] = await scoresOf(model, [LEG005]);
  assert.deepEqual(await scoresOfFile(graph, model, 'final_result'), [brokenleg, healthyleg]);
  await assert.rejects(scoresOfFile(graph, model, 'probabilities'), /probabilities/);
  const plain = path.join(folder, 'plain.onnx');
  await retrainLegs(['--model_dir', model, '--output_graph', plain]);
  assert.deepEqual(readFileSync(plain), readFileSync(path.join(model, 'model.onnx')));
});

for (const name of ['logits', 'image', 'embedding', 'feature_map']) {
  test(`when --final_tensor_name is "${name}" then it is refused before any work`, async (t) => {
    const folder = makeFolder(t);
    const words = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, '--output_graph', 'g.onnx'];
    const outcome = await imgdiag([...words, '--final_tensor_name', name], { cwd: folder });
    assertRefused(outcome, 2, /an unused name for --final_tensor_name, found/);
    assert.deepEqual(treeOf(folder), []);
  });
}

test('when --saved_model_dir is given then it is a second whole model', async (t) => {
  const folder = makeFolder(t);
  const [model, second] = [path.join(folder, 'm'), path.join(folder, 'deep', 'second')];
  await retrainLegs(['--model_dir', model, '--saved_model_dir', second]);
  assert.deepEqual(bytesOf(second), bytesOf(model));
  await assertTellsLegsApart(second);
});

test('when somebody else keeps files in --saved_model_dir then nothing is trained', async (t) => {
  const folder = makeFolder(t, { 'theirs/thesis.txt': 'mine' });
  const words = [
    'retrain',
    '--no_report',
    '--image_dir',
    HEALTHDIAG,
    '--saved_model_dir',
    'theirs',
  ];
  assertRefused(await imgdiag(words, { cwd: folder }), 6, /found thesis\.txt/);
  assert.deepEqual(treeOf(folder), ['theirs', path.join('theirs', 'thesis.txt')]);
});

test('when --print_misclassified_test_images is given then exactly the wrong ones are listed', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 20, healthyleg: 20 });
  const table = await splitRows(['--image_dir', images]);
  const victim = table.find(({ split, label }) => split === 'testing' && label === 'brokenleg');
  assert.ok(victim);
  // A healthy leg under the other label is what a head gets wrong.
  const [healthy] = readdirSync(path.join(HEALTHDIAG, 'healthyleg')).slice(-1);
  cpSync(path.join(HEALTHDIAG, 'healthyleg', healthy), path.join(images, victim.path));
  const model = path.join(folder, 'm');
  const words = ['retrain', '--no_report', '--image_dir', images, '--model_dir', model];
  const { stdout } = await succeed([...words, '--print_misclassified_test_images']);
  const lines = stdout.trimEnd().split('\n');
  const end = lines.findIndex((line) => line.startsWith('label '));
  const at = lines.indexOf('=== MISCLASSIFIED TEST IMAGES ===');
  assert.ok(at > 0, stdout);
  const { testing } = (await manifestOf(model)).evaluation;
  assert.ok(testing);
  assert.equal(end - at - 1, testing.images - testing.correct);
  assert.ok(lines.includes(`${victim.path}  healthyleg`), stdout);
  const again = await succeed([...words, '--print_misclassified_test_images']);
  assert.equal(again.stdout, stdout);
});

test("when retrain.py's batch sizes are given then no metric depends on them", async (t) => {
  const folder = makeFolder(t);
  const [one, two] = [path.join(folder, 'one'), path.join(folder, 'two')];
  await retrainLegs(['--model_dir', one, '--test_batch_size', '-1', '--validation_batch_size=-1']);
  await retrainLegs(['--model_dir', two, '--test_batch_size', '7', '--validation_batch_size', '1']);
  assert.deepEqual(bytesOf(two), bytesOf(one));
  const words = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, '--test_batch_size', '-2'];
  assertRefused(await imgdiag(words, { cwd: folder }), 2, /--test_batch_size .* -1, found -2/);
});

test('when intermediate networks are wanted then each is stored at its step, and scores', async (t) => {
  const folder = makeFolder(t);
  const model = path.join(folder, 'm');
  const graphs = path.join(folder, 'graphs');
  const every = ['--intermediate_store_frequency', '20', '--intermediate_output_graphs_dir'];
  const sgd = ['--optimizer', 'sgd', '--steps', '60', '--l2', '0.01'];
  await retrainLegs(['--model_dir', model, ...sgd, ...every, graphs]);
  assert.deepEqual(treeOf(graphs), ['intermediate_20.onnx', 'intermediate_40.onnx']);
  const early = await scoresOfFile(
    path.join(graphs, 'intermediate_20.onnx'),
    model,
    'probabilities',
  );
  const late = await scoresOfFile(
    path.join(graphs, 'intermediate_40.onnx'),
    model,
    'probabilities',
  );
  assert.ok(early[0] > 0.5, `leg005 after 20 steps: ${early}`);
  assert.ok(late[0] > early[0], `${late} should be surer than ${early}`);
});

for (const [level, warned] of [
  ['WARN', true],
  ['ERROR', false],
] as const) {
  test(`when --logging_verbosity is ${level} then stderr holds ${warned ? 'warnings only' : 'nothing'}`, async (t) => {
    const folder = makeFolder(t);
    const images = path.join(folder, 'images');
    copyLegs(images, { brokenleg: 12, healthyleg: 20 });
    const words = [
      'retrain',
      '--no_report',
      '--image_dir',
      images,
      '--model_dir',
      path.join(folder, 'm'),
    ];
    const { stdout, stderr } = await succeed([...words, '--logging_verbosity', level]);
    assert.match(stdout, /^Final test accuracy = /m);
    assert.equal(/^warning: label brokenleg has only 12 images/m.test(stderr), warned, stderr);
    assert.equal(/^(?!warning: )./m.test(stderr), false, stderr);
  });
}

test('when --summaries_dir is given then both event files decode to the logged steps', async (t) => {
  const folder = makeFolder(t);
  const logs = path.join(folder, 'logs');
  const model = path.join(folder, 'm');
  const sgd = ['--optimizer', 'sgd', '--steps', '25', '--l2', '0.01'];
  const { stderr } = await retrainLegs(['--model_dir', model, ...sgd, '--summaries_dir', logs]);
  const read = (set: string) => {
    const names = readdirSync(path.join(logs, set));
    assert.deepEqual(names.length, 1);
    return readEvents(readFileSync(path.join(logs, set, names[0])));
  };
  const [training, validation] = [read('train'), read('validation')];
  assert.deepEqual(
    training.map(({ step }) => step),
    [0, 10, 20, 24],
  );
  assert.deepEqual(
    validation.map(({ step }) => step),
    [0, 10, 20, 24],
  );
  for (const { step, scalars } of training) {
    const line = new RegExp(`Step ${step}: Cross entropy = (\\S+)`).exec(stderr);
    assert.ok(Math.abs(scalars.cross_entropy - Number(line?.[1])) < 1e-6, `step ${step}`);
    assert.ok(scalars.accuracy >= 0 && scalars.accuracy <= 1);
  }
  for (const { histograms } of training) {
    assert.deepEqual(histograms, ['layer_1/weights', 'layer_1/bias']);
  }
  assert.ok(validation.every(({ scalars }) => 'accuracy' in scalars && 'cross_entropy' in scalars));
});

test('when a file or folder stands where an output is to be then it is said before any work', async (t) => {
  const folder = makeFolder(t, { file: 'mine', 'folder/': '' });
  const before = treeOf(folder);
  for (const [option, target, found] of [
    ['--output_graph', 'folder', 'folder'],
    ['--output_labels', 'folder', 'folder'],
    ['--summaries_dir', 'file', 'file'],
    ['--report_dir', 'file', 'file'],
  ]) {
    const words = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, option, target];
    const outcome = await imgdiag(words, { cwd: folder });
    assertRefused(outcome, 6, new RegExp(`at ${target} \\(${option}\\), found a ${found}`));
  }
  assert.deepEqual(treeOf(folder), before);
});

test('when the model folder is written with a slash then its report lies beside it all the same', async (t) => {
  const folder = makeFolder(t);
  await retrainLegs(['--model_dir', 'm/', '--folds', '2'], { cwd: folder });
  assert.ok(existsSync(path.join(folder, 'm_report', 'out_of_fold.csv')));
  const rows = rowsOf(readFileSync(path.join(folder, 'm_report', 'out_of_fold.csv'), 'utf8'));
  assert.equal(rows.length, 66);
  assert.deepEqual(
    readdirSync(path.join(folder, 'm')).sort(),
    readdirSync(await trainedModel()).sort(),
  );
});
