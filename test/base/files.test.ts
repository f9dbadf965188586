import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { EXIT, WriteError } from '../../src/base/errors.ts';
import {
  ensureFolder,
  guardWrite,
  isTemporary,
  openNewFile,
  remove,
  removeEmptyFolder,
  temporaryName,
  touch,
  writeFileAtomic,
  writeFlushed,
} from '../../src/base/files.ts';
import { makeFolder } from '../helpers/make-folder.ts';

/** Asserts that `work` throws a WriteError whose sentence and hint match. */
async function assertWriteError(work: Promise<unknown>, message: RegExp, hint = /./) {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof WriteError, String(error));
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
    assert.equal(error.exitCode, EXIT.write);
    return true;
  });
}

test('when a file is written over another then only the new bytes are there', async (t) => {
  const folder = makeFolder(t, { 'a.txt': 'a much longer old text' });
  const file = path.join(folder, 'a.txt');
  await writeFileAtomic(file, 'new', 'umask');
  assert.equal(await readFile(file, 'utf8'), 'new');
  await writeFileAtomic(file, new Uint8Array([1, 2]), 'umask');
  assert.deepEqual(await readFile(file), Buffer.from([1, 2]));
  assert.deepEqual(await readdir(folder), ['a.txt']);
});

test('when writing fails half-way then the old file stays and nothing else is left', async (t) => {
  const folder = makeFolder(t, { 'a.txt': 'old' });
  const file = path.join(folder, 'a.txt');
  async function* halfWritten() {
    yield 'half of the new text';
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  }
  const write = writeFileAtomic(file, halfWritten() as unknown as string, 'umask');
  await assertWriteError(write, /^expected to write .*a\.txt, but the disk is full$/, /free some/);
  assert.equal(await readFile(file, 'utf8'), 'old');
  assert.deepEqual(await readdir(folder), ['a.txt']);
});

test('when the rename fails then the temporary file is removed', async (t) => {
  const folder = makeFolder(t, { 'taken/inside.txt': 'x' });
  await assertWriteError(
    writeFileAtomic(path.join(folder, 'taken'), 'new', 'umask'),
    /taken, but a folder of that name is there$/,
    /choose another path/,
  );
  assert.deepEqual(await readdir(folder), ['taken']);
});

test('when a file is read while it is replaced then it is always whole', async (t) => {
  const contents = ['a'.repeat(100_000), 'b'.repeat(60_000)];
  const folder = makeFolder(t, { file: contents[0] });
  const file = path.join(folder, 'file');
  let done = false;
  const writer = (async () => {
    for (let i = 1; i <= 40; i++) await writeFileAtomic(file, contents[i % 2], 'umask');
    done = true;
  })();
  const seen = new Set<string>();
  while (!done) seen.add(await readFile(file, 'utf8'));
  await writer;
  for (const text of seen) assert.ok(contents.includes(text), `${text.length} mixed bytes`);
  assert.ok(seen.size > 0);
});

test('when the path leads through a file then the sentence says so', async (t) => {
  const folder = makeFolder(t, { file: 'x' });
  const through = /but part of that path is a file, not a folder$/;
  await assertWriteError(writeFileAtomic(path.join(folder, 'file', 'b'), 'x', 'umask'), through);
  await assertWriteError(ensureFolder(path.join(folder, 'file'), 'umask'), through);
  await assertWriteError(ensureFolder(path.join(folder, 'file', 'b'), 'umask'), through);
});

test('when a name is longer than the system allows then the sentence says so', async (t) => {
  const folder = path.join(makeFolder(t), 'n'.repeat(300));
  await assertWriteError(ensureFolder(folder, 'umask'), /but the path is too long$/, /shorter/);
});

const REASONS: [code: string, what: RegExp][] = [
  ['EACCES', /permission was denied$/],
  ['EPERM', /permission was denied$/],
  ['EROFS', /the file system is read-only$/],
  ['ENOSPC', /the disk is full$/],
  ['EDQUOT', /the disk quota is used up$/],
  ['EFBIG', /the file would be larger than allowed$/],
  ['EINVAL', /the file system there refuses it$/],
  ['EIO', /the disk reported an error \(EIO\)$/],
  ['ETIMEDOUT', /the share or disk does not answer \(ETIMEDOUT\)$/],
  ['Unknown system error -116', /the share or disk does not answer \(ESTALE\)$/],
  ['EBUSY', /another program is using it \(EBUSY\)$/],
  ['ENOTRECOVERABLE', /the system refused it \(ENOTRECOVERABLE\)$/],
];
for (const [code, what] of REASONS) {
  test(`when the system says ${code} then one sentence names the target`, async () => {
    const cause = Object.assign(new Error('raw'), { code, syscall: 'open' });
    const work = guardWrite('out/model', () => Promise.reject(cause));
    await assertWriteError(work, new RegExp(`^expected to write out/model, but ${what.source}`));
    await assert.rejects(work, { cause });
  });
}

test('when something else is thrown then it passes unchanged', async () => {
  const noCall = Object.assign(new Error('no call'), { code: 'ERR_INVALID_ARG_TYPE' });
  for (const bug of [new TypeError('a bug'), noCall]) {
    await assert.rejects(
      guardWrite('x', () => Promise.reject(bug)),
      (error) => error === bug,
    );
  }
  assert.equal(await guardWrite('x', async () => 7), 7);
});

test('when a temporary name is made then it is new, hidden and recognised', () => {
  const names = Array.from({ length: 50 }, temporaryName);
  assert.equal(new Set(names).size, 50);
  assert.ok(names.every((name) => isTemporary(name) && name.startsWith('.')));
  const others = ['.tmp-', '.tmp-mine', 'tmp', `${names[0]}.jpg`, `x${names[0]}`];
  assert.deepEqual(others.filter(isTemporary), []);
});

test('when a file must be new then one that is there is not opened', async (t) => {
  const file = path.join(makeFolder(t, { a: 'old' }), 'a');
  await assert.rejects(openNewFile(file, 'umask'));
  await assert.rejects(writeFlushed(file, 'new', 'umask'));
  assert.equal(await readFile(file, 'utf8'), 'old');
});

test('when folders are removed then full ones stay unless asked for', async (t) => {
  const folder = makeFolder(t, { 'full/a': 'x' });
  const [full, bare] = ['full', 'bare'].map((name) => path.join(folder, name));
  await mkdir(bare);
  for (const target of [bare, full, path.join(folder, 'missing')]) await removeEmptyFolder(target);
  assert.deepEqual(await readdir(folder), ['full']);
  await remove(full);
  await remove(full);
  assert.deepEqual(await readdir(folder), []);
});

test('when a file is touched then it has the time asked for', async (t) => {
  const file = path.join(makeFolder(t, { file: 'text' }), 'file');
  await touch(file, 1_500_000_000_000);
  assert.equal((await stat(file)).mtimeMs, 1_500_000_000_000);
});

test('when no folder can be made then that is said, and nothing spins', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux has /proc');
  await assertWriteError(
    ensureFolder('/proc/nowhere/at/all', 'umask'),
    /nowhere.*no folder can be found/,
  );
});
