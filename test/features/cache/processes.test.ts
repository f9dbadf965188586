// The cache under several processes at once, a killed writer, and a disk that takes no more.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import { openCache } from '../../../src/features/cache/cache.ts';
import {
  keyOf,
  SPACE,
  segmentsIn,
  temporaryFolder,
  vectorOf,
} from '../../helpers/cache-samples.ts';

const featureSize = 256;
const writer = path.join(import.meta.dirname, '..', '..', 'helpers', 'cache-writer.ts');
const stride = 60 + 4 * featureSize;

function argumentsOf(root: string, from: number, count: number): string[] {
  return ['--import', 'tsx', writer, root, `${from}`, `${count}`, `${featureSize}`];
}

function startWriter(root: string, from: number, count: number): ChildProcess {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return spawn(process.execPath, argumentsOf(root, from, count), { stdio: [...stdio] });
}

/** Counts the images of `from..from+count-1` that are there; each must be exact. */
async function countFound(root: string, from: number, count: number) {
  const cache = await openCache({ root, space: SPACE, featureSize });
  let found = 0;
  for (let i = from; i < from + count; i++) {
    const vector = cache.get(keyOf(i));
    if (vector === undefined) continue;
    assert.deepEqual(vector, vectorOf(i, featureSize));
    found++;
  }
  await cache.close();
  return { found, damaged: cache.damaged, segments: segmentsIn(cache.folder).length };
}

test('two processes fill one cache at the same time and lose nothing', async (t) => {
  const root = temporaryFolder(t);
  // Images 1000..1999 are written by both.
  const writers = [startWriter(root, 0, 2000), startWriter(root, 1000, 2000)];
  const codes = await Promise.all(writers.map((child) => once(child, 'close')));
  assert.deepEqual(codes, [
    [0, null],
    [0, null],
  ]);
  assert.deepEqual(await countFound(root, 0, 3000), { found: 3000, damaged: 0, segments: 2 });
});

test('a writer killed at any moment loses at most its last batch', async (t) => {
  for (const kill of [64, 512, 4096]) {
    const root = temporaryFolder(t);
    const child = startWriter(root, 0, 1_000_000);
    let put = 0;
    let rest = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() as string;
      for (const line of lines) put = Number(line.slice('put '.length));
      if (put >= kill) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'close');
    assert.equal(signal, 'SIGKILL');
    const { found, damaged } = await countFound(root, 0, put);
    assert.ok(found > put - 64, `${found} of ${put}`);
    // A kill within a write may cut one record.
    assert.ok(damaged <= 1);
    const after = await openCache({ root, space: SPACE, featureSize });
    await after.put(keyOf(-1), vectorOf(-1, featureSize));
    await after.close();
    assert.equal((await countFound(root, -1, 1)).found, 1);
  }
});

const posix = { skip: process.platform === 'win32' };
test('a disk that takes no more: one WriteError, what was written stays', posix, async (t) => {
  const root = temporaryFolder(t);
  // A limit of 200 blocks of 512 bytes stands for the full disk: the system refuses alike.
  const shell = 'ulimit -f 200 && exec "$0" "$@"';
  const command = [process.execPath, ...argumentsOf(root, 0, 500)];
  const child = spawn('sh', ['-c', shell, ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout as Readable), once(child, 'close')]);
  assert.equal(code, 0, said);
  assert.match(said, /^WriteError: expected to write .*, but the file would be larger/m);
  assert.match(said, /^closed after 1 failures$/m);
  const { found, damaged } = await countFound(root, 0, 500);
  const limit = Math.floor((200 * 512) / stride);
  assert.ok(found > limit - 64 && found <= 2 * limit, `${found}`);
  assert.equal(damaged, 0);
});
