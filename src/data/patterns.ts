// Patterns in paths, for systems and quotes where no shell expands them.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Place } from '../images/read.ts';
import { type Entry, listFolder } from './entries.ts';
import { isSystemName } from './passed-over.ts';

/** What a pattern stands for, in order; nothing for any other path. Hidden files only if it says so. */
export async function matchesOf(place: Place): Promise<Entry[]> {
  const pattern = path.basename(place.toString());
  if (typeof place !== 'string' || !/[*?]/.test(pattern)) return [];
  const folder = path.dirname(place);
  const there = await stat(folder).catch(() => undefined);
  if (!there?.isDirectory()) return [];
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const regex = new RegExp(`^${source}$`, process.platform === 'win32' ? 'isu' : 'su');
  const entries = await listFolder(folder);
  return entries
    .filter(({ name }) => regex.test(name) && (pattern.startsWith('.') || !isSystemName(name)))
    .map((entry) => ({ ...entry, name: path.join(folder, entry.name) }));
}
