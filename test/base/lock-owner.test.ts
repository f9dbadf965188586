import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newOwner, type Owner, stateOf } from '../../src/base/lock-owner.ts';

const told = async (changes: Partial<Owner>) =>
  stateOf(JSON.stringify({ ...(await newOwner()), ...changes }));

test('when a process asks for itself then it lives, under another word each time', async () => {
  const [one, other] = [await newOwner(), await newOwner()];
  assert.notEqual(one.word, other.word);
  assert.deepEqual({ ...one, word: other.word }, other);
  if (process.platform === 'linux') assert.equal(await told({}), 'alive');
});

test('when a process has ended, or its number is used again, then it is gone', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  assert.equal(await told({ pid }), 'gone');
  if (process.platform === 'linux') assert.equal(await told({ start: '1' }), 'gone');
});

test('when it is another machine or container, or cannot be read, then nothing is known', async () => {
  assert.equal(await told({ boot: 'another', pid: 1 }), 'unknown');
  assert.equal(await told({ namespace: 'pid:[1]' }), 'unknown');
  // Signals to 0 and to negative numbers go to groups of processes.
  for (const pid of [0, -1, 1.5, Number.NaN]) assert.equal(await told({ pid }), 'unknown');
  for (const text of ['', '{', 'null', '[]', '{"pid":1,"host":"a"}']) {
    assert.equal(await stateOf(text), 'unknown', text);
  }
  assert.equal(await told({ start: '' }), 'unknown');
});

test('when a process lives, even stopped, then it is alive', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux tells when a process began');
  // It prints its own words: those that it would write into a lock.
  const code = `import(${JSON.stringify(new URL('../../src/base/lock-owner.ts', import.meta.url))})
    .then(async ({ newOwner }) => { console.log(JSON.stringify(await newOwner())); setInterval(() => {}, 1000); })`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', code]);
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  assert.equal(await stateOf(`${line}`), 'alive');
  child.kill('SIGSTOP');
  await sleep(50);
  assert.equal(await stateOf(`${line}`), 'alive');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(await stateOf(`${line}`), 'gone');
});
