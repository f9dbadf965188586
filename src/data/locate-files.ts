// Looks up the files that the rows of a table name, under either Unicode form of their names.

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import { InputError, systemCode } from '../base/errors.ts';
import { composed } from '../base/names.ts';
import { isLink, LEADS_NOWHERE } from '../images/read.ts';

/** Files looked up at once. */
const LOOKUPS = 16;

/** What a row of a table names. */
export interface RowFile {
  readonly row: number;
  /** Relative to the base folder, `/` between parts. */
  readonly path: string;
  readonly file: string;
}

/** Names of the files of a folder, by their composed form. */
type Listing = ReadonlyMap<string, string>;

/**
 * @param name of the table, for messages
 * @returns `rows`, each with the name that its file has; `renamed`: rows in which that is another
 *   Unicode form of the name that the row gives
 * @throws InputError for the first row whose file is missing
 */
export async function locateFiles<R extends RowFile>(
  rows: readonly R[],
  name: string,
  base: string,
): Promise<{ readonly rows: readonly R[]; readonly renamed: readonly number[] }> {
  const listings = new Map<string, Promise<Listing>>();
  const locate = async (row: R): Promise<{ found: R; problem?: string }> => {
    const problem = await problemOf(row.file);
    if (problem !== UNREADABLE.ENOENT) return { found: row, ...(problem && { problem }) };
    const other = await otherForm(base, row.path, listings);
    if (other === undefined) return { found: row, problem };
    const found = { ...row, path: other, file: path.join(base, other) };
    const reason = await problemOf(found.file);
    return { found, ...(reason && { problem: reason }) };
  };
  const located = await pMap(rows, locate, { concurrency: LOOKUPS });
  const [first, ...others] = located.filter(({ problem }) => problem !== undefined);
  if (first === undefined) {
    const renamed = rows.filter((row, index) => located[index].found !== row);
    return { rows: located.map(({ found }) => found), renamed: renamed.map(({ row }) => row) };
  }
  const more = others.length === 0 ? '' : `; further such rows: ${others.length}`;
  const { found, problem } = first;
  throw new InputError(
    `expected a file at ${found.file} (row ${found.row} of ${name}), ${problem}${more}`,
    { hint: hintOn(found.path, problem, base) },
  );
}

function hintOn(path: string, problem: string | undefined, base: string): string {
  if (problem === UNREADABLE.link) return LEADS_NOWHERE[2];
  if (path.includes('\\')) return 'write / between folders, not \\';
  return `correct the row; paths are relative to ${base}`;
}

/** Why there is no file; undefined where there is one. */
async function problemOf(file: string): Promise<string | undefined> {
  // A table in UTF-16 without a mark, or damaged.
  if (file.includes('\0')) return 'but a path cannot contain a zero character';
  try {
    const found = await stat(file);
    if (found.isFile()) return undefined;
    return found.isDirectory() ? 'found a folder' : 'found a pipe or device';
  } catch (error) {
    const reason = UNREADABLE[systemCode(error) ?? ''];
    if (reason === undefined) throw error;
    return reason === UNREADABLE.ENOENT && (await isLink(file)) ? UNREADABLE.link : reason;
  }
}

/** The same path with parts as the disk writes them; undefined where a part is in neither form. */
async function otherForm(
  base: string,
  relative: string,
  listings: Map<string, Promise<Listing>>,
): Promise<string | undefined> {
  let found = '';
  for (const part of relative.split('/')) {
    const folder = path.join(base, found);
    const listing = listings.get(folder) ?? listNames(folder);
    listings.set(folder, listing);
    const isThere =
      part === '..' || (await problemOf(path.join(folder, part))) !== UNREADABLE.ENOENT;
    const name = isThere ? part : (await listing).get(composed(part));
    if (name === undefined) return undefined;
    found = found === '' ? name : `${found}/${name}`;
  }
  return found;
}

/** None for what is no readable folder. */
async function listNames(folder: string): Promise<Listing> {
  const names = await readdir(folder).catch(() => []);
  return new Map(names.map((name) => [composed(name), name]));
}

/** By system code, as messages complete `expected a file at FILE, ...`. */
export const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'found nothing there',
  ENOTDIR: 'found nothing there',
  EISDIR: 'found a folder',
  EACCES: 'but permission to read it was denied',
  EPERM: 'but permission to read it was denied',
  ELOOP: 'found a link that leads back to itself',
  link: 'found a link that leads nowhere',
  ENAMETOOLONG: 'but the path is too long',
};
