// The only place that writes files: completely and flushed, or not at all.

import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, open, rmdir, utimes } from 'node:fs/promises';
import path from 'node:path';
// graceful-fs, below fs-extra, waits where Windows refuses a rename for a moment.
import fs from 'fs-extra';
import { systemCode, WriteError } from './errors.ts';

/** Mode of files that only their owner may read: they hold file names or images. */
export const OWNER_ONLY = 0o600;

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
 * @throws WriteError when the folder cannot be written or the disk is full.
 */
export async function writeFileAtomic(
  file: string,
  data: Uint8Array | string,
  mode = 0o666,
): Promise<void> {
  const temporary = path.join(path.dirname(file), temporaryName());
  await guardWrite(file, async () => {
    try {
      await writeFlushed(temporary, data, mode);
      await fs.rename(temporary, file);
      await flushFolder(path.dirname(file));
    } catch (error) {
      await fs.remove(temporary);
      throw error;
    }
  });
}

/** The same, with the folders that are missing. @throws WriteError */
export async function writeWithFolders(
  file: string,
  data: Uint8Array | string,
  mode?: number,
): Promise<void> {
  await ensureFolder(path.dirname(file));
  await writeFileAtomic(file, data, mode);
}

/** Writes a new file (it must not exist) and flushes it to the disk. */
export async function writeFlushed(
  file: string,
  data: Uint8Array | string,
  mode = 0o666,
): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Creates `folder` and its parents, one by one: Node's recursive mkdir never returns for places
 * such as /proc, where a folder can be neither found nor created.
 * @throws WriteError
 */
export async function ensureFolder(folder: string): Promise<void> {
  await guardWrite(folder, async () => {
    const missing: string[] = [];
    for (let at = path.resolve(folder); !(await fs.pathExists(at)); at = path.dirname(at)) {
      missing.unshift(at);
    }
    for (const part of missing) {
      try {
        await fs.mkdir(part);
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
        if (systemCode(error) !== 'ENOENT' || at === path.dirname(at)) throw error;
      }
    }
  });
}

function notFolderError(place: string): Error {
  return Object.assign(new Error(`${place} is no folder`), { code: 'ENOTDIR' });
}

/** Opens a new file for appending; it must not exist. @throws WriteError */
export async function openNewFile(file: string): Promise<FileHandle> {
  return guardWrite(file, () => open(file, 'ax'));
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

/**
 * Copies `source` into `folder` as `name`, or `name-2`, `name-3`... when that exists: nothing is
 * overwritten. Returns the path written. @throws WriteError
 */
export async function copyWithoutOverwriting(
  source: string,
  folder: string,
  name: string,
): Promise<string> {
  const { name: stem, ext } = path.parse(name);
  return guardWrite(folder, async () => {
    await ensureFolder(folder);
    for (let count = 1; ; count++) {
      const target = path.join(folder, count === 1 ? name : `${stem}-${count}${ext}`);
      try {
        await fs.copyFile(source, target, constants.COPYFILE_EXCL);
        return target;
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      }
    }
  });
}

/** Flushes a folder's entries where the platform can (not on Windows). */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Runs `write` and turns a system error into one sentence about `target`. */
export async function guardWrite<T>(target: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const reason = WRITE_REASONS[systemCode(error) ?? ''];
    if (reason === undefined) throw error;
    throw new WriteError(`expected to write ${target}, but ${reason.what}`, {
      hint: reason.remedy,
      cause: error,
    });
  }
}

const permission = {
  what: 'permission was denied',
  remedy: 'choose a folder that you can write to, or change its permissions',
};
const notFolder = {
  what: 'part of that path is a file, not a folder',
  remedy: 'choose another path, or move that file away',
};
const WRITE_REASONS: Record<string, { what: string; remedy: string }> = {
  EACCES: permission,
  EPERM: permission,
  EROFS: { what: 'the file system is read-only', remedy: 'choose a folder on another disk' },
  ENOSPC: { what: 'the disk is full', remedy: 'free some space and run the same command again' },
  EDQUOT: { what: 'the disk quota is used up', remedy: 'free some space and run it again' },
  EFBIG: { what: 'the file would be larger than allowed', remedy: 'raise the file size limit' },
  EIO: { what: 'the disk reported an error', remedy: 'check the disk, then run it again' },
  ENOENT: { what: 'no folder can be found or created there', remedy: 'choose another folder' },
  ENOTDIR: notFolder,
  EEXIST: notFolder,
  ELOOP: { what: 'it is a link that leads back to itself', remedy: 'remove the link' },
  EISDIR: { what: 'a folder of that name is there', remedy: 'choose another path' },
  ENAMETOOLONG: { what: 'the path is too long', remedy: 'choose a shorter path' },
};
