// What a disk, stick or share answers when it fails, in words: no bug, whatever its code.

import { setTimeout } from 'node:timers/promises';
import { InputError, systemCode, WriteError } from './errors.ts';

/** `what` is the end of a sentence, after `but`. */
export interface Trouble {
  readonly what: string;
  readonly hint: string;
}

/** Undefined for what is no error of the system: one has a code and a system call. */
export function diskTrouble(error: unknown): Trouble | undefined {
  const code = systemCode(error);
  const call = (error as { syscall?: unknown } | null)?.syscall;
  if (code === undefined || typeof call !== 'string') return undefined;
  const known = TROUBLES.find(({ codes }) => codes.includes(code));
  const { what, hint } = known ?? OTHER;
  return { what: `${what} (${code})`, hint };
}

/** In milliseconds: a share that is connected again answers by then, if it is to be soon. */
const PATIENCE = 1000;

/** Tries once more, after a second, where `fails` says of the error that a disk or share does. */
export async function tryAgain<T>(
  work: () => Promise<T>,
  fails: (error: unknown) => boolean | Promise<boolean>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(await fails(error))) throw error;
    await setTimeout(PATIENCE);
    return work();
  }
}

/** System calls of writing; all others read. */
const WRITING =
  /^(write|ftruncate|f?(data)?sync|rename|mkdir|unlink|rm|rmdir|f?utimes?|copyfile|f?chmod|link|symlink)$/;

/** An error of the system that no other place knows, as one of ours; anything else as it is. */
export function asKnownError(error: unknown): unknown {
  const trouble = diskTrouble(error);
  if (trouble === undefined) return error;
  const { syscall, path = PLACES[syscall] ?? 'a file' } = error as NodeJS.ErrnoException & {
    syscall: string;
  };
  const details = { hint: trouble.hint, cause: error };
  return WRITING.test(syscall)
    ? new WriteError(`expected to write ${path}, but ${trouble.what}`, details)
    : new InputError(`expected to read ${path}, but ${trouble.what}`, details);
}

/** What is meant where the system names no path. */
const PLACES: Readonly<Record<string, string>> = {
  read: 'standard input',
  uv_cwd: 'the working folder',
};

const OTHER: Trouble = {
  what: 'the system refused it',
  hint: 'check the disk or share, or choose another place',
};
const TROUBLES: readonly (Trouble & { readonly codes: readonly string[] })[] = [
  {
    codes: ['EIO', 'ENXIO', 'ENODEV', 'EREMOTEIO'],
    what: 'the disk reported an error',
    hint: 'check the disk, then run the same command again',
  },
  {
    codes: [
      'ESTALE',
      'ETIMEDOUT',
      'EHOSTDOWN',
      'EHOSTUNREACH',
      'ENETDOWN',
      'ENETUNREACH',
      'ENETRESET',
      'ENOTCONN',
      'ECONNRESET',
      'ECONNABORTED',
      'ECONNREFUSED',
      'ESHUTDOWN',
    ],
    what: 'the share or disk does not answer',
    hint: 'connect it again, then run the same command again',
  },
  {
    codes: ['EBUSY', 'ETXTBSY'],
    what: 'another program is using it',
    hint: 'close that program, then run the same command again',
  },
  {
    codes: ['EMFILE', 'ENFILE'],
    what: 'too many files are open',
    hint: 'raise the limit, e.g. ulimit -n 4096, then run the same command again',
  },
];
