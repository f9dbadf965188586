// One writer at a time, across processes: a lock file that a killed owner does not hold for ever.

import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode, WriteError } from './errors.ts';
import { guardWrite } from './files.ts';

/** A lock is held for a moment only; one this old belongs to nobody. In milliseconds. */
const STALE_AFTER = 60_000;
const RETRY_EVERY = 20;
const GIVE_UP_AFTER = 2 * STALE_AFTER;

/**
 * Runs `work` while no other process runs under the same lock file.
 * @throws WriteError when the file cannot be made, or another process holds it for two minutes
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  for (let waited = 0; !(await acquire(file, owner)); waited += RETRY_EVERY) {
    if (waited > GIVE_UP_AFTER) {
      throw new WriteError(`another imgdiag has held ${file} for two minutes`, {
        hint: 'end that process, or remove the file if there is none',
      });
    }
    await sleep(RETRY_EVERY);
  }
  try {
    return await work();
  } finally {
    if ((await contentOf(file)) === owner) await rm(file, { force: true });
  }
}

async function acquire(file: string, owner: string): Promise<boolean> {
  return guardWrite(file, async () => {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(owner);
      await handle.close();
      return true;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const holder = await contentOf(file);
    if (holder !== undefined && (await isStale(file, holder))) await takeAway(file, holder);
    return false;
  });
}

/** Moves a stale lock aside; puts it back if somebody else replaced it in the meantime. */
async function takeAway(file: string, holder: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if ((await contentOf(aside)) !== holder) await rename(aside, file);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function isStale(file: string, holder: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file);
    return Date.now() - mtimeMs > STALE_AFTER || ownerIsDead(holder);
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
