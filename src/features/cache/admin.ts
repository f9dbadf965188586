// Cache maintenance: where it is, what it contains, and removing what imgdiag put there.

import type { Stats } from 'node:fs';
import path from 'node:path';
import { systemCode, UsageError } from '../../base/errors.ts';
import { isTemporary, remove, removeEmptyFolder } from '../../base/files.ts';
import { readBounded } from '../../base/read-bounded.ts';
import { userFolder } from '../../base/user-folder.ts';
import { CACHE_VERSION } from './keys.ts';
import { SPACE_FILE } from './layout.ts';
import { RecordFormat, Segment } from './segment.ts';
import { list, ownSpacesOf, type Space, spacesOf } from './spaces.ts';

/** Of `space.json`, which has a few short fields. */
const MAX_SPACE_BYTES = 1e6;

export interface CacheSpaceInfo {
  /** Layout version, the folder's name: `v1`. */
  version: string;
  /** SHA-256, hexadecimal. */
  namespace: string;
  /** From `space.json`, or null when that cannot be read. */
  extractor: string | null;
  engine: string | null;
  runtime: string | null;
  bytes: number;
  /** Different images; null where they cannot be counted. */
  images: number | null;
}

export interface CacheInfo {
  root: string;
  bytes: number;
  /** Null where those of a space cannot be counted. */
  images: number | null;
  spaces: CacheSpaceInfo[];
}

/**
 * What was removed; an image cached twice counts as two records, which are null where they cannot be
 * counted.
 */
export interface Removed {
  bytes: number;
  records: number | null;
}

/** The default folder of the platform. @throws UsageError where the user has no home folder */
export function defaultCacheRoot(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  return userFolder('cache', env, platform, 'set HOME, or give a folder as --bottleneck_dir');
}

const SECOND = 1000;
const UNITS: Record<string, number> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
  w: 604_800 * SECOND,
};

/** `90d` in milliseconds. @throws UsageError */
export function parseAge(text: string): number {
  const [, count, unit] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const age = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (Number.isSafeInteger(age)) return age;
  throw new UsageError(`expected an age such as 90d, found ${JSON.stringify(text)}`, {
    hint: 'give a whole number and a unit: s, m, h, d or w',
  });
}

/** The content of the cache; a folder that does not exist is an empty cache. */
export async function cacheInfo(root: string): Promise<CacheInfo> {
  const spaces = await Promise.all((await spacesOf(root)).map(describeSpaceFolder));
  const bytes = spaces.reduce((sum, space) => sum + space.bytes, 0);
  const images = sumOf(spaces.map((space) => space.images));
  return { root, bytes, images, spaces };
}

/**
 * Removes segments last used more than `olderThanMs` before `now`. Times of use are accurate to the
 * hour.
 * @param now milliseconds since 1970
 * @throws UsageError when `root` is not a cache; WriteError
 */
export async function pruneCache(root: string, olderThanMs: number, now: number): Promise<Removed> {
  return removeSegments(root, (stat) => now - stat.mtimeMs > olderThanMs);
}

/** Removes all segments, and folders that are then empty. @throws as `pruneCache` */
export async function clearCache(root: string): Promise<Removed> {
  return removeSegments(root, () => true);
}

async function removeSegments(root: string, isOld: (stat: Stats) => boolean): Promise<Removed> {
  const removed: Removed = { bytes: 0, records: 0 };
  for (const space of await ownSpacesOf(root)) {
    const format = recordFormatOf(space, await readSpaceFile(space));
    const old = space.segments.filter(({ stat }) => isOld(stat));
    for (const { file, stat } of old) {
      await remove(file);
      removed.bytes += stat.size;
      const records = format === undefined ? null : Math.floor(stat.size / format.stride);
      removed.records = sumOf([removed.records, records]);
    }
    if (old.length === space.segments.length) await removeSpaceFolder(space.folder);
    await removeEmptyFolder(path.dirname(space.folder));
  }
  return removed;
}

/** Null if one is: what is not known is not nothing. */
function sumOf(counts: readonly (number | null)[]): number | null {
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

/** Only by name, never recursively: a folder with other files keeps them. */
async function removeSpaceFolder(folder: string): Promise<void> {
  for (const entry of await list(folder)) {
    const ours = entry.name === SPACE_FILE || isTemporary(entry.name);
    if (ours && entry.isFile()) await remove(path.join(folder, entry.name));
  }
  await removeEmptyFolder(folder);
}

async function describeSpaceFolder(space: Space): Promise<CacheSpaceInfo> {
  const saved = await readSpaceFile(space);
  const textOf = (name: string) => (typeof saved[name] === 'string' ? saved[name] : null);
  return {
    version: space.version,
    namespace: space.namespace,
    extractor: textOf('extractor'),
    engine: textOf('engine'),
    runtime: textOf('runtime'),
    bytes: space.segments.reduce((sum, { stat }) => sum + stat.size, 0),
    images: countImages(space, recordFormatOf(space, saved)),
  };
}

/** The content of `space.json`; empty when it is damaged. */
async function readSpaceFile(space: Space): Promise<Record<string, unknown>> {
  try {
    const bytes = await readBounded(path.join(space.folder, SPACE_FILE), MAX_SPACE_BYTES);
    const saved: unknown = JSON.parse(bytes.toString());
    return { ...(saved as object) };
  } catch {
    return {};
  }
}

/** Undefined for another layout version, or when the size of a record is not known. */
function recordFormatOf(space: Space, saved: Record<string, unknown>): RecordFormat | undefined {
  const size = saved.feature_size;
  const known = typeof size === 'number' && Number.isInteger(size) && size > 0;
  return space.version === CACHE_VERSION && known
    ? new RecordFormat(space.namespace, size)
    : undefined;
}

function countImages(space: Space, format: RecordFormat | undefined): number | null {
  if (format === undefined) return null;
  const keys = new Set<string>();
  for (const { file } of space.segments) {
    try {
      const segment = new Segment(file);
      for (const [key] of segment.entries(format)) keys.add(key);
      segment.close();
    } catch (error) {
      // Removed meanwhile: no image that a run could use.
      if (systemCode(error) !== 'ENOENT') return null;
    }
  }
  return keys.size;
}
