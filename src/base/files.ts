// The only place that writes files: completely, flushed where that is possible, or not at all.

import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  chmod,
  type FileHandle,
  link,
  lstat,
  open,
  rename,
  rmdir,
  utimes,
} from 'node:fs/promises';
import path from 'node:path';
import fs from 'fs-extra';
import { diskTrouble, type Trouble } from './disk-trouble.ts';
import { systemCode, WriteError } from './errors.ts';
import { patiently } from './patience.ts';
import { checkReaders, MODES, type Readers } from './readers.ts';

/** Name of a temporary file or folder; `isTemporary` recognises it when leftovers are removed. */
export function temporaryName(): string {
  return `.tmp-${randomUUID()}`;
}

export function isTemporary(name: string): boolean {
  return /^\.tmp-[0-9a-f-]{36}$/.test(name);
}

/**
 * Writes `data` beside `file` and renames it into place, both flushed: a reader sees the old
 * bytes or the new ones, also after a crash.
 * @param beforeRename may still refuse, by an error
 * @throws WriteError when the folder cannot be written or the disk is full.
 */
export async function writeFileAtomic(
  file: string,
  data: Uint8Array | string,
  readers: Readers,
  beforeRename?: () => Promise<void>,
): Promise<void> {
  await replaceAtomic(
    file,
    (temporary) => writeFlushed(temporary, data, readers, file),
    beforeRename,
  );
}

/**
 * The same with the bytes of `source`, a file on the same disk: as a second name of it, or, where the
 * file system has no such names, as a copy.
 * @param data what `source` contains
 */
export async function linkFileAtomic(
  file: string,
  source: string,
  data: Uint8Array | string,
  readers: Readers,
  beforeRename?: () => Promise<void>,
): Promise<void> {
  const linkOrWrite = async (temporary: string) => {
    try {
      await link(source, temporary);
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      await writeFlushed(temporary, data, readers, file);
    }
  };
  await replaceAtomic(file, linkOrWrite, beforeRename);
}

async function replaceAtomic(
  file: string,
  make: (temporary: string) => Promise<void>,
  beforeRename?: () => Promise<void>,
): Promise<void> {
  const temporary = path.join(path.dirname(file), temporaryName());
  await guardWrite(file, async () => {
    try {
      await make(temporary);
      await beforeRename?.();
      await patiently(() => rename(temporary, file));
      await flushFolder(path.dirname(file));
    } catch (error) {
      // The error of the write is the one to be told.
      await fs.remove(temporary).catch(() => {});
      throw error;
    }
  });
}

/** The same, with the folders that are missing, which may come to hold other things. @throws WriteError */
export async function writeWithFolders(
  file: string,
  data: Uint8Array | string,
  readers: Readers,
): Promise<void> {
  await ensureFolder(path.dirname(file), 'umask');
  await writeFileAtomic(file, data, readers);
}

/** The same for the owner only, in a folder that, if it is missing, is made so too. @throws WriteError */
export async function writePrivate(file: string, data: Uint8Array | string): Promise<void> {
  await ensureFolder(path.dirname(file), 'owner');
  await writeFileAtomic(file, data, 'owner');
}

/**
 * Writes a new file (it must not exist) and flushes it to the disk.
 * @param finalName for messages
 */
export async function writeFlushed(
  file: string,
  data: Uint8Array | string,
  readers: Readers,
  finalName = file,
): Promise<void> {
  const handle = await open(file, 'wx', MODES[readers].file);
  try {
    await handle.writeFile(data);
    await flush(handle);
    await checkReaders(handle, finalName, MODES[readers].file);
  } finally {
    await handle.close();
  }
}

/**
 * Creates `folder` and its parents, one by one: Node's recursive mkdir never returns for places
 * such as /proc, where a folder can be neither found nor created.
 * @param readers of `top` and what is below it; folders above it are made as the umask says
 * @throws WriteError
 */
export async function ensureFolder(folder: string, readers: Readers, top = folder): Promise<void> {
  await guardWrite(folder, async () => {
    const missing: string[] = [];
    for (let at = path.resolve(folder); !(await fs.pathExists(at)); at = path.dirname(at)) {
      missing.unshift(at);
      // A drive that is not there.
      if (at === path.dirname(at)) break;
    }
    for (const part of missing) {
      try {
        const isAbove = path.relative(path.resolve(top), part).startsWith('..');
        await fs.mkdir(part, MODES[isAbove ? 'umask' : readers].folder);
      } catch (error) {
        // Another process may have been faster.
        if (systemCode(error) !== 'EEXIST') throw error;
      }
    }
    if (!(await fs.stat(folder)).isDirectory()) throw notFolderError(folder);
  });
}

/**
 * Whether something can be written in `folder`, or the folder made there; nothing is made.
 * @param target what is to be written, for messages
 * @throws WriteError
 */
export async function requireWritable(folder: string, target = folder): Promise<void> {
  await guardWrite(target, async () => {
    for (let at = path.resolve(folder); ; at = path.dirname(at)) {
      try {
        if (!(await fs.stat(at)).isDirectory()) throw notFolderError(at);
        return await access(at, constants.W_OK | constants.X_OK);
      } catch (error) {
        // Writing will tell.
        if (isUnknownCall(error)) return;
        const isMissing = systemCode(error) === 'ENOENT' && at !== path.dirname(at);
        // A link that leads nowhere is there, and nothing can be made in its place.
        if (!isMissing || (await isThere(at))) throw error;
      }
    }
  });
}

async function isThere(place: string): Promise<boolean> {
  return lstat(place).then(
    () => true,
    () => false,
  );
}

function notFolderError(place: string): Error {
  return Object.assign(new Error(`${place} is no folder`), { code: 'ENOTDIR' });
}

/** Opens a new file for appending; it must not exist. @throws WriteError */
export async function openNewFile(file: string, readers: Readers): Promise<FileHandle> {
  const handle = await guardWrite(file, () => open(file, 'ax', MODES[readers].file));
  await checkReaders(handle, file, MODES[readers].file);
  return handle;
}

/** Takes a file's or folder's permissions from all but its owner, where that is possible. */
export async function closeToOthers(place: string, mode: number): Promise<void> {
  if ((mode & 0o077) !== 0) await chmod(place, mode & 0o700).catch(() => {});
}

/** Removes a file, or a folder with its content, if it exists. @throws WriteError */
export async function remove(target: string): Promise<void> {
  await guardWrite(target, () => fs.remove(target));
}

/** Removes a folder if it is empty. @throws WriteError */
export async function removeEmptyFolder(folder: string): Promise<void> {
  try {
    await guardWrite(folder, () => rmdir(folder));
  } catch (error) {
    const code = systemCode((error as Error).cause ?? error);
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(code ?? '')) throw error;
  }
}

/** Sets the modification time, milliseconds since 1970. @throws WriteError */
export async function touch(file: string, time: number): Promise<void> {
  await guardWrite(file, () => utimes(file, time / 1000, time / 1000));
}

/** Flushes a folder's entries where that is possible: not on Windows, nor on some shares. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    await flush(handle).finally(() => handle.close());
  } catch (error) {
    if (!['EPERM', 'EACCES'].includes(systemCode(error) ?? '')) throw error;
  }
}

/** Flushes an open file to the disk, unless its file system does not know how to. */
export async function flush(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } catch (error) {
    if (!isUnknownCall(error)) throw error;
  }
}

/** Shares and FUSE say so of calls that they lack: what was to be flushed is written all the same. */
function isUnknownCall(error: unknown): boolean {
  const code = systemCode(error) ?? '';
  return ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF', 'EISDIR'].includes(code);
}

/** Runs `write` and turns a system error into one sentence about `target`. */
export async function guardWrite<T>(target: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const reason = WRITE_REASONS[systemCode(error) ?? ''] ?? diskTrouble(error);
    if (reason === undefined) throw error;
    const { what, hint } = reason;
    throw new WriteError(`expected to write ${target}, but ${what}`, { hint, cause: error });
  }
}

const permission = {
  what: 'permission was denied',
  hint: 'choose a folder that you can write to, or change its permissions',
};
const notFolder = {
  what: 'part of that path is a file, not a folder',
  hint: 'choose another path, or move that file away',
};
const refusedName = {
  what: 'the file system there refuses it',
  hint: 'choose a name without characters such as : ? *, or another disk',
};
const WRITE_REASONS: Readonly<Record<string, Trouble>> = {
  EACCES: permission,
  EPERM: permission,
  EROFS: { what: 'the file system is read-only', hint: 'choose a folder on another disk' },
  ENOSPC: { what: 'the disk is full', hint: 'free some space and run the same command again' },
  EDQUOT: { what: 'the disk quota is used up', hint: 'free some space and run it again' },
  EFBIG: { what: 'the file would be larger than allowed', hint: 'raise the file size limit' },
  ENOENT: { what: 'no folder can be found or created there', hint: 'choose another folder' },
  ENOTDIR: notFolder,
  EEXIST: notFolder,
  ELOOP: { what: 'it is a link that leads back to itself', hint: 'remove the link' },
  EISDIR: { what: 'a folder of that name is there', hint: 'choose another path' },
  ENAMETOOLONG: { what: 'the path is too long', hint: 'choose a shorter path' },
  EINVAL: refusedName,
  EILSEQ: refusedName,
};
