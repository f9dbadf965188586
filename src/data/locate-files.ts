// Looks up the files that the rows of a table name, under either Unicode form of their names.

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import { diskTrouble, type Trouble } from '../base/disk-trouble.ts';
import { InputError, messageOf, systemCode } from '../base/errors.ts';
import { composed } from '../base/names.ts';
import { UNFIT_FILE } from '../base/read-bounded.ts';
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
  const locate = async (row: R): Promise<{ found: R; problem?: Problem }> => {
    const problem = await problemOf(row.file);
    if (problem !== ABSENT) return { found: row, ...(problem && { problem }) };
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
    `expected a file at ${found.file} (row ${found.row} of ${name}), ${problem?.what}${more}`,
    { hint: problem?.hint ?? hintOn(found.path, base) },
  );
}

function hintOn(path: string, base: string): string {
  if (path.includes('\\')) return 'write / between folders, not \\';
  return `correct the row; paths are relative to ${base}`;
}

/** Why there is no file; undefined where there is one. */
async function problemOf(file: string): Promise<Problem | undefined> {
  // A table in UTF-16 without a mark, or damaged.
  if (file.includes('\0')) return { what: 'but a path cannot contain a zero character' };
  try {
    const found = await stat(file);
    if (found.isFile()) return undefined;
    return { what: found.isDirectory() ? 'found a folder' : 'found a pipe or device' };
  } catch (error) {
    const problem = unreadable(error);
    return problem === ABSENT && (await isLink(file)) ? DANGLING : problem;
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
    const isThere = part === '..' || (await problemOf(path.join(folder, part))) !== ABSENT;
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

/** Completes `expected a file at FILE, ...`. */
type Problem = Pick<Trouble, 'what'> & Partial<Trouble>;

/** Why a file cannot be read. @throws `error` where it is none of the system */
export function unreadable(error: unknown): Problem {
  const code = systemCode(error) ?? '';
  if (code === UNFIT_FILE) return { what: `but it ${messageOf(error)}` };
  const known = UNREADABLE[code];
  if (known !== undefined) return known;
  const trouble = diskTrouble(error);
  if (trouble === undefined) throw error;
  return { ...trouble, what: `but ${trouble.what}` };
}

const DANGLING: Problem = { what: 'found a link that leads nowhere', hint: LEADS_NOWHERE[2] };
const ABSENT: Problem = { what: 'found nothing there' };
const DENIED: Problem = { what: 'but permission to read it was denied' };
const UNREADABLE: Readonly<Record<string, Problem>> = {
  ENOENT: ABSENT,
  ENOTDIR: ABSENT,
  EISDIR: { what: 'found a folder' },
  EACCES: DENIED,
  EPERM: DENIED,
  ELOOP: { what: 'found a link that leads back to itself' },
  ENAMETOOLONG: { what: 'but the path is too long' },
};
