import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WriteError } from '../../src/base/errors.ts';
import { LOCK_TIMES, withLock } from '../../src/base/lock.ts';
import { newOwner, type Owner } from '../../src/base/lock-owner.ts';
import { renewPatience } from '../../src/base/patience.ts';
import { failCalls } from '../helpers/failing-calls.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const contender = path.join(import.meta.dirname, '..', 'helpers', 'make-lock-contender.ts');

/** Content of a lock of another owner. */
const ownedBy = async (changes: Partial<Owner> = {}) =>
  JSON.stringify({ ...(await newOwner()), ...changes });

/** Long enough for several attempts (one each 20 ms); a slow machine makes the test weaker only. */
const SEVERAL_ATTEMPTS = 150;

const QUICK: typeof LOCK_TIMES = { ...LOCK_TIMES, refreshEvery: 30, unchangedFor: 300 };

/** Process id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'close');
  return child.pid as number;
}

/** Runs `count` workers under one lock and gives how many were inside at once, at most. */
async function mostInside(file: string, count: number): Promise<number> {
  let inside = 0;
  let most = 0;
  let finished = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await sleep(2);
    inside--;
    finished++;
  };
  await Promise.all(Array.from({ length: count }, () => withLock(file, work)));
  assert.equal(finished, count);
  return most;
}

test('when many ask at once in one process then one works at a time and none is lost', async (t) => {
  const folder = makeFolder(t);
  assert.equal(await mostInside(path.join(folder, '.lock'), 12), 1);
  assert.deepEqual(await readdir(folder), []);
});

test('when two processes share a counter under the lock then no addition is lost', async (t) => {
  const folder = makeFolder(t, { counter: '0' });
  const children = [1, 2].map(() =>
    spawn(process.execPath, ['--import', 'tsx', contender, folder, '30'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  const codes = await Promise.all(children.map((child) => once(child, 'close')));
  assert.deepEqual(
    codes.map(([code]) => code),
    [0, 0],
  );
  assert.equal(await readFile(path.join(folder, 'counter'), 'utf8'), '60');
  assert.deepEqual(await readdir(folder), ['counter']);
});

const HOUR_AGO = Date.now() / 1000 - 3600;
/** Of nobody knows whom: another machine or container, an older imgdiag, half-written. */
const UNKNOWN = [
  await ownedBy({ boot: 'of another machine' }),
  await ownedBy({ namespace: 'pid:[1]', pid: await deadPid() }),
  JSON.stringify({ pid: await deadPid(), host: 'a', id: 'b' }),
  '{"pid":',
  '',
];

test('when the owner of a lock is dead then it is taken over', async (t) => {
  const folder = makeFolder(t, { '.lock': await ownedBy({ pid: await deadPid() }) });
  const file = path.join(folder, '.lock');
  const during = await withLock(file, () => readFile(file, 'utf8'));
  assert.equal(JSON.parse(during.split('\n')[0]).pid, process.pid);
  assert.deepEqual(await readdir(folder), []);
});

test('when the owner of a lock lives then nobody takes it, however old and unchanged it is', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux tells when a process began');
  const file = path.join(makeFolder(t, { '.lock': await ownedBy() }), '.lock');
  await utimes(file, HOUR_AGO, HOUR_AGO);
  const times = { ...QUICK, giveUpAfter: 600 };
  await assert.rejects(
    withLock(file, async () => 'taken', { times }),
    (error) => error instanceof WriteError && /another imgdiag has held it/.test(error.message),
  );
  assert.deepEqual(await readdir(path.dirname(file)), ['.lock']);
});

test('when nobody knows whose a lock is then it is taken over once it was watched unchanged', async (t) => {
  for (const content of UNKNOWN) {
    const file = path.join(makeFolder(t, { '.lock': content }), '.lock');
    await utimes(file, HOUR_AGO, HOUR_AGO);
    const begun = performance.now();
    assert.equal(await withLock(file, async () => 'done', { times: QUICK }), 'done');
    const waited = performance.now() - begun;
    assert.ok(waited >= QUICK.unchangedFor, `${content} was watched for ${waited} ms only`);
  }
});

test('when a lock is refreshed then nobody takes it, wherever its owner is', async (t) => {
  const file = path.join(makeFolder(t), '.lock');
  let refreshed = 0;
  const refresh = () => writeFile(file, `{"boot":"of another machine"}\n${refreshed++}`);
  await refresh();
  let entered = false;
  const waiting = withLock(
    file,
    async () => {
      entered = true;
    },
    { times: QUICK },
  );
  for (const begun = performance.now(); performance.now() - begun < 3 * QUICK.unchangedFor; ) {
    await refresh();
    await sleep(20);
  }
  assert.equal(entered, false);
  await waiting;
  assert.equal(entered, true);
});

test('when a lock is held then its file changes, but not in length', async (t) => {
  const file = path.join(makeFolder(t), '.lock');
  const work = async () => {
    const before = await readFile(file, 'utf8');
    await sleep(5 * QUICK.refreshEvery);
    const after = await readFile(file, 'utf8');
    assert.notEqual(after, before);
    assert.equal(after.length, before.length);
  };
  await withLock(file, work, { times: QUICK });
});

test('when nobody knows whose a fresh lock is then it is waited for', async (t) => {
  for (const content of UNKNOWN) {
    const file = path.join(makeFolder(t, { '.lock': content }), '.lock');
    let entered = false;
    const waiting = withLock(file, async () => {
      entered = true;
    });
    await sleep(SEVERAL_ATTEMPTS);
    assert.equal(entered, false, content);
    assert.equal(await readFile(file, 'utf8'), content);
    await rm(file);
    await waiting;
    assert.equal(entered, true);
  }
});

test('when work throws then the error comes through and the lock is gone', async (t) => {
  const folder = makeFolder(t);
  const file = path.join(folder, '.lock');
  const failure = new Error('work failed');
  await assert.rejects(
    withLock(file, () => Promise.reject(failure)),
    (error) => error === failure,
  );
  assert.deepEqual(await readdir(folder), []);
  assert.equal(await withLock(file, async () => 3), 3);
});

test('when somebody else has taken the lock over then their lock is left alone', async (t) => {
  const folder = makeFolder(t);
  const file = path.join(folder, '.lock');
  const theirs = await ownedBy({ boot: 'elsewhere' });
  await withLock(
    file,
    async ({ isOwn, requireOwn, now }) => {
      assert.ok(await isOwn(), 'it was not ours');
      await requireOwn();
      await rm(file);
      await writeFile(file, theirs);
      assert.equal(await isOwn(), false);
      await assert.rejects(requireOwn, WriteError);
      await now();
      await sleep(3 * QUICK.refreshEvery);
    },
    { times: QUICK },
  );
  assert.equal(await readFile(file, 'utf8'), theirs);
});

test('when a lock cannot be removed then a warning says so, and the next one does not wait', async (t) => {
  renewPatience();
  const file = path.join(makeFolder(t), '.lock');
  let refusals = Number.POSITIVE_INFINITY;
  failCalls(t, 'rm', (target) => (target === file && refusals-- > 0 ? 'ENOTEMPTY' : undefined));
  const messages: string[] = [];
  const onMessage = (level: string, text: string) => messages.push(`${level}: ${text}`);
  assert.equal(await withLock(file, async () => 1, { onMessage }), 1);
  assert.match(messages.join('\n'), /^warning: .*\.lock could not be removed \(ENOTEMPTY/);
  refusals = 0;
  assert.equal(await withLock(file, async () => 2, { onMessage }), 2);
  assert.equal(messages.length, 1);
});

test('when a lock can for a moment be neither made nor removed then that is tried again', async (t) => {
  renewPatience();
  const file = path.join(makeFolder(t), '.lock');
  const refusals = { open: ['EBUSY', 'EPERM'], rm: ['EBUSY', 'EACCES'] };
  failCalls(t, 'open', (_, flags) => (flags === 'wx' ? refusals.open.pop() : undefined));
  failCalls(t, 'rm', () => refusals.rm.pop());
  const fail = (_: string, text: string) => assert.fail(text);
  assert.equal(await withLock(file, async () => 1, { onMessage: fail }), 1);
  assert.deepEqual(refusals, { open: [], rm: [] });
});

test('when there is no file in place of a lock then that is told', async (t) => {
  const folder = makeFolder(t, { '.lock/': '', large: 'x'.repeat(10_000) });
  for (const name of ['.lock', 'large']) {
    await assert.rejects(
      withLock(path.join(folder, name), async () => 1),
      (error) => error instanceof WriteError && error.message.includes(name),
    );
  }
});

test('when the lock cannot be made then a WriteError names it', async (t) => {
  const folder = makeFolder(t, { file: 'x' });
  await assert.rejects(
    withLock(path.join(folder, 'file', '.lock'), async () => 1),
    (error) => error instanceof WriteError && error.message.includes('.lock'),
  );
});
