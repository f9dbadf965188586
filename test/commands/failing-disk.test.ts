// A disk or share that fails is told by place and code, and is no bug.

import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { failCalls } from '../helpers/failing-calls.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, trainedModel } from '../helpers/run-cli.ts';

/** A table of one row per label; its images need not be readable. */
function makeTable(t: TestContext): string {
  const cwd = makeFolder(t, { 'a.png': '', 'b.png': '' });
  writeFileSync(path.join(cwd, 't.csv'), 'path,label\na.png,a\nb.png,b\n');
  return cwd;
}

const WORDS = ['retrain', '--model_dir', 'm', '--no_report'];

for (const code of ['EIO', 'ETIMEDOUT', 'EHOSTDOWN', 'ENEVERSEEN']) {
  test(`when a folder or a table cannot be read (${code}) then retrain, check and evaluate say where`, async (t) => {
    const cwd = makeTable(t);
    let at = /healthyleg$/;
    const fail = (file: string) => (at.test(file) ? code : undefined);
    for (const call of ['readdir', 'readFile', 'stat'] as const) failCalls(t, call, fail);
    const folder = await imgdiag([...WORDS, '--image_dir', HEALTHDIAG], { cwd });
    assert.equal(folder.code, 3, folder.stderr);
    assert.match(folder.stderr, new RegExp(`^error: .*healthyleg, but .*\\(${code}\\)$`, 'm'));
    for (const [place, named] of [
      [/t\.csv$/, /t\.csv/],
      [/b\.png$/, /b\.png \(row 3 of t\.csv\)/],
    ]) {
      at = place;
      for (const words of [WORDS, ['check']]) {
        const { code: exit, stderr } = await imgdiag([...words, '--manifest', 't.csv'], { cwd });
        assert.equal(exit, 3, stderr);
        assert.match(
          stderr,
          new RegExp(`^error: expected .*${named.source}, but .*\\(${code}\\)$`, 'm'),
        );
        assert.match(stderr, /^hint: (check|connect)/m);
      }
    }
  });
}

test('when a folder below a label cannot be read for want of a disk then it is not left out', async (t) => {
  const cwd = makeFolder(t, { 'data/a/1.png': '', 'data/a/deep/2.png': '', 'data/b/1.png': '' });
  failCalls(t, 'readdir', (file) => (file.endsWith('deep') ? 'ESTALE' : undefined));
  const { code, stderr } = await imgdiag([...WORDS, '--image_dir', 'data'], { cwd });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /^error: expected a folder at data\/a\/deep, but .*\(ESTALE\)$/m);
});

test('when images cannot be read for want of a disk then no command that needs all goes on', async (t) => {
  const cwd = makeFolder(t);
  let code = '';
  failCalls(t, 'open', (file) => (/healthyleg.*jpg$/.test(file) ? code : undefined));
  for (code of ['EIO', 'ESTALE', 'ENOENT']) {
    const of = code === 'ENOENT' ? 'it is gone' : `\\(${code}\\)$`;
    for (const command of ['retrain', 'manifest']) {
      const words = [command, '--image_dir', HEALTHDIAG];
      if (command === 'retrain') words.push('--model_dir', 'm', '--no_report');
      const { code: exit, stderr } = await imgdiag(words, { cwd });
      assert.equal(exit, 3, stderr);
      assert.match(
        stderr,
        new RegExp(`^error: expected to read .*healthyleg.*jpg, but .*${of}`, 'm'),
      );
    }
  }
  assert.deepEqual(readdirSync(cwd), []);
});

test('when a disk answers again after a moment then nothing is said; classify goes on without an image', async (t) => {
  const cwd = makeFolder(t);
  for (const name of ['a.jpg', 'b.jpg']) copyFileSync(LEG005, path.join(cwd, name));
  let left = 1;
  failCalls(t, 'open', (file) => (/a\.jpg$/.test(file) && left-- > 0 ? 'EIO' : undefined));
  const words = ['classify', '--model_dir', await trainedModel(), '.'];
  const fine = await imgdiag(words, { cwd });
  assert.equal(fine.code, 0, fine.stderr);
  left = 2;
  const { code, stdout, stderr } = await imgdiag(words, { cwd });
  assert.equal(code, 3, stderr);
  assert.match(
    stderr,
    /^error: a\.jpg: the file cannot be read: the disk reported an error \(EIO\)$/m,
  );
  assert.match(stdout, /^b\.jpg\n\S.* \(score/m);
});

for (const code of ['EBUSY', 'ETIMEDOUT', 'EINVAL', 'ENEVERSEEN']) {
  test(`when a model cannot be written (${code}) then that is told, and metrics are printed`, async (t) => {
    const cwd = makeFolder(t);
    failCalls(t, 'open', (file) => (/versions.*\.tmp/.test(file) ? code : undefined));
    const words = [...WORDS, '--image_dir', HEALTHDIAG, '--l2', '0.1'];
    const { code: exit, stdout, stderr } = await imgdiag(words, { cwd });
    assert.equal(exit, 6, stderr);
    assert.match(stdout, /^Final test accuracy/m);
    assert.match(stderr, /^error: expected to write m\/versions\/.*, but .*/m);
    assert.doesNotMatch(stderr, /bug/);
  });
}

test('when a target cannot hold a name, or a file cannot be copied, then classify goes on', async (t) => {
  const cwd = makeFolder(t);
  for (const name of ['10:30.jpg', '10_30.jpg', 'b.jpg', 'no.jpg', 'z.jpg']) {
    copyFileSync(LEG005, path.join(cwd, name));
  }
  failCalls(t, 'open', (file) => {
    if (/sorted.*:/.test(file)) return 'EINVAL';
    return /sorted.*no\.jpg/.test(file) ? 'ENOSPC' : undefined;
  });
  const words = ['classify', '--model_dir', await trainedModel(), '--sort_into', 'sorted', '.'];
  const { code, stdout, stderr } = await imgdiag(words, { cwd });
  assert.equal(code, 6, stderr);
  assert.equal(stdout.match(/^\S+\.jpg$/gm)?.length, 5, stdout);
  assert.match(stderr, /^names that sorted cannot hold were changed: 10:30\.jpg is 10_30\.jpg$/m);
  assert.match(stderr, /^error: expected to write sorted.*no\.jpg, but the disk is full$/m);
  const names = readdirSync(path.join(cwd, 'sorted', 'brokenleg')).sort();
  assert.deepEqual(names, ['10_30.jpg', '10_30_2.jpg', 'b.jpg', 'z.jpg']);
});
