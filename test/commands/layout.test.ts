// Labels or parts of a split: what each command that reads a folder says, and that its remedies work.

import assert from 'node:assert/strict';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { imgdiag, trainedModel } from '../helpers/run-cli.ts';
import { assertRefused, copyLegs, manifestOf, splitRows, succeed } from '../helpers/runs.ts';

/** Twelve different legs of each label in every part. */
function makeParts(t: TestContext, ...parts: readonly string[]): string {
  const folder = makeFolder(t);
  for (const [index, part] of parts.entries()) {
    copyLegs(path.join(folder, part), { brokenleg: 12, healthyleg: 12 }, index * 12);
  }
  return folder;
}

const inFolder = (cwd: string, ...words: readonly string[]) => imgdiag(words, { cwd });

test('when it cannot be told whether a folder is a part then every command stops, and its remedies work', async (t) => {
  const folder = makeParts(t, 'xrays/train', 'xrays/chest xray');
  const model = await trainedModel();
  const commands = [
    ['manifest'],
    ['check'],
    ['evaluate', '--no_report', '--model_dir', model],
    ['retrain', '--no_report', '--model_dir', 'm'],
  ];
  for (const command of commands) {
    const outcome = await inFolder(folder, ...command, '--image_dir', 'xrays');
    assertRefused(outcome, 3, /found train with the folders brokenleg, .*, beside chest xray$/);
    assert.match(
      outcome.stderr,
      /\nhint: give --layout split to .*, or --layout labels to .*, or --image_dir xrays\/train to/,
    );
    for (const words of [
      ['xrays', '--layout', 'split'],
      ['xrays/train'],
      // Its labels are not those of the model.
      ...(command[0] === 'evaluate' ? [] : [['xrays', '--layout', 'labels']]),
    ]) {
      await succeed([...command, '--image_dir', ...words], { cwd: folder });
    }
  }
  const { labels } = await manifestOf(path.join(folder, 'm'));
  assert.deepEqual(labels, ['chest xray', 'train']);
});

test('when a copy lies beside the parts then the split is kept, and the copy left out by name', async (t) => {
  const folder = makeParts(t, 'data/train', 'data/test', 'data/chest_xray');
  const rows = await splitRows(['--image_dir', 'data'], { cwd: folder });
  assert.deepEqual([...new Set(rows.map(({ label }) => label))], ['brokenleg', 'healthyleg']);
  assert.deepEqual([...new Set(rows.map(({ split }) => split))].sort(), ['testing', 'training']);
  const { stderr } = await inFolder(folder, 'manifest', '--image_dir', 'data');
  assert.match(stderr, /^found a ready-made split: train 24, test 24 images$/m);
  assert.match(stderr, /^left out, no part of that split: chest_xray$/m);
});

test('when a folder lies alone around the labels then the one inside is named, and works', async (t) => {
  const folder = makeParts(t, 'legs/legs');
  const model = await trainedModel();
  for (const command of [['manifest'], ['evaluate', '--no_report', '--model_dir', model]]) {
    const outcome = await inFolder(folder, ...command, '--image_dir', 'legs');
    assertRefused(outcome, 3, /found (1 \(legs\)|legs)$/);
    assert.match(
      outcome.stderr,
      /\nhint: give --image_dir legs\/legs, which holds brokenleg, healthy/,
    );
    await succeed([...command, '--image_dir', 'legs/legs'], { cwd: folder });
  }
});

test('when a table is given then a layout has no meaning and is refused', async () => {
  const words = ['manifest', '--manifest', 't.csv', '--layout', 'split'];
  assertRefused(await imgdiag(words), 2, /expected one of --layout and --manifest, found both/);
});
