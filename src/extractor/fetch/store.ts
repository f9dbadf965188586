// Networks that were fetched, in the user's data folder: one folder each, complete or not there.

import { lstat, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { systemCode, UnfitError } from '../../base/errors.ts';
import {
  ensureFolder,
  flushFolder,
  guardWrite,
  remove,
  writeFileAtomic,
} from '../../base/files.ts';
import { formatJson } from '../../base/json.ts';
import { patiently } from '../../base/patience.ts';
import { readBounded, requireWithin } from '../../base/read-bounded.ts';
import { userFolder } from '../../base/user-folder.ts';
import { type Checksum, checksumOf } from './checksum.ts';

const LIST = 'fetched.json';
const MAX_LIST = 1e5;
const PARTIAL = '.part';

const ListSchema = v.strictObject({
  schema_version: v.literal(1),
  id: v.string(),
  /** Commit of a hub, or null for an archive. */
  revision: v.nullable(v.string()),
  licence: v.nullable(v.string()),
  files: v.array(
    v.strictObject({
      /** Below the folder, with `/`. */
      path: v.pipe(
        v.string(),
        v.regex(/^[\w.-]+(\/[\w.-]+)*$/),
        v.check((text) => !text.split('/').includes('..'), 'leads out of the folder'),
      ),
      source: v.string(),
      size: v.pipe(v.number(), v.integer(), v.minValue(0)),
      algorithm: v.picklist(['sha256', 'sha384', 'git']),
      checksum: v.pipe(v.string(), v.regex(/^[0-9a-f]+$/)),
    }),
  ),
});

/** What `fetched.json` says: which network it is, and the files with their publisher's checksums. */
export type FetchedList = v.InferOutput<typeof ListSchema>;

export interface Fetched extends FetchedList {
  readonly folder: string;
}

/** @throws UsageError where the user has no home folder */
export function storeRoot(env: NodeJS.ProcessEnv, platform = process.platform): string {
  const hint = 'set HOME, or give a path as --extractor';
  return path.join(userFolder('data', env, platform, hint), 'extractors');
}

/** `hf:ORG/REPO` of a commit, and a plain name, as the name of a folder. */
export function folderName(id: string, revision: string | null): string {
  const name = id.replace(/^hf:/, 'hf--').replaceAll('/', '--');
  return revision === null ? name : `${name}--${revision}`;
}

/** Everything that was fetched completely, by name of the folder. */
export async function listFetched(root: string): Promise<Fetched[]> {
  const names = await readdir(root).catch((error) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new UnfitError(`expected to read ${root}, but it cannot be read (${systemCode(error)})`, {
      hint: 'change its permissions',
      cause: error,
    });
  });
  const found: Fetched[] = [];
  for (const name of names.sort()) {
    const folder = path.join(root, name);
    if (name.endsWith(PARTIAL)) continue;
    const list = await readList(folder);
    if (list !== undefined) found.push({ ...list, folder });
  }
  return found;
}

/** @returns undefined where there is none, or a damaged one: it is fetched again */
async function readList(folder: string): Promise<FetchedList | undefined> {
  const file = path.join(folder, LIST);
  try {
    if (!(await lstat(folder)).isDirectory()) return undefined;
    await requireWithin(folder, file);
    const parsed = v.safeParse(ListSchema, JSON.parse(`${await readBounded(file, MAX_LIST)}`));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** The list of a folder that was carried over from another machine. @throws UnfitError */
export async function readCarried(folder: string): Promise<Fetched> {
  const list = await readList(folder);
  if (list !== undefined) return { ...list, folder };
  throw new UnfitError(`expected a folder that imgdiag extractor fetch made, found ${folder}`, {
    hint: `it holds ${LIST} and the files that it lists`,
  });
}

/**
 * Compares the files with the checksums that were stated when they were fetched.
 * @throws UnfitError `checksum_wrong`
 */
export async function verifyFetched({ folder, files, id }: Fetched): Promise<void> {
  for (const { path: below, size, algorithm, checksum } of files) {
    const file = path.join(folder, below);
    await requireChecksum(
      file,
      size,
      { algorithm, hex: checksum },
      `imgdiag extractor fetch ${id}`,
    );
  }
}

/** @throws UnfitError `checksum_wrong`, also for a file that is not there */
export async function requireChecksum(
  file: string,
  size: number,
  { algorithm, hex }: Checksum,
  remedy: string,
): Promise<void> {
  const found = await lstat(file).then(
    async (stats) =>
      stats.isFile() && stats.size === size
        ? checksumOf(file, size, algorithm)
        : `${stats.size} bytes`,
    (error) => systemCode(error) ?? 'nothing',
  );
  if (found === hex) return;
  throw new UnfitError(`expected ${size} bytes of ${algorithm} ${hex} in ${file}, found ${found}`, {
    code: 'checksum_wrong',
    hint: `get it again: ${remedy}`,
  });
}

/** Where the files of a network are gathered until all are there; kept when that is stopped. */
export async function partialFolder(root: string, name: string): Promise<string> {
  const folder = path.join(root, `${name}${PARTIAL}`);
  await ensureFolder(folder, 'umask');
  return folder;
}

/** Turns the partial folder into a complete one. @throws WriteError */
export async function publish(root: string, name: string, list: FetchedList): Promise<Fetched> {
  const partial = path.join(root, `${name}${PARTIAL}`);
  const folder = path.join(root, name);
  await writeFileAtomic(path.join(partial, LIST), formatJson(list), 'umask');
  // Damaged, or it would not have been fetched again.
  await remove(folder);
  await guardWrite(folder, () => patiently(() => rename(partial, folder)));
  await flushFolder(root);
  return { ...list, folder };
}
