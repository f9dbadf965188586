// Reads a file whole, turning what the system says into one sentence about that file.

import { readFile, stat } from 'node:fs/promises';
import { systemCode } from '../base/errors.ts';
import { ImageError } from './decode.ts';

/** Where a file or folder lies; bytes where its name is not UTF-8, since no string leads there. */
export type Place = string | Buffer;

/** Larger files are no images that anybody classifies. In bytes. */
const MAX_BYTES = 1_000_000_000;

/** @throws ImageError when there is no readable file at that path */
export async function readImage(file: Place): Promise<Uint8Array> {
  try {
    const found = await stat(file);
    // A pipe would be waited for, a device read, for ever.
    if (!found.isFile() && !found.isDirectory()) throw { code: 'NOT_A_FILE' };
    if (found.size > MAX_BYTES) throw { code: 'ERR_FS_FILE_TOO_LARGE' };
    return await readFile(file);
  } catch (error) {
    const known = READ_REASONS[systemCode(error) ?? ''] ?? UNREADABLE;
    // Node.js hands over a word of the command line with such bytes replaced.
    const lost = known === READ_REASONS.ENOENT && file.includes('\ufffd');
    const [code, what, hint] = lost ? NOT_UTF8 : known;
    throw new ImageError(what, { code, hint, cause: error });
  }
}

const UNREADABLE = [
  'image_unreadable',
  'the file cannot be read',
  'check the disk, or copy the file elsewhere',
] as const;

const NOT_UTF8 = [
  'image_missing',
  'its name is not UTF-8, so it cannot be named here',
  'give the folder that it lies in, or rename it',
] as const;

const READ_REASONS: Record<string, readonly [code: string, what: string, hint: string]> = {
  ENOENT: ['image_missing', 'there is no such file', 'check the spelling of the path'],
  ENOTDIR: ['image_missing', 'part of that path is not a folder', 'check the spelling of the path'],
  EACCES: ['image_unreadable', 'permission to read the file was denied', 'change its permissions'],
  EPERM: ['image_unreadable', 'permission to read the file was denied', 'change its permissions'],
  EISDIR: ['image_unreadable', 'it is a folder', 'give the files in it, or the folder itself'],
  ELOOP: ['image_unreadable', 'it is a link that leads back to itself', 'remove the link'],
  NOT_A_FILE: [
    'image_unreadable',
    'it is a pipe or a device, not a file',
    'give an image file, or - for standard input',
  ],
  ENAMETOOLONG: ['image_missing', 'the path is too long', 'check the spelling of the path'],
  ERR_FS_FILE_TOO_LARGE: ['image_too_large', 'the file is over 1 GB', 'make the image smaller'],
};

/** The value, or the reason why an image cannot be used; anything else is thrown on. */
export async function catchImageError<T>(work: () => Promise<T>): Promise<T | ImageError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
}
