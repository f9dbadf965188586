// Reads a file whole, turning what the system says into one sentence about that file.

import { readFile } from 'node:fs/promises';
import { systemCode } from '../base/errors.ts';
import { PictureError } from './decode.ts';

/** @throws PictureError when there is no readable file at that path */
export async function readPicture(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const [code, what, hint] = READ_REASONS[systemCode(error) ?? ''] ?? UNREADABLE;
    throw new PictureError(what, { code, hint, cause: error });
  }
}

const UNREADABLE = [
  'image_unreadable',
  'the file cannot be read',
  'check the disk, or copy the file elsewhere',
] as const;

const READ_REASONS: Record<string, readonly [code: string, what: string, hint: string]> = {
  ENOENT: ['image_missing', 'there is no such file', 'check the spelling of the path'],
  ENOTDIR: ['image_missing', 'part of that path is not a folder', 'check the spelling of the path'],
  EACCES: ['image_unreadable', 'permission to read the file was denied', 'change its permissions'],
  EPERM: ['image_unreadable', 'permission to read the file was denied', 'change its permissions'],
  EISDIR: ['image_unreadable', 'it is a folder', 'give the files in it, or the folder itself'],
  ELOOP: ['image_unreadable', 'it is a link that leads back to itself', 'remove the link'],
  ERR_FS_FILE_TOO_LARGE: ['image_too_large', 'the file is over 2 GB', 'make the picture smaller'],
};
