// A user without a home folder, as in a container that runs under a bare number.

import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import type { TestContext } from 'node:test';

/** Until the test ends. */
export function withoutHome(t: TestContext): void {
  const unknown = () => {
    throw Object.assign(new Error('no such user'), { code: 'ERR_SYSTEM_ERROR' });
  };
  const mocks = [t.mock.method(os, 'homedir', () => ''), t.mock.method(os, 'userInfo', unknown)];
  syncBuiltinESMExports();
  t.after(() => {
    for (const mock of mocks) mock.mock.restore();
    syncBuiltinESMExports();
  });
}
