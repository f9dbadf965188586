import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WriteError } from '../../src/base/errors.ts';
import { withLock } from '../../src/base/lock.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const contender = path.join(import.meta.dirname, '..', 'helpers', 'make-lock-contender.ts');

const ownedBy = (pid: number, host = hostname()) => JSON.stringify({ pid, host, id: 'other' });

/** Long enough for several attempts (one each 20 ms); a slow machine makes the test weaker only. */
const SEVERAL_ATTEMPTS = 150;

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

test('when the owner of a lock is dead then it is taken over', async (t) => {
  const folder = makeFolder(t, { '.lock': ownedBy(await deadPid()) });
  const file = path.join(folder, '.lock');
  const during = await withLock(file, () => readFile(file, 'utf8'));
  assert.equal(JSON.parse(during).pid, process.pid);
  assert.deepEqual(await readdir(folder), []);
});

test('when a lock is over a minute old then it is taken over, whatever is in it', async (t) => {
  for (const content of [ownedBy(process.pid), ownedBy(1, 'elsewhere'), '', '{"pid":']) {
    const file = path.join(makeFolder(t, { '.lock': content }), '.lock');
    const then = Date.now() / 1000 - 61;
    await utimes(file, then, then);
    assert.equal(await withLock(file, async () => 'done'), 'done');
  }
});

test('when a fresh lock may still be held then nobody takes it', async (t) => {
  const dead = await deadPid();
  for (const content of [ownedBy(process.pid), ownedBy(dead, 'elsewhere'), '', '{"pid":']) {
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
  await withLock(file, () => writeFile(file, ownedBy(1, 'elsewhere')));
  assert.equal(await readFile(file, 'utf8'), ownedBy(1, 'elsewhere'));
});

test('when the lock cannot be made then a WriteError names it', async (t) => {
  const folder = makeFolder(t, { file: 'x' });
  await assert.rejects(
    withLock(path.join(folder, 'file', '.lock'), async () => 1),
    (error) => error instanceof WriteError && error.message.includes('.lock'),
  );
});
