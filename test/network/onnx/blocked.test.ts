// A network that computes for long does not keep the process from being ended.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inParts } from '../../../src/network/batch.ts';

const HEAVY = fileURLToPath(new URL('../../helpers/heavy-network.ts', import.meta.url));

test('when SIGTERM comes while a network computes then the process ends at once', {
  skip: process.platform === 'win32' ? 'there are no signals there' : false,
}, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', HEAVY], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more) => {
    text += more;
  });
  await once(child.stdout, 'data');
  await setTimeout(500);
  const sent = performance.now();
  child.kill('SIGTERM');
  const [, signal] = await once(child, 'close');
  const took = performance.now() - sent;
  assert.deepEqual([text, signal], ['computing\n', 'SIGTERM']);
  assert.ok(took < 2000, `${took} ms`);
});

test('when earlier runs were quick then the program goes on handling signals', async () => {
  const others = process.listenerCount('SIGTERM');
  const { listen } = await import('../../../src/base/signals.ts');
  const off = listen(
    'SIGTERM',
    () => {},
    () => {},
  );
  try {
    const handled: number[] = [];
    const run = inParts<'x'>(2, async (_, count) => {
      handled.push(process.listenerCount('SIGTERM') - others);
      return { x: { shape: [count, 1], data: new Float32Array(count) } };
    });
    const { x } = await run(new Uint8Array(5), 5, ['x']);
    assert.deepEqual(x.shape, [5, 1]);
    assert.deepEqual(handled, [0, 1, 1]);
    assert.equal(process.listenerCount('SIGTERM') - others, 1);
  } finally {
    off();
  }
  assert.equal(process.listenerCount('SIGTERM'), others);
});
