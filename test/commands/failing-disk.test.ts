// A disk or share that fails is told by place and code, and is no bug.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { failCalls } from '../helpers/failing-calls.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag } from '../helpers/run-cli.ts';

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
