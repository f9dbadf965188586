// The short form of `npm run leak`, in a process of its own, since other tests use memory too.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';
import { ROOT } from '../helpers/run-cli.ts';
import { quartersOf } from './work.ts';

test('memory is flat over 1,200 classifications and as many extractions', (t) => {
  const words = ['--expose-gc', '--import', 'tsx', path.join(ROOT, 'test', 'leak', 'run.ts')];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...words, '--count', '1200'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const line of stdout.trimEnd().split('\n')) t.diagnostic(line);
  assert.match(stdout, /^1200 classifications: .*\n1200 extractions: /, stderr);
  assert.equal(status, 0, stdout);
});

test('quarters are means of their looks', () => {
  assert.deepEqual(quartersOf([1e6, 3e6, 2e6, 2e6, 5e6, 5e6, 0, 8e6]), [2, 2, 5, 4]);
});
