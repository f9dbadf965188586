// One reader for whatever others may have made.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { readBounded, readList, requireWithin } from '../../src/base/read-bounded.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const POSIX = process.platform === 'win32' ? 'needs a POSIX file system' : false;
const unfit = (message: RegExp) => ({ code: 'UNFIT_FILE', message });

test('when a file is regular and small enough then its bytes are read, whatever their number', async (t) => {
  const folder = makeFolder(t, { empty: '', short: 'abc' });
  assert.equal(`${await readBounded(path.join(folder, 'empty'), 0)}`, '');
  assert.equal(`${await readBounded(path.join(folder, 'short'), 3)}`, 'abc');
  const large = path.join(folder, 'large');
  truncateSync(path.join(folder, 'short'), 3);
  execFileSync('truncate', ['-s', '5000000', large]);
  assert.equal((await readBounded(large, 5e6)).length, 5e6);
  await assert.rejects(
    readBounded(path.join(folder, 'short'), 2),
    unfit(/^has 3 bytes, more than 2$/),
  );
  await assert.rejects(readBounded(path.join(folder, 'none'), 2), { code: 'ENOENT' });
});

test('when it is a pipe, a socket, a device or a folder then nobody waits', {
  skip: POSIX,
}, async (t) => {
  const folder = makeFolder(t);
  const [pipe, socket, link] = ['pipe', 'socket', 'link'].map((name) => path.join(folder, name));
  execFileSync('mkfifo', [pipe]);
  const server = createServer().listen(socket);
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  symlinkSync('/dev/zero', link);
  for (const file of [pipe, socket, link, '/dev/zero', '/dev/null']) {
    await assert.rejects(
      readBounded(file, 1e9),
      unfit(/^is a pipe or a device, not a file$/),
      file,
    );
    await assert.rejects(readList(file), unfit(/^is a pipe/), file);
  }
  await assert.rejects(readBounded(folder, 1e9), { code: 'EISDIR' });
});

test('when a file holds more than its size says, as those of /proc, then it is refused', {
  skip: !existsSync('/proc/self/environ') && 'needs /proc',
}, async () => {
  await assert.rejects(
    readBounded('/proc/self/environ', 1e9),
    unfit(/^holds more than the 0 bytes/),
  );
  const outcome = readBounded('/proc/kmsg', 1e9);
  await outcome.then(
    () => {},
    () => {},
  );
});

test("a list may be a shell's own pipe", { skip: POSIX }, () => {
  const script = `import('${path.resolve('src/base/read-bounded.ts')}').then(async ({ readList }) => process.stdout.write(await readList(process.argv[1])))`;
  const words = `node --import tsx --input-type=module -e "$SCRIPT" <(sleep 0.2; echo a; echo b)`;
  const env = { ...process.env, SCRIPT: script };
  assert.equal(execFileSync('bash', ['-c', words], { env, encoding: 'utf8' }), 'a\nb\n');
});

test('when a link leads out of the folder then it is refused, within it is not', {
  skip: POSIX,
}, async (t) => {
  const folder = makeFolder(t, { 'in/a': 'a', 'in/sub/b': 'b', out: 'c' });
  const at = (name: string) => path.join(folder, 'in', name);
  symlinkSync('../out', at('leads-out'));
  symlinkSync('sub/b', at('stays'));
  symlinkSync('in', path.join(folder, 'door'));
  await requireWithin(at('.'), at('stays'));
  await requireWithin(path.join(folder, 'door'), path.join(folder, 'door', 'a'));
  await assert.rejects(requireWithin(at('.'), at('leads-out')), unfit(/leads out/));
  assert.equal(readFileSync(at('leads-out'), 'utf8'), 'c');
});
