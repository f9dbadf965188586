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
  const entries = await listFolder(folder);
  return entries
    .filter(
      ({ name }) => isMatch(name, pattern) && (pattern.startsWith('.') || !isSystemName(name)),
    )
    .map((entry) => ({ ...entry, name: path.join(folder, entry.name) }));
}

/**
 * Whether `pattern` with `*` and `?` describes the whole of `name`. Not by a regular expression: that
 * may take for ever where there are many stars.
 */
export function isMatch(name: string, pattern: string, platform = process.platform): boolean {
  const [text, wanted] = [name, pattern].map((word) =>
    Array.from(platform === 'win32' ? word.toLowerCase() : word),
  );
  let at = 0;
  let next = 0;
  // The last star, and where what it stands for ends.
  let star = -1;
  let end = 0;
  while (at < text.length) {
    if (wanted[next] === '*') {
      star = next++;
      end = at;
    } else if (next < wanted.length && (wanted[next] === '?' || wanted[next] === text[at])) {
      at++;
      next++;
    } else if (star !== -1) {
      next = star + 1;
      at = ++end;
    } else return false;
  }
  return wanted.slice(next).every((character) => character === '*');
}
