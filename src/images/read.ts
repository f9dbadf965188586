// Reads an image file, turning system errors into one sentence about the file.

import { lstat, readFile, stat } from 'node:fs/promises';
import { systemCode } from '../base/errors.ts';
import { describeUrl } from '../base/urls.ts';
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
    const url = describeUrl(file.toString());
    if (url) {
      throw new ImageError(`it is ${url.what}, not a file`, { code: 'image_url', hint: url.hint });
    }
    const known = READ_REASONS[systemCode(error) ?? ''] ?? UNREADABLE;
    const [code, what, hint] = (known === READ_REASONS.ENOENT && (await absence(file))) || known;
    throw new ImageError(what, { code, hint, cause: error });
  }
}

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
