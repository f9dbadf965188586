// Who may read and change the cache: an old one is closed to other users, one that they can change is told.

import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import { closeToOthers } from '../../base/files.ts';
import type { Readers } from '../../base/readers.ts';
import { SPACE_FILE } from './layout.ts';
import { list, spacesOf } from './spaces.ts';

/** Of a process; undefined on Windows. */
const userId = () => process.getuid?.();

/**
 * A folder that others may enter was made by the user, perhaps to share it. One that is missing, or
 * closed already, is closed to others.
 */
export async function readersOf(root: string): Promise<Readers> {
  const found = await stat(root).catch(() => undefined);
  return found === undefined || (found.mode & 0o077) === 0 ? 'owner' : 'umask';
}

/** Closes what earlier versions have left open to others in a cache of the user's own. */
export async function closeCache(root: string): Promise<void> {
  const user = userId();
  if (user === undefined) return;
  const spaces = await spacesOf(root).catch(() => []);
  const places = [root];
  for (const { folder, segments } of spaces) {
    places.push(path.dirname(folder), folder, path.join(folder, SPACE_FILE));
    places.push(...segments.map(({ file }) => file));
  }
  for (const place of new Set(places)) {
    // Links are left alone, but the cache may be one itself.
    const found = await (place === root ? stat : lstat)(place).catch(() => undefined);
    if (found?.uid === user && !found.isSymbolicLink()) await closeToOthers(place, found.mode);
  }
}

/**
 * The first of the cache's folders and segments of which `describeDoubt` says something: whoever can
 * write there decides what the images are taken for.
 */
export async function findDoubt(root: string, folder: string): Promise<string | undefined> {
  const user = userId();
  if (user === undefined) return undefined;
  const names = await list(folder).catch(() => []);
  const segments = names.filter((entry) => entry.isFile()).map(({ name }) => name);
  const files = segments.map((name) => path.join(folder, name));
  for (const place of [root, path.dirname(folder), folder, ...files]) {
    const found = await stat(place).catch(() => undefined);
    const doubt = found && describeDoubt(found, user);
    if (doubt !== undefined) return `${place} ${doubt}`;
  }
  return undefined;
}

/** Undefined where only the user and root can write. */
export function describeDoubt(
  { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  user: number,
): string | undefined {
  if (uid !== user && uid !== 0) return 'belongs to another user';
  // Many systems give every user a group of the same number, with nobody else in it.
  const others = gid === uid ? 0o002 : 0o022;
  return (mode & others) === 0 ? undefined : 'can be written by other users';
}
