import assert from 'node:assert/strict';
import test from 'node:test';
import { asKnownError, diskTrouble } from '../../src/base/disk-trouble.ts';
import { InputError, systemCode, WriteError } from '../../src/base/errors.ts';
import { systemError } from '../helpers/failing-calls.ts';

test('when a disk or share fails then its code is in the words, and there is a remedy', () => {
  for (const code of ['EIO', 'ESTALE', 'EHOSTDOWN', 'EBUSY', 'EMFILE', 'EINVAL', 'ENEVERSEEN']) {
    const trouble = diskTrouble(systemError(code, 'read'));
    assert.match(trouble?.what ?? '', new RegExp(`^\\S.* \\(${code}\\)$`));
    assert.match(trouble?.hint ?? '', /\S/);
  }
});

test('when Node.js has no name for a code then the name of the system is used', () => {
  assert.equal(systemCode({ code: 'Unknown system error -99999' }), 'error 99999');
  if (process.platform === 'linux') {
    assert.equal(systemCode({ code: 'Unknown system error -116' }), 'ESTALE');
  }
});

test('when nobody has placed an error of the system then it is still none of ours', () => {
  const read = asKnownError(Object.assign(systemError('EIO', 'stat'), { path: 'a/b' }));
  assert.ok(read instanceof InputError, String(read));
  assert.match(read.message, /^expected to read a\/b, but the disk reported an error \(EIO\)$/);
  const input = asKnownError(systemError('EISDIR', 'read'));
  assert.match((input as Error).message, /^expected to read standard input, but /);
  const written = asKnownError(Object.assign(systemError('EBUSY', 'rmdir'), { path: 'a/b' }));
  assert.ok(written instanceof WriteError, String(written));
  assert.match(written.message, /^expected to write a\/b, but another program is using it/);
  for (const bug of [new TypeError('x'), { code: 'ERR_OUT_OF_RANGE' }, undefined]) {
    assert.equal(asKnownError(bug), bug);
  }
});
