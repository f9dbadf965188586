import assert from 'node:assert/strict';
import test from 'node:test';
import { patiently, renewPatience } from '../../src/base/patience.ts';
import { systemError } from '../helpers/failing-calls.ts';

/** Fails `times` times, then gives how often it was tried. */
function failing(code: string, times: number) {
  let tried = 0;
  return async () => {
    if (tried++ < times) throw systemError(code, 'rename');
    return tried;
  };
}

test('when the system refuses for a moment then the call is tried again', async () => {
  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    renewPatience();
    assert.equal(await patiently(failing(code, 3)), 4);
  }
});

test('when a refusal cannot pass then it is told at once', async () => {
  renewPatience();
  for (const code of ['ENOENT', 'ENOSPC', 'EIO', 'EEXIST']) {
    const attempt = failing(code, 1);
    await assert.rejects(patiently(attempt), { code });
    assert.equal(await attempt(), 2);
  }
});

test('when refusals last then patience ends after five seconds in all, until the next command', async () => {
  renewPatience();
  const begun = performance.now();
  await assert.rejects(patiently(failing('EPERM', Number.POSITIVE_INFINITY)), { code: 'EPERM' });
  const first = performance.now();
  assert.ok(first - begun > 4000 && first - begun < 8000, `${first - begun} ms`);
  await assert.rejects(patiently(failing('EBUSY', 1)), { code: 'EBUSY' });
  assert.ok(performance.now() - first < 1000, 'the second refusal is told at once');
  renewPatience();
  assert.equal(await patiently(failing('EBUSY', 1)), 2);
});
