// Lists a folder, also entries whose names are not UTF-8.

import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { diskTrouble, tryAgain } from '../base/disk-trouble.ts';
import { InputError, systemCode } from '../base/errors.ts';
import { compareCodeUnits } from '../base/hash.ts';
import { shellWord } from '../base/shell.ts';
import type { Place } from '../images/read.ts';
import { isUtf8, shownName } from '../images/shown-name.ts';

export interface Entry {
  /** For display: bytes that are not UTF-8 as `\xNN`. */
  readonly name: string;
  readonly place: Place;
  readonly kind: 'file' | 'folder' | 'other';
  /** Whether it is a link, to what `kind` says. */
  readonly link: boolean;
}

/**
 * In code-unit order of names.
 * @param isListed whether its folder says that it is there: if nothing is, the disk is gone
 * @throws InputError when it is not a readable folder
 */
export async function listFolder(folder: Place, isListed = false): Promise<Entry[]> {
  const reasonOf = (error: unknown) => {
    const code = systemCode(error) ?? '';
    return isListed && code === 'ENOENT' ? undefined : FOLDER_REASONS[code];
  };
  try {
    const named = await tryAgain(
      () => namesIn(folder),
      (error) => !reasonOf(error) && diskTrouble(error) !== undefined,
    );
    const entries = named.map(async ({ name, place, entry }) => {
      return { name, place, kind: await kindOf(entry, place), link: entry.isSymbolicLink() };
    });
    return (await Promise.all(entries)).sort((a, b) => compareCodeUnits(a.name, b.name));
  } catch (error) {
    const known = reasonOf(error);
    const trouble = known === undefined ? diskTrouble(error) : undefined;
    if (known === undefined && trouble === undefined) throw error;
    const [reason, hint] = known ?? [`but ${trouble?.what}`, trouble?.hint];
    throw new InputError(`expected a folder at ${shownName(folder)}, ${reason}`, {
      ...(known === DENIED && { code: FOLDER_DENIED }),
      ...(trouble && { code: FOLDER_FAILED }),
      hint: hint ?? (await hintOnDenied(folder)),
      cause: error,
    });
  }
}

/** `code` of the error for a folder that may not be read. */
export const FOLDER_DENIED = 'folder_denied';
/** The same for one whose disk or share fails: nobody can tell what is in it. */
export const FOLDER_FAILED = 'folder_failed';

/** @param mode for chmod */
export function permissionHint(folder: string, mode = '-R +rX'): string {
  if (process.platform === 'win32') return 'its owner can allow it, under Properties, Security';
  return `its owner can allow it: chmod ${mode} ${shellWord(folder)}`;
}

/** The folder may be closed by one above it, which lets nobody pass. */
async function hintOnDenied(folder: Place): Promise<string> {
  const named = folder.toString();
  let at = named;
  const isClosed = () =>
    stat(at).then(
      () => false,
      (error) => systemCode(error) === 'EACCES',
    );
  while (at !== path.dirname(at) && (await isClosed())) at = path.dirname(at);
  return at === named ? permissionHint(named) : permissionHint(at, '+x');
}

interface Named {
  readonly name: string;
  readonly place: Place;
  readonly entry: Dirent | Dirent<Buffer>;
}

async function namesIn(folder: Place): Promise<Named[]> {
  if (typeof folder === 'string') {
    const entries = await readdir(folder, { withFileTypes: true });
    // Bytes that cannot be decoded become U+FFFD, which hardly any name contains otherwise.
    if (!entries.some(({ name }) => name.includes('\ufffd'))) {
      return entries.map((entry) => {
        return { name: entry.name, place: path.join(folder, entry.name), entry };
      });
    }
  }
  const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => {
    return { name: shownName(entry.name), place: joinPlace(folder, entry.name), entry };
  });
}

function joinPlace(folder: Place, name: Buffer): Place {
  if (typeof folder === 'string' && isUtf8(name)) return path.join(folder, name.toString());
  return Buffer.concat([Buffer.from(folder), Buffer.from(path.sep), name]);
}

/** A broken link counts as a file: reading it gives an error that names it. */
async function kindOf(entry: Dirent | Dirent<Buffer>, place: Place): Promise<Entry['kind']> {
  if (!entry.isSymbolicLink()) {
    return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other';
  }
  try {
    const target = await stat(place);
    return target.isFile() ? 'file' : target.isDirectory() ? 'folder' : 'other';
  } catch {
    return 'file';
  }
}

/** The end of a sentence, and the remedy where it is always the same. */
type Reason = readonly [reason: string, hint?: string];

const GIVE = 'give the folder that holds one folder of images per label';
const DENIED: Reason = ['but permission to read it was denied'];
const FOLDER_REASONS: Readonly<Record<string, Reason>> = {
  ENOENT: ['found nothing there', GIVE],
  ENOTDIR: ['found a file', GIVE],
  EACCES: DENIED,
  EPERM: DENIED,
  ELOOP: ['found a link that leads back to itself', GIVE],
  ENAMETOOLONG: ['but the path is too long', GIVE],
};
