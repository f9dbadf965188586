// The user's home folder, and paths that begin with it.

import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { UsageError } from './errors.ts';

/** Undefined where neither the environment nor the system's list of users names one. */
export function homeFolder(): string | undefined {
  for (const find of [homedir, () => userInfo().homedir]) {
    try {
      const folder = find();
      if (path.isAbsolute(folder)) return folder;
    } catch {
      // A user whom the system does not know.
    }
  }
  return undefined;
}

/**
 * `~/x` as the path that a shell makes of it; shells leave it as it is in `--option=~/x`, and Windows
 * always does. @throws UsageError where there is no home folder
 */
export function expandHome(place: string): string {
  const below = /^~(?:$|[\\/](.*)$)/s.exec(place);
  if (below === null || (place[1] === '\\' && path.sep === '/')) return place;
  const home = homeFolder();
  if (home !== undefined) return path.join(home, below[1] ?? '');
  throw new UsageError(`expected a home folder for ${place}, found none`, {
    hint: 'set HOME, or give the whole path',
  });
}
