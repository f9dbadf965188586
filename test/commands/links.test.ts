// --follow_links, through the command line.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, trainedModel } from '../helpers/run-cli.ts';

const LEFT_OUT =
  /^warning: .*links to folders outside the folder, which are left out: 1, e\.g\. .*far \(--follow_links enters them\)$/m;
const USED = /^(.*: )?links to folders outside the folder, which are used: 1, e\.g\. .*far$/m;

/** Drawn legs in `data`, with a deeper link out of it. */
function makeLinked(t: TestContext): string {
  const cwd = makeFolder(t);
  cpSync(HEALTHDIAG, path.join(cwd, 'data'), { recursive: true });
  mkdirSync(path.join(cwd, 'far'));
  cpSync(LEG005, path.join(cwd, 'far', 'leg.jpg'));
  symlinkSync('../../far', path.join(cwd, 'data', 'brokenleg', 'far'));
  return cwd;
}

test('when links lead out of the image folder then commands enter them only with --follow_links', async (t) => {
  const cwd = makeLinked(t);
  const model = ['--model_dir', await trainedModel()];
  const commands = [
    ['manifest', '--image_dir', 'data'],
    ['evaluate', '--no_report', ...model, '--image_dir', 'data'],
    ['check', '--image_dir', 'data'],
    ['classify', ...model, 'data/brokenleg'],
  ];
  for (const words of commands) {
    const plain = await imgdiag(words, { cwd });
    assert.equal(plain.code, 0, plain.stderr);
    assert.match(plain.stderr, LEFT_OUT);
    assert.doesNotMatch(plain.stderr + plain.stdout, /far\/leg/);
    const followed = await imgdiag([...words, '--follow_links'], { cwd });
    assert.equal(followed.code, 0, followed.stderr);
    assert.match(followed.stderr, USED);
    assert.doesNotMatch(followed.stderr, LEFT_OUT);
  }
});

test('when a model was trained with --follow_links then --like does not take it', async (t) => {
  const cwd = makeLinked(t);
  const words = ['retrain', '--image_dir', 'data', '--no_report', '--l2', '0.1'];
  const first = await imgdiag([...words, '--follow_links', '--model_dir', 'm'], { cwd });
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, USED);
  const like = await imgdiag([...words, '--like', 'm', '--model_dir', 'n'], { cwd });
  assert.equal(like.code, 0, like.stderr);
  assert.match(like.stderr, LEFT_OUT);
});

test('when a table names the images then --follow_links is refused', async (t) => {
  const cwd = makeLinked(t);
  const { code, stderr } = await imgdiag(['check', '--manifest', 't.csv', '--follow_links'], {
    cwd,
  });
  assert.equal(code, 2, stderr);
  assert.match(stderr, /^error: expected one of --follow_links and --manifest/m);
});
