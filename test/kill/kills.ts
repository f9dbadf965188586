// `kill -9` at random moments of a retrain: the old model goes on working, and the next run ends as
// if nothing had happened.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from '../../src/base/random.ts';
import { FAST } from '../helpers/fast.ts';
import { ROOT } from '../helpers/run-cli.ts';
import { filesOf, type Ground, retrain, scoresOf } from './ground.ts';

export interface KillCounts {
  /** Runs that were killed, and of those the ones that had published by then. */
  killed: number;
  published: number;
  /** Runs that were quicker than the kill. */
  finished: number;
}

/** @param count runs to kill; one that ends before its moment comes is run again */
export async function killRuns(ground: Ground, count: number, seed: number): Promise<KillCounts> {
  const random = createRandom(seed, 'kills');
  const counts: KillCounts = { killed: 0, published: 0, finished: 0 };
  const model = path.join(ground.folder, 'killed');
  const cache = path.join(ground.folder, 'killed-cache');
  while (counts.killed < count) {
    const warm = random.below(2) === 0;
    rmSync(model, { recursive: true, force: true });
    rmSync(cache, { recursive: true, force: true });
    cpSync(ground.old, model, { recursive: true });
    if (warm) cpSync(ground.cache, cache, { recursive: true });
    const after = random.uniform() * (warm ? ground.warmMs : ground.coldMs);
    const killed = await killOnce(ground, model, cache, after);
    if (killed) counts.killed++;
    else counts.finished++;
    const scores = await scoresOf(model);
    assert.ok([ground.oldScores, ground.newScores].includes(scores), `wrong scores: ${scores}`);
    if (killed && scores === ground.newScores) counts.published++;
    await retrain(ground.newWords, model, cache);
    assertSameFiles(await filesOf(model), ground.newFiles);
    assert.equal(await scoresOf(model), ground.newScores);
    const left = readdirSync(model, { recursive: true, encoding: 'utf8' });
    assert.deepEqual(
      left.filter((name) => /\.tmp-|\.lock/.test(name)),
      [],
    );
  }
  return counts;
}

/** Names what differs: the bytes themselves would fill the screen. */
function assertSameFiles(
  found: Record<string, string>,
  expected: Readonly<Record<string, string>>,
) {
  const names = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
  assert.deepEqual(
    names.filter((name) => found[name] !== expected[name]),
    [],
  );
}

/** @returns whether it was still running */
async function killOnce(
  { newWords }: Ground,
  model: string,
  cache: string,
  afterMs: number,
): Promise<boolean> {
  const places = ['--model_dir', model, '--bottleneck_dir', cache, '--extractor', FAST];
  const words = ['retrain', ...newWords, ...places];
  const child = spawn(process.execPath, [path.join(ROOT, 'bin', 'imgdiag.mjs'), ...words], {
    stdio: 'ignore',
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  const [, signal] = await once(child, 'exit');
  clearTimeout(timer);
  return signal === 'SIGKILL';
}
