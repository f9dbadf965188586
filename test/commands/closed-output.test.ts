// Standard output whose reader goes away: what is written and how the program ends do not depend on it.

import assert from 'node:assert/strict';
import { copyFileSync, cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, type RunOptions, trainedModel } from '../helpers/run-cli.ts';
import { bytesOf } from '../helpers/runs.ts';

const READERS: readonly RunOptions[] = [
  {},
  { readerGoes: 'at once' },
  { readerGoes: 'after a line' },
];

/** Ten legs a label, in `legs`. @param swapped with the labels of the other */
function legs(t: TestContext, swapped = false): string {
  const folder = makeFolder(t);
  for (const [label, other] of [LABELS, [...LABELS].reverse()]) {
    for (const name of readdirSync(path.join(HEALTHDIAG, label)).slice(0, 10)) {
      const target = path.join(folder, 'legs', swapped ? other : label, name);
      cpSync(path.join(HEALTHDIAG, label, name), target);
    }
  }
  return folder;
}

/** Runs the words beside legs of their own per reader; each must end alike and leave the same files. */
async function assertAlike(
  code: number,
  words: readonly string[],
  prepare: () => string,
): Promise<Record<string, string>> {
  const left: Record<string, string>[] = [];
  for (const reader of READERS) {
    const cwd = prepare();
    const outcome = await imgdiag(words, { cwd, ...reader });
    assert.equal(outcome.code, code, `${JSON.stringify(reader)}: ${outcome.stderr}`);
    left.push(bytesOf(cwd));
  }
  assert.deepEqual(left.slice(1), [left[0], left[0]]);
  return left[0];
}

const LABELS = ['brokenleg', 'healthyleg'];
const WHOLE_REPORT = ['evaluation.json', 'index.html', 'predictions.csv'];

test('when nobody reads what retrain prints then model, tables and report are there, and it ends with 0', async (t) => {
  const words = [
    'retrain',
    '--image_dir',
    'legs',
    '--model_dir',
    'm',
    '--folds',
    '2',
    '--l2',
    '0.1',
  ];
  const files = await assertAlike(0, words, () => legs(t));
  for (const name of ['manifest.json', 'model.onnx']) assert.ok(path.join('m', name) in files);
  for (const name of [...WHOLE_REPORT, 'out_of_fold.csv']) {
    assert.ok(path.join('m_report', name) in files, name);
  }
});

test('when nobody reads what a missed gate prints then it ends with 5, of retrain and of evaluate', async (t) => {
  const data = ['--image_dir', 'legs', '--min', 'balanced_accuracy=1'];
  const fit = ['--l2', '1e9', '--model_dir', 'm'];
  const files = await assertAlike(5, ['retrain', ...data, ...fit], () => legs(t));
  assert.ok(Object.keys(files).every((name) => name.startsWith('legs')));

  const places = ['--model_dir', await trainedModel(), '--json', 'e.json', '--report_dir', 'r'];
  const gate = ['--image_dir', 'legs', '--min', 'accuracy=0.9'];
  const written = await assertAlike(5, ['evaluate', ...places, ...gate], () => legs(t, true));
  for (const name of WHOLE_REPORT) assert.ok(path.join('r', name) in written, name);
  assert.ok('e.json' in written);
});

test('when nobody reads what check prints then its JSON is there', async (t) => {
  const words = ['check', '--image_dir', 'legs', '--json', 'found.json'];
  assert.ok('found.json' in (await assertAlike(0, words, () => legs(t))));
});

/** Many copies of a leg, and what is no image before or behind them. */
function manyLegs(folder: string, notes: string): string {
  const images = path.join(folder, 'images');
  const many = makeMany(images);
  copyFileSync(path.join(folder, 'notes.txt'), path.join(images, notes));
  assert.equal(readdirSync(images).length, many + 1);
  return images;
}

function makeMany(images: string, count = 200): number {
  for (let i = 0; i < count; i++) cpSync(LEG005, path.join(images, `leg${i}.jpg`));
  return count;
}

test('when nobody reads what classify prints then it stops, with the code that it has by then', async (t) => {
  const model = await trainedModel();
  for (const [notes, code] of [
    ['zz.txt', 0],
    ['aa.txt', 3],
  ] as const) {
    const images = manyLegs(makeFolder(t, { 'notes.txt': 'no image' }), notes);
    const words = ['classify', '--model_dir', model, images];
    for (const format of code === 0 ? [[], ['--json'], ['--csv']] : [[]]) {
      const reader = { readerGoes: 'at once' } as const;
      const outcome = await imgdiag([...words, ...format], reader);
      // What is no image and comes last is never reached.
      assert.equal(outcome.code, code, `${format} ${outcome.stderr}`);
    }
  }
});

test('when nobody reads but classify sorts then every file is copied', async (t) => {
  const model = await trainedModel();
  const folder = makeFolder(t, { 'notes.txt': 'no image' });
  const images = manyLegs(folder, 'zz.txt');
  const sorted = path.join(folder, 'sorted');
  const words = ['classify', '--model_dir', model, images, '--sort_into', sorted];
  const outcome = await imgdiag(words, { readerGoes: 'at once' });
  assert.equal(outcome.code, 3, outcome.stderr);
  assert.equal(readdirSync(path.join(sorted, 'brokenleg')).length, 200);
});

test('when the copies of classify cannot be written then all scores are printed, and it ends with 6', async (t) => {
  const folder = makeFolder(t, { taken: 'a file in the way' });
  const words = ['classify', '--json', '--model_dir', await trainedModel(), LEG005, LEG005];
  const outcome = await imgdiag([...words, '--sort_into', path.join(folder, 'taken')]);
  assert.equal(outcome.code, 6);
  assert.equal(JSON.parse(outcome.stdout).length, 2);
  assert.match(outcome.stderr, /^error: expected to write .*taken.*\nhint: [^\n]*\n$/);
});
