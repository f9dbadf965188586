// What cannot be written costs nothing of what was computed: it is printed, and the program ends with 6.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, trainedModel } from '../helpers/run-cli.ts';
import { bytesOf, succeed } from '../helpers/runs.ts';

const TAKEN = { taken: 'a file where a folder is wanted' };
const REFUSED = /^error: expected to write taken.*\nhint: \S.*$/m;

test('when the report of a training cannot be written then metrics are printed and the model is saved', async (t) => {
  const cwd = makeFolder(t, TAKEN);
  const words = ['retrain', '--image_dir', HEALTHDIAG, '--l2', '0.1', '--model_dir'];
  const { stdout } = await succeed([...words, 'whole'], { cwd });
  const outcome = await imgdiag([...words, 'm', '--report_dir', 'taken/r'], { cwd });
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
  const places = ['--report_dir', 'taken/r', '--json', 'taken/e.json'];
  const outcome = await imgdiag([...words, ...places], { cwd });
  assert.equal(outcome.code, 6, outcome.stderr);
  assert.equal(outcome.stdout, stdout);
  assert.equal(outcome.stderr.match(/^error: expected to write taken/gm)?.length, 2);
  const missed = await imgdiag([...words, ...places, '--max', 'log_loss=0'], { cwd });
  assert.equal(missed.code, 5, missed.stderr);
  assert.equal(missed.stdout, stdout);
  assert.match(missed.stderr, REFUSED);
  assert.match(missed.stderr, /^error: log_loss is /m);
});
