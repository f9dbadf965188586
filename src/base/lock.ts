// One writer at a time, across processes: a lock file that expires when its owner was killed.

import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode, WriteError } from './errors.ts';
import { guardWrite } from './files.ts';
import { patiently } from './patience.ts';

/** Locks are held only briefly; one this old was left behind. In milliseconds. */
const STALE_AFTER = 60_000;
const RETRY_EVERY = 20;
const GIVE_UP_AFTER = 2 * STALE_AFTER;

/**
 * Runs `work` while no other process runs under the same lock file.
 * @throws WriteError when the file cannot be created, or another process holds it for two minutes
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  for (let waited = 0; !(await acquire(file, owner)); waited += RETRY_EVERY) {
    if (waited > GIVE_UP_AFTER) {
      throw new WriteError(
        `expected to lock ${file}, but another imgdiag has held it for two minutes`,
        {
          hint: 'stop that process, or remove the file if there is none',
        },
      );
    }
    await sleep(RETRY_EVERY);
  }
  try {
    return await work();
  } finally {
    if ((await contentOf(file)) === owner) await patiently(() => rm(file, { force: true }));
  }
}

async function acquire(file: string, owner: string): Promise<boolean> {
  if (await createLock(file, owner)) return true;
  const holder = await contentOf(file);
  if (holder !== undefined && (await isStale(file, holder))) await takeAway(file, holder);
  return false;
}

/** Creates the file if it does not exist; not left behind if it cannot be written (disk full). */
async function createLock(file: string, owner: string): Promise<boolean> {
  return guardWrite(file, async () => {
    let handle: FileHandle;
    try {
      handle = await patiently(() => open(file, 'wx'));
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      throw error;
    }
    try {
      await handle.writeFile(owner);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  });
}

/**
 * Removes a stale lock, one process at a time: without the second lock, a slow process could remove
 * the new lock of a faster one.
 */
async function takeAway(file: string, holder: string): Promise<void> {
  const guard = `${file}.guard`;
  if (!(await createLock(guard, holder))) {
    if (await isOld(guard)) await rm(guard, { force: true });
    return;
  }
  try {
    if ((await contentOf(file)) === holder) await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function isStale(file: string, holder: string): Promise<boolean> {
  return ownerIsDead(holder) || (await isOld(file));
}

async function isOld(file: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs > STALE_AFTER;
  } catch {
    return false;
  }
}

function ownerIsDead(holder: string): boolean {
  try {
    const { pid, host } = JSON.parse(holder) as { pid: number; host: string };
    if (host !== hostname()) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // Half-written content (a SyntaxError) is left to its age.
    return systemCode(error) === 'ESRCH';
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
