// Whether a place lies in a folder: by where it really is, not by how it is spelled.

import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { composed } from './names.ts';

/** What is asked of a disk; the tests have others. */
export interface Disk {
  readonly path: Pick<
    typeof path,
    'basename' | 'dirname' | 'isAbsolute' | 'join' | 'relative' | 'resolve' | 'sep'
  >;
  /** Without links; undefined for what does not exist. */
  real(place: string): string | undefined;
  /** The same for all names of a file or folder; undefined where it is not known. */
  idOf(place: string): string | undefined;
}

const DISK: Disk = {
  path,
  real: (place) => orUndefined(() => realpathSync.native(place)),
  idOf: (place) =>
    orUndefined(() => {
      const { dev, ino } = statSync(place, { bigint: true });
      return ino === 0n ? undefined : `${dev}:${ino}`;
    }),
};

function orUndefined<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** Neither needs to exist: links, other mounts and disks that ignore case are seen through. */
export function isWithin(folder: string, place: string, disk: Disk = DISK): boolean {
  if (isSpelledWithin(folder, place, disk)) return true;
  const [outer, inner] = [locate(folder, disk), locate(place, disk)];
  const id = outer.exists ? disk.idOf(outer.at) : undefined;
  if (id !== undefined && ancestors(inner.existing, disk).some((at) => disk.idOf(at) === id)) {
    return true;
  }
  if (isSpelledWithin(outer.at, inner.at, disk)) return true;
  const [one, other] = [outer.at, inner.at].map((at) => composed(composed(at).toLowerCase()));
  return isSpelledWithin(one, other, disk) && ignoresCase(outer.existing, disk);
}

function isSpelledWithin(folder: string, place: string, { path }: Disk): boolean {
  const below = path.relative(path.resolve(folder), path.resolve(place));
  return !(below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below));
}

/** Its real path, and that of the nearest folder above it that exists. */
function locate(place: string, disk: Disk) {
  const whole = disk.path.resolve(place);
  for (const at of ancestors(whole, disk)) {
    const existing = disk.real(at);
    if (existing === undefined) continue;
    const missing = disk.path.relative(at, whole);
    return { at: disk.path.join(existing, missing), existing, exists: missing === '' };
  }
  return { at: whole, existing: whole, exists: false };
}

/** With itself, first. */
function ancestors(place: string, { path }: Disk): string[] {
  const above = path.dirname(place);
  return above === place ? [place] : [place, ...ancestors(above, { path } as Disk)];
}

/** Whether the same folder is found by its name in the other case. */
function ignoresCase(folder: string, disk: Disk): boolean {
  for (const at of ancestors(folder, disk)) {
    const name = disk.path.basename(at);
    const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
    if (other === name) continue;
    const id = disk.idOf(at);
    return id !== undefined && disk.idOf(disk.path.join(disk.path.dirname(at), other)) === id;
  }
  return false;
}
