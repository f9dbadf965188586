// Disks that refuse a call for a moment, do not know it, or fail.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { WriteError } from '../../src/base/errors.ts';
import { flushFolder, requireWritable, writeFileAtomic } from '../../src/base/files.ts';
import { renewPatience } from '../../src/base/patience.ts';
import { failCalls, failFlushes } from '../helpers/failing-calls.ts';
import { makeFolder } from '../helpers/make-folder.ts';

test('when a file that is there is open elsewhere for a moment then it is replaced all the same', async (t) => {
  renewPatience();
  const folder = makeFolder(t, { a: 'old' });
  const refusals = ['EPERM', 'EBUSY', 'EACCES'];
  failCalls(t, 'rename', () => refusals.pop());
  await writeFileAtomic(path.join(folder, 'a'), 'new', 'umask');
  assert.equal(await readFile(path.join(folder, 'a'), 'utf8'), 'new');
  assert.deepEqual(refusals, []);
  assert.deepEqual(await readdir(folder), ['a']);
});

for (const of of ['folder', 'file'] as const) {
  for (const code of ['EINVAL', 'ENOTSUP', 'ENOSYS', 'EBADF', 'EISDIR']) {
    test(`when a ${of} cannot be flushed there (${code}) then the file is written all the same`, async (t) => {
      await failFlushes(t, code, of);
      const file = path.join(makeFolder(t), 'a');
      await writeFileAtomic(file, 'text', 'umask');
      assert.equal(await readFile(file, 'utf8'), 'text');
    });
  }
  for (const code of ['EIO', 'ENOSPC', 'EDQUOT']) {
    test(`when flushing a ${of} fails (${code}) then that is told`, async (t) => {
      await failFlushes(t, code, of);
      await assert.rejects(
        writeFileAtomic(path.join(makeFolder(t), 'a'), 'text', 'umask'),
        WriteError,
      );
    });
  }
}

test('when a folder may not be opened for flushing then that is passed over, but not of a file', async (t) => {
  const folder = makeFolder(t);
  for (const code of ['EPERM', 'EACCES']) {
    await failFlushes(t, code, 'folder');
    await flushFolder(folder);
    await failFlushes(t, code, 'file');
    await assert.rejects(writeFileAtomic(path.join(folder, code), 'text', 'umask'), WriteError);
  }
  failCalls(t, 'open', () => 'EACCES');
  await flushFolder(folder);
});

test('when the file system cannot say whether it may be written then writing will tell', async (t) => {
  const folder = makeFolder(t);
  await mkdir(path.join(folder, 'a'));
  const codes = ['ENOSYS', 'ENOTSUP', 'EACCES'];
  failCalls(t, 'access', () => codes.shift());
  await requireWritable(folder);
  await requireWritable(folder);
  await assert.rejects(requireWritable(folder), WriteError);
});
