// Finds a network by name among those that were fetched; opens no connection.

import path from 'node:path';
import { UsageError } from '../../base/errors.ts';
import { parseHubName } from './hub-name.ts';
import { findArchive } from './sources.ts';
import { type Fetched, listFetched, storeRoot, verifyFetched } from './store.ts';

export interface Stored extends Fetched {
  /** What `--extractor` would be given: the archive, or the folder of a hub's network. */
  readonly path: string;
}

/**
 * A network that was fetched, with its files verified; undefined where there is none.
 * @throws UsageError where several revisions are there and none is named; UnfitError `checksum_wrong`
 */
export async function findFetched(name: string, env = process.env): Promise<Stored | undefined> {
  const hub = parseHubName(name);
  const id = hub === undefined ? findArchive(name)?.id : `hf:${hub.repository}`;
  if (id === undefined) return undefined;
  const asked = name.includes('@') ? (hub?.revision ?? '') : '';
  const all = (await listFetched(storeRoot(env))).filter(
    (one) => one.id === id && (one.revision ?? '').startsWith(asked),
  );
  if (all.length > 1) {
    const names = all.map((one) => idOfFetched(one)).join(', ');
    throw new UsageError(`expected one revision of ${id}, found ${all.length}`, {
      hint: `give one of ${names}`,
    });
  }
  const [found] = all;
  if (found === undefined) return undefined;
  await verifyFetched(found);
  const below = found.revision === null ? found.files[0].path : '';
  return { ...found, path: path.join(found.folder, below) };
}

/** The whole name, with the commit: what a model records. */
export function idOfFetched({ id, revision }: Fetched): string {
  return revision === null ? id : `${id}@${revision}`;
}
