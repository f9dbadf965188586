// Reads a file that somebody else may have made: a regular one, within a folder, of limited size.

import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';

/** Code of the errors below, beside those of the system. */
export const UNFIT_FILE = 'UNFIT_FILE';

/** Where the platform has it: opening a pipe returns at once, instead of waiting for a writer. */
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of `file`; its size is checked before anything is read.
 * @param maxBytes larger files are not read
 * @throws a system error, or one of code `UNFIT_FILE` whose message goes on from the file's name
 */
export async function readBounded(file: string, maxBytes: number): Promise<Buffer> {
  const handle = await open(file, WITHOUT_WAITING);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw unfit('is a pipe, a device or a folder, not a file');
    if (found.size > maxBytes) throw unfit(`has ${found.size} bytes, more than ${maxBytes}`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** @throws an error of code `UNFIT_FILE` where `file` is a link that leads out of `folder` */
export async function requireWithin(folder: string, file: string): Promise<void> {
  const below = path.relative(await realpath(folder), await realpath(file));
  if (below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below)) {
    throw unfit('is a link that leads out of the folder');
  }
}

function unfit(message: string): Error {
  return Object.assign(new Error(message), { code: UNFIT_FILE });
}
