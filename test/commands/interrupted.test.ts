// Runs that are killed, damaged, or disturb each other: the short form of `npm run kill`.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readModel } from '../../src/model/read.ts';
import { type Payload, writeModel } from '../../src/model/write.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { imgdiag, LEG005 } from '../helpers/run-cli.ts';
import { damageFiles } from '../kill/damages.ts';
import { filesOf, type Ground, makeGround, retrain, scoresOf } from '../kill/ground.ts';
import { killRuns } from '../kill/kills.ts';

let ground: Ground;
before(async () => {
  ground = await makeGround(12);
});
after(() => ground.remove());

test('kill -9 leaves the old model working, and the next run ends as if nothing happened', async (t) => {
  t.diagnostic(JSON.stringify(await killRuns(ground, 3, 7)));
});

test('damage to any file is refused or mended, and never gives a wrong score', async (t) => {
  const counts = await damageFiles(ground, 40, 7);
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.refused >= 8 && counts.recomputed >= 1, JSON.stringify(counts));
});

test('two runs at once on one cache and one model folder both end well', async (t) => {
  const folder = makeFolder(t);
  const model = path.join(folder, 'm');
  const cache = path.join(folder, 'c');
  const train = (to: string, spawned?: boolean) => retrain(ground.newWords, to, cache, spawned);
  cpSync(ground.old, model, { recursive: true });
  await Promise.all([train(model, true), train(model, true)]);
  assert.deepEqual(await filesOf(model), ground.newFiles);
  const apart = path.join(folder, 'apart');
  cpSync(ground.old, apart, { recursive: true });
  await train(apart);
  assert.deepEqual(await filesOf(apart), ground.newFiles);
});

test('while a model is replaced 50 times every reader gets one model or the other', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const fresh = path.join(ground.folder, 'new');
  cpSync(ground.old, model, { recursive: true });
  const sources = await Promise.all(
    [ground.old, fresh].map((folder) => readModel(folder, FILE_NAMES)),
  );
  let done = false;
  const writing = (async () => {
    for (let time = 1; time <= 50; time++) {
      const { manifest, files } = sources[time % 2];
      await writeModel(model, Object.fromEntries(files) as unknown as Payload, manifest);
    }
  })().finally(() => {
    done = true;
  });
  const expected = [await scoresOf(ground.old, LEG005), await scoresOf(fresh, LEG005)];
  const seen = new Set<string>();
  let reads = 0;
  const byProgram = imgdiag(['classify', '--model_dir', model, LEG005], { spawned: true });
  while (!done) {
    seen.add(await scoresOf(model, LEG005));
    reads++;
  }
  await writing;
  for (const scores of seen) assert.ok(expected.includes(scores), scores);
  const { code, stderr } = await byProgram;
  assert.equal(code, 0, stderr);
  t.diagnostic(`${reads} reads`);
});

/** A file system of 700 kB, less than a model. */
function mountSmall(folder: string): boolean {
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('when the disk is full then metrics are printed, one sentence says so, and no half model is left', async (t) => {
  const disk = path.join(makeFolder(t), 'disk');
  if (!mountSmall(disk)) return t.skip('only root may mount a small file system');
  try {
    const model = path.join(disk, 'm');
    const words = [
      'retrain',
      ...ground.newWords,
      '--bottleneck_dir',
      ground.cache,
      '--model_dir',
      model,
    ];
    const { code, stdout, stderr } = await imgdiag(words);
    assert.equal(code, 6, stderr);
    assert.match(stderr, /^error: expected to write .*, but the disk is full\nhint: free some/m);
    assert.match(stdout, /^Final test accuracy = /m);
    assert.doesNotMatch(stderr, /model saved/);
    assert.equal(existsSync(path.join(model, 'manifest.json')), false);
    // The cache alone fits, or is done without.
    const elsewhere = path.join(disk, '..', 'm');
    const full = ['retrain', ...ground.newWords, '--bottleneck_dir', path.join(disk, 'c')];
    execFileSync('dd', ['if=/dev/zero', `of=${path.join(disk, 'filler')}`, 'bs=1k', 'count=680'], {
      stdio: 'ignore',
    });
    const cached = await imgdiag([...full, '--model_dir', elsewhere]);
    assert.equal(cached.code, 0, cached.stderr);
    assert.match(cached.stderr, /^warning: features are not cached: .*the disk is full/m);
  } finally {
    execFileSync('umount', [disk]);
  }
});
