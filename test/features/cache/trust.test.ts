// Who may read and change a cache.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { openCache } from '../../../src/features/cache/cache.ts';
import { newSegmentName } from '../../../src/features/cache/layout.ts';
import { closeCache, describeDoubt, findDoubt } from '../../../src/features/cache/trust.ts';
import { keyOf, SPACE, segmentsIn, vectorOf } from '../../helpers/cache-samples.ts';
import { makeFolder } from '../../helpers/make-folder.ts';

const options = { skip: process.platform === 'win32' && 'Windows has no modes' };
const featureSize = 8;

/** A cache with one image at `root`, made with the umask 022. @returns the folder of its space */
async function fill(root: string, isDefault = false): Promise<string> {
  const before = process.umask(0o022);
  try {
    const cache = await openCache({ root, space: SPACE, featureSize, isDefault });
    await cache.put(keyOf(0), vectorOf(0, featureSize));
    await cache.close();
    return cache.folder;
  } finally {
    process.umask(before);
  }
}

const modeOf = (place: string) => lstatSync(place).mode & 0o777;
const filesIn = (folder: string) => readdirSync(folder).map((name) => path.join(folder, name));

function makeRoot(t: TestContext, mode?: number): string {
  const root = path.join(makeFolder(t), 'above', 'cache');
  if (mode === undefined) return root;
  mkdirSync(root, { recursive: true });
  chmodSync(root, mode);
  return root;
}

test(
  'a cache is closed where it is the default, made here, or closed already',
  options,
  async (t) => {
    for (const [mode, isDefault, folders, files] of [
      [undefined, false, 0o700, 0o600],
      [undefined, true, 0o700, 0o600],
      [0o700, false, 0o700, 0o600],
      [0o755, true, 0o700, 0o600],
      [0o755, false, 0o755, 0o644],
      [0o750, false, 0o755, 0o644],
    ] as const) {
      const root = makeRoot(t, mode);
      const folder = await fill(root, isDefault);
      assert.equal(modeOf(root), isDefault ? 0o700 : (mode ?? 0o700));
      for (const place of [folder, path.dirname(folder)]) assert.equal(modeOf(place), folders);
      assert.equal(filesIn(folder).length, 2);
      for (const file of filesIn(folder)) assert.equal(modeOf(file), files, file);
      // Other things may come to lie beside it.
      if (mode === undefined) assert.notEqual(modeOf(path.dirname(root)), 0o700);
    }
  },
);

test(
  'when an older cache is closed then whole, and nothing that a link leads to',
  options,
  async (t) => {
    const root = makeRoot(t, 0o755);
    const folder = await fill(root);
    const [segment] = segmentsIn(folder);
    const elsewhere = makeFolder(t, { file: '' });
    chmodSync(elsewhere, 0o755);
    symlinkSync(elsewhere, path.join(root, 'v1', 'f'.repeat(64)));
    symlinkSync(path.join(elsewhere, 'file'), path.join(folder, newSegmentName()));
    const { mode } = lstatSync(path.join(elsewhere, 'file'));
    await closeCache(root);
    for (const place of [root, path.dirname(folder), folder]) assert.equal(modeOf(place), 0o700);
    assert.equal(modeOf(segment), 0o600);
    assert.equal(modeOf(path.join(folder, 'space.json')), 0o600);
    assert.equal(modeOf(elsewhere), 0o755);
    assert.equal(lstatSync(path.join(elsewhere, 'file')).mode, mode);
    // A missing one is none.
    await closeCache(path.join(root, 'missing'));
    assert.ok(!existsSync(path.join(root, 'missing')), 'nothing is made');
  },
);

test('whatever others can write in a cache is found', options, async (t) => {
  const root = makeRoot(t, 0o755);
  const folder = await fill(root);
  assert.equal(await findDoubt(root, folder), undefined);
  for (const place of [root, path.join(root, 'v1'), folder, ...filesIn(folder)]) {
    const mode = modeOf(place);
    chmodSync(place, mode | 0o002);
    assert.equal(await findDoubt(root, folder), `${place} can be written by other users`);
    chmodSync(place, mode);
  }
  assert.equal(await findDoubt(path.join(root, 'no'), path.join(root, 'no', 'v1')), undefined);
});

test('a file is doubted when its owner or a mode lets others write it', () => {
  const user = 1000;
  const doubt = (uid: number, gid: number, mode: number) => describeDoubt({ uid, gid, mode }, user);
  for (const mode of [0o100600, 0o100644, 0o040755]) {
    assert.equal(doubt(user, user, mode), undefined);
    assert.equal(doubt(user, 100, mode), undefined);
    assert.equal(doubt(0, 0, mode), undefined);
    assert.equal(doubt(1001, user, mode), 'belongs to another user');
  }
  const written = 'can be written by other users';
  assert.equal(doubt(user, user, 0o040777), written);
  assert.equal(doubt(0, 0, 0o041777), written);
  // A group of the user alone, and one of many.
  assert.equal(doubt(user, user, 0o040775), undefined);
  assert.equal(doubt(user, 100, 0o040775), written);
  assert.equal(doubt(0, user, 0o040775), written);
});
