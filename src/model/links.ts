// Refuses model folders that hold links: what is read, written and removed there must lie there.

import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UnfitError } from '../base/errors.ts';
import { LOCK, MANIFEST, VERSIONS } from './manifest-schema.ts';

/**
 * The folder itself may be a link. What cannot be listed is told when it is read or written.
 * @throws UnfitError that names a link
 */
export async function requireNoLinks(folder: string): Promise<void> {
  const link = (await linkAmong(folder)) ?? (await linkBelow(folder, VERSIONS));
  if (link === undefined) return;
  const leads = await stat(path.join(folder, link)).then(
    () => '',
    () => ' that leads nowhere',
  );
  throw new UnfitError(
    `expected a model without links in ${folder}, but ${link} is a link${leads}`,
    {
      code: 'model_linked',
      hint: 'copy it with what its links lead to, e.g. cp -rL, or make one link to a whole model folder',
    },
  );
}

/** Beside these lie only copies, which are replaced without being opened by what they lead to. */
async function linkAmong(folder: string): Promise<string | undefined> {
  for (const name of [MANIFEST, VERSIONS, 'head', LOCK]) {
    const found = await lstat(path.join(folder, name)).catch(() => undefined);
    if (found?.isSymbolicLink()) return name;
  }
  return undefined;
}

async function linkBelow(folder: string, above: string): Promise<string | undefined> {
  const entries = await readdir(path.join(folder, above), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const name = `${above}/${entry.name}`;
    if (entry.isSymbolicLink()) return name;
    const found = entry.isDirectory() ? await linkBelow(folder, name) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
