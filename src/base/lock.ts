// One writer at a time, across processes, containers and machines: a lock file that its owner refreshes.

import { type FileHandle, lstat, open, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, systemCode, WriteError } from './errors.ts';
import { flush, guardWrite } from './files.ts';
import { newOwner, stateOf } from './lock-owner.ts';
import type { OnMessage } from './messages.ts';
import { patiently } from './patience.ts';
import { openRegular, UNFIT_FILE } from './read-bounded.ts';

const RETRY_EVERY = 20;
/** Times that the tests make shorter, in milliseconds. */
export const LOCK_TIMES = {
  refreshEvery: 5000,
  /** A lock of nobody knows whom is free once a waiter has watched it unchanged for so long. */
  unchangedFor: 60_000,
  giveUpAfter: 120_000,
};
/** In bytes. */
const MAX_LOCK = 4096;
/** What a lock says that its owner could not remove. */
const RELEASED = 'released';

/** A lock while it is held, if nobody has taken it over: this process may have been paused for long. */
export interface Held {
  isOwn(): Promise<boolean>;
  /** @throws WriteError where another process has taken it over */
  requireOwn(): Promise<void>;
  /** By the clock of the file system, in milliseconds since 1970; 0 where it does not tell. */
  now(): Promise<number>;
}

interface LockOptions {
  readonly onMessage?: OnMessage | undefined;
  readonly times?: typeof LOCK_TIMES;
}

/**
 * Runs `work` while no other process runs under the same lock file.
 * @throws WriteError when the file cannot be created, or another process holds it for two minutes
 */
export async function withLock<T>(
  file: string,
  work: (held: Held) => Promise<T>,
  { onMessage, times = LOCK_TIMES }: LockOptions = {},
): Promise<T> {
  const owner = JSON.stringify(await newOwner());
  const handle = await acquire(file, owner, times);
  const refreshing = refresher(handle, owner, times.refreshEvery);
  const isOwn = async () => ownerIn(await contentOf(file)) === owner;
  try {
    return await work({
      isOwn,
      async requireOwn() {
        if (await isOwn()) return;
        throw new WriteError(`expected to hold ${file}, but another imgdiag has taken it over`, {
          hint: 'it waited for a minute without a sign of this one; run the same command again',
        });
      },
      async now() {
        await refreshing.refresh();
        return handle.stat().then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        );
      },
    });
  } finally {
    await refreshing.stop();
    await handle.close().catch(() => {});
    await release(file, owner).catch((error) => {
      onMessage?.('warning', `${file} could not be removed (${messageOf(error)})`);
    });
  }
}

/** The owner, and how often it has been refreshed: always of the same length, so that no half is read. */
function contentFor(owner: string, refreshed: number): string {
  return `${owner}\n${`${refreshed}`.padStart(12)}\n`;
}

function ownerIn(content: string | undefined): string | undefined {
  return content?.split('\n')[0];
}

/** Through the open file: one that another process has put in its place is never written to. */
function refresher(handle: FileHandle, owner: string, every: number) {
  let count = 0;
  let last: Promise<void> = Promise.resolve();
  const refresh = () => {
    last = last.then(async () => {
      await handle.write(contentFor(owner, ++count), 0);
      await flush(handle);
    });
    // A waiter may take the lock over: `requireOwn` tells.
    last = last.catch(() => {});
    return last;
  };
  let waiting = false;
  const timer = setInterval(async () => {
    if (waiting) return;
    waiting = true;
    await refresh();
    waiting = false;
  }, every).unref();
  return {
    refresh,
    stop() {
      clearInterval(timer);
      return last;
    },
  };
}

async function release(file: string, owner: string): Promise<void> {
  if (ownerIn(await contentOf(file)) !== owner) return;
  try {
    await patiently(() => rm(file, { force: true }));
  } catch (error) {
    const handle = await open(file, 'r+');
    await handle.write(RELEASED, 0).finally(() => handle.close());
    throw error;
  }
}

async function acquire(file: string, owner: string, times: typeof LOCK_TIMES): Promise<FileHandle> {
  const begun = performance.now();
  const watch = createWatch(file, times);
  const guard = `${file}.guard`;
  const watchGuard = createWatch(guard, times);
  for (;;) {
    const handle = await createLock(file, owner);
    if (handle !== undefined) return handle;
    const left = await watch();
    if (left !== undefined) await guardWrite(file, () => takeAway(file, left, owner, watchGuard));
    if (performance.now() - begun > times.giveUpAfter) {
      throw new WriteError(
        `expected to lock ${file}, but another imgdiag has held it for two minutes`,
        { hint: 'stop that process, or remove the file if there is none' },
      );
    }
    await sleep(RETRY_EVERY);
  }
}

/** Creates the file if it does not exist; not left behind if it cannot be written (disk full). */
async function createLock(file: string, owner: string): Promise<FileHandle | undefined> {
  return guardWrite(file, async () => {
    let handle: FileHandle;
    try {
      handle = await patiently(() => open(file, 'wx'));
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return undefined;
      throw error;
    }
    try {
      await handle.write(contentFor(owner, 0), 0);
      return handle;
    } catch (error) {
      await handle.close();
      await rm(file, { force: true });
      throw error;
    }
  });
}

/** The content of a lock, when asked, if its owner has gone. */
type Watch = () => Promise<string | undefined>;

function createWatch(file: string, { unchangedFor, refreshEvery }: typeof LOCK_TIMES): Watch {
  let seen: string | undefined;
  let at = 0;
  let watched = 0;
  return async () => {
    const content = await contentOf(file);
    const now = performance.now();
    // No more than one interval: both may have been paused.
    watched = content === seen ? watched + Math.min(now - at, refreshEvery) : 0;
    [seen, at] = [content, now];
    if (content === undefined || content.startsWith(RELEASED)) return content;
    const state = await stateOf(ownerIn(content) as string);
    return state === 'gone' || (state === 'unknown' && watched > unchangedFor)
      ? content
      : undefined;
  };
}

/**
 * Removes a lock that was left, one process at a time: without the second lock, a slow process could
 * remove the new lock of a faster one.
 */
async function takeAway(
  file: string,
  left: string,
  owner: string,
  watchGuard: Watch,
): Promise<void> {
  const guard = `${file}.guard`;
  const handle = await createLock(guard, owner);
  if (handle === undefined) {
    if ((await watchGuard()) !== undefined) await rm(guard, { force: true });
    return;
  }
  await handle.close();
  try {
    if ((await contentOf(file)) === left) await patiently(() => rm(file, { force: true }));
  } finally {
    await rm(guard, { force: true });
  }
}

/** Undefined where there is none. @throws WriteError for what is no file */
async function contentOf(file: string): Promise<string | undefined> {
  const wrong = (what: string) =>
    new WriteError(`expected a lock at ${file}, but it ${what}`, { hint: 'remove it' });
  try {
    if ((await lstat(file)).isSymbolicLink()) throw wrong('is a link');
    const { handle } = await patiently(() => openRegular(file, MAX_LOCK));
    // Another process may be writing it.
    const read = handle.read(Buffer.alloc(MAX_LOCK)).finally(() => handle.close());
    const { buffer, bytesRead } = await read;
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (error instanceof WriteError) throw error;
    if ([UNFIT_FILE, 'EISDIR'].includes(systemCode(error) ?? '')) throw wrong(messageOf(error));
    return undefined;
  }
}
