// Finds the namespace folders of a cache, and recognises folders that are not a cache.

import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { diskTrouble } from '../../base/disk-trouble.ts';
import { systemCode, UnfitError, UsageError } from '../../base/errors.ts';
import { CACHE_VERSION } from './keys.ts';
import { isLayoutVersion, isSegmentName, isSha256, SPACE_FILE } from './layout.ts';

/** One namespace folder and the segments in it. */
export interface Space {
  version: string;
  namespace: string;
  folder: string;
  segments: { file: string; stat: Stats }[];
}

/** As `spacesOf`; refuses a folder that is not empty but contains no space of ours. */
export async function ownSpacesOf(root: string): Promise<Space[]> {
  const spaces = await spacesOf(root);
  const foreign = (await list(root)).some(({ name }) => name !== CACHE_VERSION);
  if (spaces.length > 0 || !foreign) return spaces;
  throw new UsageError(`expected an imgdiag cache in ${root}, found other files`, {
    hint: `a cache contains ${CACHE_VERSION}/<hash>/${SPACE_FILE}; nothing was removed`,
  });
}

/** Namespace folders of every layout version; links are not followed. @throws UnfitError */
export async function spacesOf(root: string): Promise<Space[]> {
  const spaces: Space[] = [];
  for (const { name: version } of (await list(root)).filter(isVersionFolder)) {
    for (const entry of await list(path.join(root, version))) {
      if (!entry.isDirectory() || !isSha256(entry.name)) continue;
      const namespace = entry.name;
      const folder = path.join(root, version, namespace);
      const files = (await list(folder)).filter((file) => file.isFile());
      if (!files.some((file) => file.name === SPACE_FILE)) continue;
      const segments = [];
      for (const { name } of files.filter((file) => isSegmentName(file.name))) {
        const file = path.join(folder, name);
        const stat = await lstat(file).catch(() => undefined);
        if (stat !== undefined) segments.push({ file, stat });
      }
      spaces.push({ version, namespace, folder, segments });
    }
  }
  return spaces;
}

function isVersionFolder(entry: Dirent): boolean {
  return entry.isDirectory() && isLayoutVersion(entry.name);
}

/** A missing folder is an empty one. @throws UnfitError for one that cannot be read */
export async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'ENOENT') return [];
    const what = REASONS[code] ?? diskTrouble(error)?.what;
    if (what === undefined) throw error;
    throw new UnfitError(`expected a readable cache folder at ${folder}, but ${what}`, {
      hint: 'give another folder as --bottleneck_dir, or change its permissions',
      cause: error,
    });
  }
}

const DENIED = 'permission to read it was denied';
const REASONS: Readonly<Record<string, string>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  ENOTDIR: 'it is a file',
  ELOOP: 'it is a link that leads back to itself',
};
