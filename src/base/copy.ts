// Copies a file without overwriting another one, under a name that its new place can hold.

import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { InputError, messageOf, systemCode } from './errors.ts';
import { ensureFolder, guardWrite } from './files.ts';
import { openRegular } from './read-bounded.ts';
import { checkReaders } from './readers.ts';

/** Bytes copied at a time. */
const PIECE = 1 << 20;

/**
 * Copies `source` into `folder` as a new file, with its mode: nobody may read it who may not read `source`,
 * and a folder that is missing is made for its owner only, since that of `source` may be as closed. Its
 * name is the first of `names` that the file system takes, or, where that exists, `name_2`, `name_3`...
 * @returns its path
 * @throws InputError when `source` can no longer be read; WriteError
 */
export async function copyWithoutOverwriting(
  source: string,
  folder: string,
  names: readonly string[],
): Promise<string> {
  const { handle, size } = await readable(source, openRegular(source, Number.POSITIVE_INFINITY));
  try {
    return await guardWrite(path.join(folder, names[0]), async () => {
      await ensureFolder(folder, 'owner');
      const mode = (await handle.stat()).mode & 0o777;
      const { file, copy } = await openNew(folder, names, mode);
      try {
        await copyBytes(source, handle, copy, size);
        await checkReaders(copy, file, mode);
        await copy.close();
      } catch (error) {
        await copy.close().catch(() => {});
        await rm(file, { force: true }).catch(() => {});
        throw error;
      }
      return file;
    });
  } finally {
    await handle.close();
  }
}

interface NewFile {
  readonly file: string;
  readonly copy: FileHandle;
}

/** A name is refused in many ways: EINVAL, EILSEQ, ENOENT, even EPERM. */
async function openNew(
  folder: string,
  [name, ...others]: readonly string[],
  mode: number,
): Promise<NewFile> {
  const { name: stem, ext } = path.parse(name);
  for (let count = 1; ; count++) {
    const file = path.join(folder, count === 1 ? name : `${stem}_${count}${ext}`);
    try {
      // Opened with its mode, and written: where modes are not kept, copyFile and chmod fail.
      return { file, copy: await open(file, 'wx', mode) };
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue;
      if (others.length === 0) throw error;
      return openNew(folder, others, mode);
    }
  }
}

/** No more than `size` bytes: some files never end. */
async function copyBytes(
  source: string,
  from: FileHandle,
  to: FileHandle,
  size: number,
): Promise<void> {
  const piece = Buffer.allocUnsafe(PIECE);
  for (let left = size; left > 0; ) {
    const { bytesRead } = await readable(source, from.read(piece, 0, Math.min(PIECE, left)));
    if (bytesRead === 0) return;
    await to.appendFile(piece.subarray(0, bytesRead));
    left -= bytesRead;
  }
}

async function readable<T>(source: string, reading: Promise<T>): Promise<T> {
  return reading.catch((error) => {
    const why = systemCode(error) ?? messageOf(error);
    throw new InputError(`expected to copy ${source}, but it can no longer be read (${why})`, {
      hint: 'check the disk or share, then run the same command again',
      cause: error,
    });
  });
}
