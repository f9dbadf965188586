import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { copyWithoutOverwriting } from '../../src/base/copy.ts';
import { InputError, WriteError } from '../../src/base/errors.ts';
import { failCalls } from '../helpers/failing-calls.ts';
import { makeFolder } from '../helpers/make-folder.ts';

test('when a copy would overwrite then it is numbered before its extension', async (t) => {
  const folder = makeFolder(t, { 'source.jpg': 'new', 'out/leg.jpg': 'old' });
  const out = path.join(folder, 'out');
  const copy = (name: string) =>
    copyWithoutOverwriting(path.join(folder, 'source.jpg'), out, [name]).then((file) =>
      path.relative(out, file),
    );
  assert.equal(await copy('leg.jpg'), 'leg_2.jpg');
  assert.equal(await copy('leg.jpg'), 'leg_3.jpg');
  assert.equal(await copy('a.tar.gz'), 'a.tar.gz');
  assert.equal(await copy('a.tar.gz'), 'a.tar_2.gz');
  assert.equal(await copy('bare'), 'bare');
  assert.equal(await copy('bare'), 'bare_2');
  assert.equal(await readFile(path.join(out, 'leg.jpg'), 'utf8'), 'old');
  assert.equal(await readFile(path.join(out, 'leg_3.jpg'), 'utf8'), 'new');
});

test('when many copies of one name are made at once then each gets its own', async (t) => {
  const folder = makeFolder(t, { source: 'x' });
  const out = path.join(folder, 'made', 'here');
  const copies = Array.from({ length: 10 }, () =>
    copyWithoutOverwriting(path.join(folder, 'source'), out, ['x.png']),
  );
  assert.equal(new Set(await Promise.all(copies)).size, 10);
  assert.equal((await readdir(out)).length, 10);
});

test('when the target cannot hold a name then the next one is tried, and numbered as well', async (t) => {
  const folder = makeFolder(t, { source: 'x'.repeat(3_000_000), 'out/a_b': 'old' });
  const out = path.join(folder, 'out');
  const source = path.join(folder, 'source');
  let code = '';
  failCalls(t, 'open', (file) => (file.includes(':') ? code : undefined));
  for (code of ['EINVAL', 'EILSEQ', 'ENOENT', 'EPERM']) {
    assert.equal(
      await copyWithoutOverwriting(source, out, [`${code}:`, code]),
      path.join(out, code),
    );
    assert.deepEqual(await readFile(path.join(out, code)), await readFile(source));
  }
  assert.equal(await copyWithoutOverwriting(source, out, ['a:b', 'a_b']), path.join(out, 'a_b_2'));
  await assert.rejects(
    copyWithoutOverwriting(source, out, ['a:b', 'c:d']),
    (error) =>
      error instanceof WriteError && /expected to write .*out.a:b, but/.test(error.message),
  );
});

test('when a file is copied then by reading and writing, with its mode', async (t) => {
  const folder = makeFolder(t, { source: 'x' });
  const source = path.join(folder, 'source');
  await chmod(source, 0o600);
  const copy = await copyWithoutOverwriting(source, path.join(folder, 'out'), ['copy']);
  if (process.platform !== 'win32') assert.equal((await stat(copy)).mode & 0o777, 0o600);
});

test('when the source has gone then that is told, and nothing is left', async (t) => {
  const folder = makeFolder(t, { 'folder/': '' });
  for (const name of ['gone', 'folder']) {
    const copied = copyWithoutOverwriting(path.join(folder, name), path.join(folder, 'out'), ['a']);
    await assert.rejects(
      copied,
      (error) => error instanceof InputError && error.message.includes(`${name}, but it can no `),
    );
  }
  assert.deepEqual(await readdir(folder), ['folder']);
});
