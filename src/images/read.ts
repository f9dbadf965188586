// Reads an image file, turning system errors into one sentence about the file.

import { readFile, stat } from 'node:fs/promises';
import { systemCode } from '../base/errors.ts';
import { ImageError } from './decode.ts';

/** Path of a file or folder; bytes where its name is not UTF-8, which no string can express. */
export type Place = string | Buffer;

/** In bytes; larger files are not images that anybody classifies. */
const MAX_BYTES = 1_000_000_000;

/** @throws ImageError when there is no readable file at that path */
export async function readImage(file: Place): Promise<Uint8Array> {
  try {
    const found = await stat(file);
    // Reading a pipe or a device might never end.
    if (!found.isFile() && !found.isDirectory()) throw { code: 'NOT_A_FILE' };
    if (found.size > MAX_BYTES) throw { code: 'ERR_FS_FILE_TOO_LARGE' };
    return await readFile(file);
  } catch (error) {
    const known = READ_REASONS[systemCode(error) ?? ''] ?? UNREADABLE;
    // Node.js replaces such bytes in command line arguments.
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
  'its name is not UTF-8, so it cannot be given as an argument',
  'give the folder that contains it, or rename it',
] as const;

const READ_REASONS: Record<string, readonly [code: string, what: string, hint: string]> = {
  ENOENT: ['image_missing', 'there is no such file', 'check the spelling of the path'],
  ENOTDIR: ['image_missing', 'part of the path is not a folder', 'check the spelling of the path'],
  EACCES: ['image_unreadable', 'permission to read the file was denied', 'change its permissions'],
  EPERM: ['image_unreadable', 'permission to read the file was denied', 'change its permissions'],
  EISDIR: ['image_unreadable', 'it is a folder', 'give the image files in it'],
  ELOOP: ['image_unreadable', 'it is a link that leads back to itself', 'remove the link'],
  NOT_A_FILE: [
    'image_unreadable',
    'it is a pipe or a device, not a file',
    'give an image file, or - for standard input',
  ],
  ENAMETOOLONG: ['image_missing', 'the path is too long', 'check the spelling of the path'],
  ERR_FS_FILE_TOO_LARGE: ['image_too_large', 'the file is over 1 GB', 'make the image smaller'],
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
