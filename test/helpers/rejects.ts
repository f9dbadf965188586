// Asserts that something is refused with one sentence and a remedy.

import assert from 'node:assert/strict';
import { ImgdiagError } from '../../src/base/errors.ts';

export async function assertRejects(
  work: () => unknown,
  exitCode: number,
  message: string | RegExp,
  hint: RegExp = /./,
): Promise<void> {
  await assert.rejects(
    async () => work(),
    (error) => {
      assert.ok(error instanceof ImgdiagError, String(error));
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      assert.match(error.hint ?? '', hint);
      assert.equal(error.exitCode, exitCode);
      return true;
    },
  );
}
