// Makes calls of node:fs/promises fail, as sticks, shares and Windows do.

import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { TestContext } from 'node:test';
import { makeFolder } from './make-folder.ts';

type Call = 'access' | 'link' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm' | 'stat';

export function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}

/**
 * Until the end of the test, `call` fails with the code that `codeFor` gives for its arguments, as text.
 * @returns how often it was called
 */
export function failCalls(
  t: TestContext,
  call: Call,
  codeFor: (...given: string[]) => string | undefined | Promise<string | undefined>,
): () => number {
  const real = fs[call] as (...given: unknown[]) => unknown;
  const { mock } = t.mock.method(fs, call, async (...given: unknown[]) => {
    const code = await codeFor(...given.map(String));
    if (code !== undefined) throw systemError(code, call);
    return real(...given);
  });
  syncBuiltinESMExports();
  t.after(() => {
    mock.restore();
    syncBuiltinESMExports();
  });
  return () => mock.callCount();
}

let realSync: FileHandle['sync'] | undefined;

/**
 * The same for flushing, of folders or of files, instead of what an earlier call asked for. No mock of
 * a mock: the runner would restore them in the wrong order, and later tests would flush by one.
 */
export async function failFlushes(t: TestContext, code: string, of: 'folder' | 'file') {
  const handle = await fs.open(makeFolder(t));
  await handle.close();
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  realSync ??= prototype.sync;
  const real = realSync;
  prototype.sync = async function () {
    if ((await this.stat()).isDirectory() === (of === 'folder')) throw systemError(code, 'fsync');
    return real.call(this);
  };
  t.after(() => {
    prototype.sync = real;
  });
}

/** Until the end of the test, new files are open to all, as on exFAT, NTFS by FUSE, and many shares. */
export function keepNoModes(t: TestContext): void {
  const real = fs.open;
  const { mock } = t.mock.method(fs, 'open', async (...given: Parameters<typeof fs.open>) => {
    const handle = await real(...given);
    if (/[wa]/.test(String(given[1]))) await handle.chmod(0o777);
    return handle;
  });
  syncBuiltinESMExports();
  t.after(() => {
    mock.restore();
    syncBuiltinESMExports();
  });
}
