import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, ROOT, trainedModel } from '../helpers/run-cli.ts';
import {
  assertRefused,
  copyLegs,
  LEG009,
  manifestOf,
  retrainLegs,
  scoresOf,
  succeed,
  treeOf,
} from '../helpers/runs.ts';

/** Almost no training: what is scored is where it began. */
const NUDGE = ['--optimizer', 'sgd', '--steps', '1', '--learning_rate', '1e-9', '--l2', '0'];

test('when all labels match then training begins at the old head', async (t) => {
  const folder = makeFolder(t);
  const [begun, cold] = [path.join(folder, 'begun'), path.join(folder, 'cold')];
  const old = await trainedModel();
  const { stderr } = await retrainLegs(['--model_dir', begun, '--init_from', old, ...NUDGE]);
  await retrainLegs(['--model_dir', cold, ...NUDGE]);
  const { version } = await manifestOf(old);
  assert.equal((await manifestOf(begun)).training.init_from, version);
  assert.equal((await manifestOf(cold)).training.init_from, null);
  const line = `training starts from the head of model ${version}; known labels: brokenleg, healthyleg`;
  assert.ok(stderr.split('\n').includes(line), stderr);
  const images = [LEG005, LEG009];
  const [was, is, from0] = await Promise.all([old, begun, cold].map((m) => scoresOf(m, images)));
  for (const [i, { brokenleg }] of was.entries()) {
    assert.ok(Math.abs(is[i].brokenleg - brokenleg) < 1e-3, `${is[i].brokenleg} ${brokenleg}`);
    assert.ok(Math.abs(from0[i].brokenleg - 0.5) < 0.05, `${from0[i].brokenleg}`);
  }
});

test('when some labels match then those are known and the other begins anew', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 20, healthyleg: 12 });
  copyLegs(path.join(folder, 'more'), { healthyleg: 12 }, 20);
  cpSync(path.join(folder, 'more', 'healthyleg'), path.join(images, 'a-third'), {
    recursive: true,
  });
  const model = path.join(folder, 'm');
  const words = ['retrain', '--no_report', '--image_dir', images, '--model_dir', model];
  const { stderr } = await succeed([...words, '--init_from', await trainedModel(), ...NUDGE]);
  assert.match(stderr, /known labels: brokenleg, healthyleg; new labels: a-third$/m);
  assert.deepEqual((await manifestOf(model)).labels, ['a-third', 'brokenleg', 'healthyleg']);
  // By name, not by place: leg005 is broken and leg009 healthy from the first step on.
  const [broken, healthy] = await scoresOf(model, [LEG005, LEG009]);
  assert.ok(broken.brokenleg > broken.healthyleg && broken.brokenleg > broken['a-third']);
  assert.ok(healthy.healthyleg > healthy.brokenleg);
  await succeed([...words, '--init_from', await trainedModel()]);
  const again = await succeed([...words, '--init_from', await trainedModel()]);
  assert.match(again.stderr, /^nothing has changed/m);
});

test('when no label matches, or there are hidden units, then the start is refused', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  for (const [from, to] of [
    ['brokenleg', 'x'],
    ['healthyleg', 'y'],
  ]) {
    cpSync(path.join(HEALTHDIAG, from), path.join(images, to), { recursive: true });
  }
  await retrainLegs(['--model_dir', 'hidden', '--hidden_units', '4', '--l2', '0.1'], {
    cwd: folder,
  });
  const before = treeOf(folder);
  const refuse = async (words: string[], code: number, sentence: RegExp) => {
    const outcome = await imgdiag(['retrain', '--no_report', '--model_dir', 'm', ...words], {
      cwd: folder,
    });
    assertRefused(outcome, code, sentence);
  };
  const model = await trainedModel();
  const known = /one of the labels x, y in .*, found brokenleg, healthyleg/;
  await refuse(['--image_dir', images, '--init_from', model], 4, known);
  const legs = ['--image_dir', HEALTHDIAG, '--init_from'];
  await refuse([...legs, 'hidden'], 4, /a head without hidden units in hidden, found 4/);
  await refuse(
    [...legs, model, '--hidden_units', '4'],
    2,
    /one of --init_from and --hidden_units, found both/,
  );
  await refuse([...legs, 'nowhere'], 4, /a model in nowhere/);
  assert.deepEqual(treeOf(folder), before);
});

test('when the old head stands on another extractor then the start is refused', async (t) => {
  const folder = makeFolder(t);
  const extractor = path.join(folder, 'extractor');
  cpSync(path.join(ROOT, 'models', 'mobilenet_v1_025_224'), extractor, { recursive: true });
  // The lowest bit of one weight makes it another network.
  const weights = readdirSync(extractor).filter((name) => /shard|\.bin$/.test(name))[0];
  const bytes = readFileSync(path.join(extractor, weights));
  bytes[bytes.length / 2 - ((bytes.length / 2) % 4)] ^= 1;
  writeFileSync(path.join(extractor, weights), bytes);
  const spec = {
    schema_version: 1,
    id: 'own_network',
    image_size: 224,
    input_range: [0, 1],
    embedding_node: 'module_apply_default/MobilenetV1/Logits/global_pool',
    feature_size: 256,
    licence: 'Apache-2.0',
    source: 'a test',
  };
  writeFileSync(path.join(extractor, 'extractor.json'), JSON.stringify(spec));
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 6, healthyleg: 6 });
  const other = path.join(folder, 'other');
  const words = ['retrain', '--no_report', '--image_dir', images, '--l2', '0.1', '--model_dir'];
  await succeed([...words, other, '--extractor', extractor]);
  const outcome = await imgdiag([...words, path.join(folder, 'm'), '--init_from', other]);
  assertRefused(outcome, 4, /a model with the same extractor in .*other, found own_network/);
});
