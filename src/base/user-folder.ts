// The folders of the platform for what a program keeps for its user.

import path from 'node:path';
import { UsageError } from './errors.ts';
import { homeFolder } from './home.ts';

/** By the XDG base directory specification (https://specifications.freedesktop.org/basedir-spec/). */
const PLACES = {
  cache: { xdg: 'XDG_CACHE_HOME', posix: '.cache', mac: 'Caches', windows: 'cache' },
  data: {
    xdg: 'XDG_DATA_HOME',
    posix: path.posix.join('.local', 'share'),
    mac: 'Application Support',
    windows: 'data',
  },
} as const;

/**
 * @param kind `cache`: may be deleted at any time; `data`: kept
 * @throws UsageError where the user has no home folder, with `hint`
 */
export function userFolder(
  kind: keyof typeof PLACES,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  hint: string,
): string {
  const place = PLACES[kind];
  const home = () => {
    const folder = homeFolder();
    if (folder !== undefined) return folder;
    throw new UsageError(`expected a home folder for the ${kind} of imgdiag, found none`, { hint });
  };
  if (platform === 'win32') {
    const { join } = path.win32;
    const local = env.LOCALAPPDATA || join(env.USERPROFILE || home(), 'AppData', 'Local');
    return join(local, 'imgdiag', place.windows);
  }
  const { join, isAbsolute } = path.posix;
  // XDG specification: relative paths must be ignored.
  const xdg = env[place.xdg];
  if (xdg && isAbsolute(xdg)) return join(xdg, 'imgdiag');
  const folder = env.HOME && isAbsolute(env.HOME) ? env.HOME : home();
  return platform === 'darwin'
    ? join(folder, 'Library', place.mac, 'imgdiag')
    : join(folder, place.posix, 'imgdiag');
}
