// Reads image files, turning system errors into one sentence about the file.

import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { diskTrouble, type Trouble, tryAgain } from '../base/disk-trouble.ts';
import { messageOf, systemCode } from '../base/errors.ts';
import { isTooLarge, openRegular, readBounded, UNFIT_FILE } from '../base/read-bounded.ts';
import { describeUrl } from '../base/urls.ts';
import { DiskError, ImageError } from './image-error.ts';
import { holdBytes } from './memory.ts';
import { shownName } from './shown-name.ts';

/** Path of a file or folder; bytes where its name is not UTF-8, which no string can express. */
export type Place = string | Buffer;

/** In bytes; larger files are not images that anybody classifies. */
const MAX_BYTES = 1_000_000_000;

/** In bytes: of a file that is read piece by piece. */
const PIECE = 2 ** 22;

/**
 * Runs `work` with the bytes of a file, once there is room for them beside other images.
 * @param isListed whether its folder or a table says that it is there
 * @throws ImageError when there is no readable file at that path, DiskError when its disk fails; and
 *   what `work` throws
 */
export async function withImage<T>(
  file: Place,
  work: (bytes: Uint8Array) => Promise<T>,
  isListed = true,
): Promise<T> {
  const size = await sizeOfImage(file, isListed);
  return holdBytes(size, async () =>
    work(await explained(file, isListed, () => readBounded(file, MAX_BYTES))),
  );
}

/** In bytes. @throws as `withImage` */
export function sizeOfImage(file: Place, isListed = true): Promise<number> {
  return explained(file, isListed, async () => {
    const { handle, size } = await openRegular(file, MAX_BYTES);
    await handle.close();
    return size;
  });
}

/** What is known of a file that was not held in memory. */
export interface Digest {
  readonly sha256: string;
  readonly bytes: number;
  /** The first ones. */
  readonly head: Uint8Array;
}

/** Reads a file piece by piece. @throws as `withImage` */
export function digestImage(file: Place): Promise<Digest> {
  return explained(file, true, async () => {
    const { handle, size } = await openRegular(file, MAX_BYTES);
    try {
      const hash = createHash('sha256');
      const piece = Buffer.alloc(PIECE);
      let head: Uint8Array | undefined;
      let bytes = 0;
      // One that grows has changed when it is decoded.
      while (bytes < size) {
        const { bytesRead } = await handle.read(piece, 0, PIECE, bytes);
        if (bytesRead === 0) break;
        hash.update(piece.subarray(0, bytesRead));
        head ??= Uint8Array.from(piece.subarray(0, bytesRead));
        bytes += bytesRead;
      }
      return { sha256: hash.digest('hex'), bytes, head: head ?? new Uint8Array() };
    } finally {
      await handle.close();
    }
  });
}

/** @throws ImageError or DiskError for what reading throws, which is tried again where a disk fails */
async function explained<T>(file: Place, isListed: boolean, read: () => Promise<T>): Promise<T> {
  const troubleOf = (error: unknown) => diskTroubleOf(file, isListed, error);
  try {
    return await tryAgain(read, async (error) => (await troubleOf(error)) !== undefined);
  } catch (error) {
    const trouble = await troubleOf(error);
    if (trouble !== undefined) {
      const details = { code: 'disk_failed', hint: trouble.hint, cause: error };
      throw new DiskError(shownName(file), trouble.what, details);
    }
    throw await imageError(file, error);
  }
}

/** Undefined where it is the file that cannot be read, not its disk. */
async function diskTroubleOf(
  file: Place,
  isListed: boolean,
  error: unknown,
): Promise<Trouble | undefined> {
  const code = systemCode(error) ?? '';
  if (code === 'ENOENT') return isListed && !(await isLink(file)) ? GONE : undefined;
  return code in READ_REASONS ? undefined : diskTrouble(error);
}

async function imageError(file: Place, error: unknown): Promise<ImageError> {
  const url = describeUrl(file.toString());
  if (url) {
    return new ImageError(`it is ${url.what}, not a file`, { code: 'image_url', hint: url.hint });
  }
  if (systemCode(error) === UNFIT_FILE) {
    const [code, what, hint] = isTooLarge(error)
      ? TOO_LARGE
      : [
          'image_unreadable',
          `it ${messageOf(error)}`,
          'give an image file, or - for standard input',
        ];
    return new ImageError(what, { code, hint, cause: error });
  }
  const known = READ_REASONS[systemCode(error) ?? ''] ?? UNREADABLE;
  const [code, what, hint] = (known === READ_REASONS.ENOENT && (await absence(file))) || known;
  return new ImageError(what, { code, hint, cause: error });
}

const GONE: Trouble = {
  what: 'it is gone, though it was listed',
  hint: 'connect the disk or share again, then run the same command again',
};

type Reason = readonly [code: string, what: string, hint: string];

/** Why there is no file of that name, where the name or a link says so. */
async function absence(file: Place): Promise<Reason | undefined> {
  if (await isLink(file)) return LEADS_NOWHERE;
  // Node.js replaces such bytes in command line arguments.
  if (file.includes('\ufffd')) return NOT_UTF8;
  return typeof file === 'string' && /[*?]/.test(file) ? NO_MATCH : undefined;
}

/** Whether a path is a link, which may lead nowhere. */
export async function isLink(file: Place): Promise<boolean> {
  return lstat(file).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

export const LEADS_NOWHERE: Reason = [
  'image_missing',
  'it is a link that leads nowhere',
  'copy or fetch the files that the links lead to, e.g. with cp -L, rsync -L, git annex get or dvc pull',
];

const UNREADABLE: Reason = [
  'image_unreadable',
  'the file cannot be read',
  'check the disk, or copy the file elsewhere',
];

const TOO_LARGE: Reason = ['image_too_large', 'the file is over 1 GB', 'make the image smaller'];

const NO_MATCH: Reason = [
  'image_missing',
  'no file matches it',
  'check the pattern: * and ? are only for the last part of a path',
];

const NOT_UTF8: Reason = [
  'image_missing',
  'its name is not UTF-8, so it cannot be given as an argument',
  'give the folder that contains it, or rename it',
];

const READ_REASONS: Record<string, Reason> = {
  ENOENT: ['image_missing', 'there is no such file', 'check the spelling of the path'],
  ENOTDIR: ['image_missing', 'part of the path is not a folder', 'check the spelling of the path'],
  EACCES: ['image_unreadable', 'permission to read the file was denied', 'change its permissions'],
  EPERM: ['image_unreadable', 'permission to read the file was denied', 'change its permissions'],
  EISDIR: ['image_unreadable', 'it is a folder', 'give the image files in it'],
  ELOOP: ['image_unreadable', 'it is a link that leads back to itself', 'remove the link'],
  ENAMETOOLONG: ['image_missing', 'the path is too long', 'check the spelling of the path'],
};

/** The result, or the ImageError; anything else is rethrown. */
export async function catchImageError<T>(work: () => Promise<T>): Promise<T | ImageError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
}
