// Reads a file that somebody else may have made: a regular one, within a folder, of limited size.

import { constants, createReadStream, type PathLike } from 'node:fs';
import { type FileHandle, open, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { systemCode } from './errors.ts';

/** Code of the errors below, beside those of the system. */
export const UNFIT_FILE = 'UNFIT_FILE';

/** Where the platform has it: opening a pipe returns at once, instead of waiting for a writer. */
export const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of `file`; its size is checked before anything is read.
 * @param maxBytes larger files are not read
 * @throws a system error, or one of code `UNFIT_FILE` whose message goes on from the file's name
 */
export async function readBounded(file: PathLike, maxBytes: number): Promise<Buffer> {
  const { handle, size } = await openRegular(file, maxBytes);
  try {
    return await readAll(handle, size);
  } finally {
    await handle.close();
  }
}

/** A shell's `<(command)`: a pipe that is open already, and that nobody but the user can name. */
const OF_THE_SHELL = /^\/(dev|proc\/self)\/fd\/\d+$/;

/** In bytes: a table of a million images has 100 MB. */
const MAX_LIST_BYTES = 256e6;

/** The bytes of a table or list that the user names; `-` is standard input. @throws as `readBounded` does */
export async function readList(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin);
  if (OF_THE_SHELL.test(file)) return buffer(createReadStream(file));
  const { handle } = await openRegular(file, MAX_LIST_BYTES);
  await handle.close();
  return readFile(file, { flag: WITHOUT_WAITING });
}

/**
 * Opens `file` if it is a regular file, for whoever reads it piece by piece.
 * @throws as `readBounded` does
 */
export async function openRegular(
  file: PathLike,
  maxBytes: number,
): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  const handle = await open(file, WITHOUT_WAITING).catch((error) => {
    // A socket; a pipe where it cannot be opened.
    throw systemCode(error) === 'ENXIO' ? unfit(NO_FILE) : error;
  });
  try {
    const found = await handle.stat();
    // As reading it would.
    if (found.isDirectory()) throw unfit('is a folder, not a file', 'EISDIR');
    if (!found.isFile()) throw unfit(NO_FILE);
    if (found.size > maxBytes) {
      throw unfit(`has ${found.size} bytes, more than ${maxBytes}`, UNFIT_FILE, true);
    }
    return { handle, size: found.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Files of /proc say that they are empty and are not, and some never end: not a byte beyond `size`. */
async function readAll(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size + 1);
  let length = 0;
  while (length <= size) {
    const read = await handle.read(bytes, length).catch((error) => {
      throw systemCode(error) === 'EAGAIN' ? unfit(NO_FILE) : error;
    });
    if (read.bytesRead === 0) return bytes.subarray(0, length);
    length += read.bytesRead;
  }
  throw unfit(`holds more than the ${size} bytes that its folder states`);
}

const NO_FILE = 'is a pipe or a device, not a file';

/** @throws an error of code `UNFIT_FILE` where `file` is a link that leads out of `folder` */
export async function requireWithin(folder: string, file: string): Promise<void> {
  if (!isWithin(await realpath(folder), await realpath(file))) {
    throw unfit('is a link that leads out of the folder');
  }
}

/** Of two real paths, as the system gives them. */
export function isWithin(folder: string, file: string): boolean {
  const below = path.relative(folder, file);
  return below !== '..' && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below);
}

function unfit(message: string, code = UNFIT_FILE, tooLarge = false): Error {
  return Object.assign(new Error(message), { code, tooLarge });
}

/** Whether an error of code `UNFIT_FILE` is one of size. */
export function isTooLarge(error: unknown): boolean {
  return (error as { tooLarge?: unknown } | null)?.tooLarge === true;
}
