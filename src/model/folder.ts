// Checks before any work whether a model may be saved in a folder, or whether it is not ours.

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { systemCode, WriteError } from '../base/errors.ts';
import { guardWrite, isTemporary, requireWritable } from '../base/files.ts';
import { UNFIT_FILE } from '../base/read-bounded.ts';
import { isOfVolume } from '../data/passed-over.ts';
import { requireNoLinks } from './links.ts';
import { isVersionName, LOCK, MANIFEST, VERSIONS } from './manifest.ts';
import { readManifestText } from './read.ts';

export const GIT_ATTRIBUTES_FILE = '.gitattributes';

/**
 * Checks, before any work is done, whether a model may be saved at `folder`.
 * @throws WriteError when it is a file, cannot be written, or contains anything but a model; UnfitError
 *   when something in it is a link
 */
export async function checkModelFolder(folder: string): Promise<void> {
  const entries = await entriesOf(folder);
  await requireWritable(folder);
  if (entries === undefined) return;
  const published = entries.includes(MANIFEST);
  const foreign = entries.find((name) => !isLeftover(name) && !isOfVolume(name));
  if (!published && foreign !== undefined) throw notOurs(folder, foreign);
  await requireNoLinks(folder);
  if (published) {
    if (!(await hasOurManifest(folder))) throw notOurs(folder, MANIFEST);
  } else if ((await versionsOf(folder)) === undefined) throw notOurs(folder, VERSIONS);
}

/** Left by a run that was killed before it published its first model. */
function isLeftover(name: string): boolean {
  return name === VERSIONS || name.startsWith(LOCK) || isTemporary(name);
}

/** Names in a folder; undefined when it does not exist. @throws WriteError when it is a file */
export async function entriesOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') {
      throw new WriteError(`expected a folder for the model at ${folder}, found a file`, {
        hint: 'give another --model_dir, or move that file away',
      });
    }
    return guardWrite(folder, () => Promise.reject(error));
  }
}

/** Ours: an imgdiag manifest, or a damaged one beside our versions. */
async function hasOurManifest(folder: string): Promise<boolean> {
  const file = path.join(folder, MANIFEST);
  const text = await guardWrite(file, () => manifestText(file));
  return text.includes('imgdiag-model') || ((await versionsOf(folder))?.length ?? 0) > 0;
}

/** Empty for a pipe, or a file larger than any manifest. @throws a system error */
async function manifestText(file: string): Promise<string> {
  try {
    return await readManifestText(file);
  } catch (error) {
    if (systemCode(error) === UNFIT_FILE) return '';
    throw error;
  }
}

/** Versions in `versions/`; undefined when it contains anything else. */
async function versionsOf(folder: string): Promise<string[] | undefined> {
  const names = (await entriesOf(path.join(folder, VERSIONS))) ?? [];
  const versions = names.filter((name) => !isTemporary(name));
  return versions.every(isVersionName) ? versions : undefined;
}

function notOurs(folder: string, found: string): WriteError {
  return new WriteError(
    `expected an empty folder or an imgdiag model at ${folder}, found ${found}`,
    {
      hint: 'give another --model_dir: imgdiag never overwrites a folder that it did not create',
    },
  );
}
