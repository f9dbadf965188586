// What cannot be written costs nothing of what was computed: it is printed, and the program ends with 6.

import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, trainedModel } from '../helpers/run-cli.ts';
import { bytesOf, succeed } from '../helpers/runs.ts';

/** What only shows when the page is written, and what shows before. */
const TAKEN = {
  'r/index.html/': '',
  'e.json/.keep': '',
  taken: 'a file where a folder is wanted',
  untaken_report: 'another',
};
const REFUSED =
  /^error: expected to write r\/index\.html, but a folder of that name is there\nhint: \S.*$/m;

test('when the report of a training cannot be written then metrics are printed and the model is saved', async (t) => {
  const cwd = makeFolder(t, TAKEN);
  const words = ['retrain', '--image_dir', HEALTHDIAG, '--l2', '0.1', '--model_dir'];
  const { stdout } = await succeed([...words, 'whole'], { cwd });
  const outcome = await imgdiag([...words, 'm', '--report_dir', 'r'], { cwd });
  assert.equal(outcome.code, 6, outcome.stderr);
  assert.equal(outcome.stdout, stdout);
  assert.match(outcome.stderr, REFUSED);
  assert.match(outcome.stderr, /^model saved to m;/m);
  assert.doesNotMatch(outcome.stderr, /^report written/m);
  assert.deepEqual(bytesOf(path.join(cwd, 'm')), bytesOf(path.join(cwd, 'whole')));
});

test('when the model itself cannot be written then metrics are printed, and no model is promised', async (t) => {
  const cwd = makeFolder(t);
  const words = ['retrain', '--image_dir', HEALTHDIAG, '--no_report', '--model_dir', 'm'];
  const outcome = await imgdiag(words, {
    cwd,
    onStderr(text) {
      if (/Step 0: Train/.test(text)) writeFileSync(path.join(cwd, 'm'), 'in the way');
    },
  });
  assert.equal(outcome.code, 6, outcome.stderr);
  assert.match(outcome.stdout, /^Final test accuracy = /m);
  assert.match(outcome.stderr, /^error: expected .* m\b.*\nhint: \S.*\n$/m);
  assert.doesNotMatch(outcome.stderr, /model saved/);
});

test('when what evaluate writes cannot be written then metrics are printed, and a missed gate comes first', async (t) => {
  const cwd = makeFolder(t, TAKEN);
  const model = await trainedModel();
  const words = ['evaluate', '--image_dir', HEALTHDIAG, '--model_dir', model];
  const { stdout } = await succeed([...words, '--no_report'], { cwd });
  const places = ['--report_dir', 'r'];
  const outcome = await imgdiag([...words, ...places], { cwd });
  assert.equal(outcome.code, 6, outcome.stderr);
  assert.equal(outcome.stdout, stdout);
  assert.match(outcome.stderr, REFUSED);
  const missed = await imgdiag([...words, ...places, '--max', 'log_loss=0'], { cwd });
  assert.equal(missed.code, 5, missed.stderr);
  assert.equal(missed.stdout, stdout);
  assert.match(missed.stderr, REFUSED);
  assert.match(missed.stderr, /^error: log_loss is /m);
});

test('when what was asked for cannot be written then nothing is measured first', async (t) => {
  const cwd = makeFolder(t, TAKEN);
  const model = await trainedModel();
  const data = ['--image_dir', HEALTHDIAG];
  const evaluate = ['evaluate', '--model_dir', model, ...data];
  for (const words of [
    [...evaluate, '--report_dir', 'taken/r'],
    [...evaluate, '--no_report', '--json', 'taken/e.json'],
    [...evaluate, '--no_report', '--json', 'e.json'],
    ['check', ...data, '--json', 'taken/e.json'],
    ['retrain', ...data, '--report_dir', 'taken'],
    ['retrain', ...data, '--no_report', '--output_labels', 'taken/l.txt'],
    ['retrain', ...data, '--no_report', '--summaries_dir', 'taken/s'],
    ['retrain', ...data, '--no_report', '--folds', '3', '--model_dir', 'untaken'],
  ]) {
    const { code, stdout, stderr } = await imgdiag(words, { cwd });
    assert.deepEqual([code, stdout], [6, ''], words.join(' '));
    assert.match(stderr, /^error: expected to write .*(taken|e\.json).*\nhint: .*\n$/);
  }
});

test('when nobody asked for the report that cannot be written then a warning says so, and gates decide', async (t) => {
  const cwd = makeFolder(t, { m_report: 'a file where the report would be' });
  cpSync(await trainedModel(), path.join(cwd, 'm'), { recursive: true });
  const words = ['--image_dir', HEALTHDIAG, '--model_dir', 'm'];
  const warning = /^warning: no report: expected to write .*m_report.*--report_dir/m;
  for (const [gate, code] of [
    ['log_loss=9', 0],
    ['log_loss=0', 5],
  ] as const) {
    const outcome = await imgdiag(['evaluate', ...words, '--max', gate], { cwd });
    assert.equal(outcome.code, code, outcome.stderr);
    assert.match(outcome.stderr, warning);
    assert.match(outcome.stdout, /^Accuracy = /);
  }
  const trained = await imgdiag(['retrain', ...words, '--force', '--l2', '0.1'], { cwd });
  assert.equal(trained.code, 0, trained.stderr);
  assert.match(trained.stderr, warning);
  const folds = await imgdiag(['retrain', ...words, '--folds', '2'], { cwd });
  assert.deepEqual([folds.code, folds.stdout], [6, ''], 'out-of-fold predictions were asked for');
});
