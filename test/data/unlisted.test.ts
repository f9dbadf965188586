// Folders without permission, seen as a user who may not list them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import { readFolderDataset } from '../../src/data/folder-dataset.ts';
import { scanFolder } from '../../src/data/scan.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { assertRejects } from '../helpers/rejects.ts';

const POSIX = process.platform === 'win32' ? 'needs POSIX permissions' : false;
const SOMEBODY = 12345;

/** Runs `work` as a user who is not root, to whom locked folders are closed. */
async function asSomebody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(SOMEBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** With folders that nobody may list, until `allow` is called. */
function makeLocked(t: TestContext, files: readonly string[], locked: readonly string[]): string {
  const folder = makeFolder(t, Object.fromEntries(files.map((file) => [file, ''])));
  chmodSync(folder, 0o755);
  for (const name of locked) chmodSync(path.join(folder, name), 0);
  return folder;
}

/** Does what a hint says. */
function allow(text: string): void {
  const [command] = /chmod (-R )?\+\w+ \S+(?<![);])/.exec(text) ?? [];
  assert.ok(command, `no chmod in: ${text}`);
  execFileSync('sh', ['-c', command]);
}

const READY = ['train/a/1.jpg', 'train/b/1.jpg', 'val/a/1.jpg', 'val/b/1.jpg'];

test('when a folder inside a label is closed then a warning names it and what to do', {
  skip: POSIX,
}, async (t) => {
  for (const [files, below] of [
    [['cats/1.jpg', 'dogs/1.jpg', 'cats/deep/private/2.jpg'], 'cats/deep/private'],
    [[...READY, 'train/a/private/2.jpg'], 'train/a/private'],
  ] as const) {
    const folder = makeLocked(t, files, [below]);
    const { notes, files: found } = await asSomebody(() => readFolderDataset(folder));
    assert.equal(found.length, files.length - 1);
    const [warning, ...others] = notes.filter(([level]) => level === 'warning');
    assert.deepEqual(others, []);
    const place = path.join(folder, below);
    assert.equal(
      warning[1],
      `left out, since it cannot be listed: ${below} (expected a folder at ${place}, but permission to read it was denied; its owner can allow it: chmod -R +rX ${place})`,
    );
    allow(warning[1]);
    const after = await asSomebody(() => readFolderDataset(folder));
    assert.equal(after.files.length, files.length);
  }
});

test('when several are closed then one warning names three of them', { skip: POSIX }, async (t) => {
  const closed = ['a', 'b', 'c', 'd'].map((name) => `cats/${name}`);
  const files = ['cats/1.jpg', 'dogs/1.jpg', ...closed.map((name) => `${name}/1.jpg`)];
  const folder = makeLocked(t, files, closed);
  const { notes } = await asSomebody(() => readFolderDataset(folder));
  assert.equal(notes.length, 1);
  assert.match(notes[0][1], /: cats\/a, cats\/b, cats\/c and 1 more \(/);
  allow(notes[0][1]);
  assert.deepEqual((await asSomebody(() => readFolderDataset(folder))).notes, []);
});

test('when the folder of a label, or of a part, is closed then the run stops', {
  skip: POSIX,
}, async (t) => {
  for (const [files, closed] of [
    [['cats/1.jpg', 'dogs/1.jpg', 'fish/1.jpg'], 'fish'],
    [READY, 'train/b'],
    [READY, 'val'],
    [[...READY, 'test/a/1.jpg'], 'test'],
  ] as const) {
    const folder = makeLocked(t, files, [closed]);
    const place = path.join(folder, closed);
    await asSomebody(() =>
      assertRejects(
        () => readFolderDataset(folder),
        EXIT.input,
        `expected a folder at ${place}, but permission to read it was denied`,
        /^its owner can allow it: chmod -R \+rX \S+$/,
      ),
    );
    allow(`chmod -R +rX ${place}`);
    assert.equal((await asSomebody(() => readFolderDataset(folder))).files.length, files.length);
  }
});

test('when nobody may pass a folder that can be listed then that one is to be opened', {
  skip: POSIX,
}, async (t) => {
  const files = ['cats/1.jpg', 'dogs/1.jpg', 'cats/a/b/2.jpg'];
  const folder = makeFolder(t, Object.fromEntries(files.map((file) => [file, ''])));
  chmodSync(folder, 0o755);
  for (const [closed, below] of [
    ['cats', 'cats/a'],
    ['', 'cats'],
  ]) {
    chmodSync(path.join(folder, closed), 0o444);
    const told = await asSomebody(() =>
      readFolderDataset(folder).then(
        ({ notes }) => notes[0][1],
        (error) => `${error.message}; ${error.hint}`,
      ),
    );
    assert.match(told, new RegExp(`/${below}, but permission to read it was denied; `));
    assert.match(told, new RegExp(`chmod \\+x ${path.join(folder, closed)}/?\\)?$`));
    allow(told);
    const { files: found } = await asSomebody(() => readFolderDataset(folder));
    assert.equal(found.length, files.length);
  }
});

test('when a closed folder is of a system, or no part of the split, then the run goes on', {
  skip: POSIX,
}, async (t) => {
  const folder = makeLocked(t, [...READY, 'extra/1.jpg', 'lost+found/1'], ['extra', 'lost+found']);
  const { files, notes } = await asSomebody(() => readFolderDataset(folder));
  assert.equal(files.length, 4);
  assert.deepEqual(
    notes.map(([level]) => level),
    ['info', 'info', 'info'],
  );
  allow(`chmod -R +rX ${folder}`);
});

test('when a folder of images to be classified is closed then it is refused', {
  skip: POSIX,
}, async (t) => {
  const folder = makeLocked(t, ['1.jpg', 'a/b/2.jpg'], ['a/b']);
  await asSomebody(() => assert.rejects(scanFolder(folder), /a\/b, but permission/));
  allow(`chmod -R +rX ${folder}`);
  assert.equal((await asSomebody(() => scanFolder(folder))).files.length, 2);
});
