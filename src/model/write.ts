// Publishes a model folder: payload files first, then manifest.json by one atomic rename.

import path from 'node:path';
import { systemCode } from '../base/errors.ts';
import {
  ensureFolder,
  flushFolder,
  guardWrite,
  isTemporary,
  remove,
  writeFileAtomic,
} from '../base/files.ts';
import { sha256 } from '../base/hash.ts';
import { formatJson } from '../base/json.ts';
import { withLock } from '../base/lock.ts';
import { readBounded, UNFIT_FILE } from '../base/read-bounded.ts';
import { checkModelFolder, entriesOf, GIT_ATTRIBUTES_FILE, LOCK } from './folder.ts';
import {
  FILE_NAMES,
  type FileName,
  isVersionName,
  MANIFEST,
  type Manifest,
  parseManifest,
  SCHEMA_VERSION,
  VERSIONS,
  versionOf,
} from './manifest.ts';
import { readManifestText } from './read.ts';

/** Copies under stable names for other programs; imgdiag itself never opens them. */
const STABLE_COPIES: readonly FileName[] = [
  'model.onnx',
  'labels.txt',
  'head/model.json',
  'head/weights.bin',
];

/** So that git changes no line ends in it, whatever the repository and the system say. */
const GIT_ATTRIBUTES = '* -text\n';

export type Payload = Readonly<Record<FileName, Uint8Array | string>>;
export type ManifestBody = Omit<Manifest, 'version' | 'files' | 'format' | 'schema_version'>;

/** The whole manifest of a model; the same payload and body give the same. */
export function manifestOf(payload: Payload, body: ManifestBody): Manifest {
  const files = Object.fromEntries(
    FILE_NAMES.map((name) => {
      const bytes = Buffer.from(payload[name]);
      return [name, { bytes: bytes.length, sha256: sha256(bytes) }];
    }),
  ) as Manifest['files'];
  const content = {
    format: 'imgdiag-model',
    schema_version: SCHEMA_VERSION,
    ...body,
    files,
  } as const;
  const version = versionOf(content);
  // Parsed again: an invalid manifest is never published, and the order of fields is fixed.
  return parseManifest(JSON.stringify({ ...content, version } satisfies Manifest), MANIFEST);
}

/** Publishes a model: readers see the previous one or this one, complete. @throws WriteError */
export async function writeModel(
  folder: string,
  payload: Payload,
  manifest: Manifest,
): Promise<void> {
  const { version } = manifest;
  await checkModelFolder(folder);
  await ensureFolder(folder);
  await withLock(path.join(folder, LOCK), async () => {
    const previous = await versionNow(folder);
    const target = path.join(folder, VERSIONS, version);
    await ensureFolder(path.join(target, 'head'));
    for (const name of FILE_NAMES) await writeIfChanged(path.join(target, name), payload[name]);
    await guardWrite(target, () => flushFolder(path.join(folder, VERSIONS)));
    await writeFileAtomic(path.join(folder, MANIFEST), formatJson(manifest));
    await writeCopies(folder, payload);
    await sweep(folder, [version, previous ?? version]);
  });
}

/**
 * Finishes the work of a run that was killed after publishing its manifest: replaces stable copies
 * of the previous model, removes temporary files. Does nothing if the folder now has another model.
 */
export async function finishPublication(
  folder: string,
  { version }: Manifest,
  payload: Payload,
): Promise<void> {
  await withLock(path.join(folder, LOCK), async () => {
    if ((await versionNow(folder)) !== version) return;
    await writeCopies(folder, payload);
    const names = (await entriesOf(path.join(folder, VERSIONS))) ?? [];
    await sweep(folder, names.filter(isVersionName));
  });
}

async function writeCopies(folder: string, payload: Payload): Promise<void> {
  await ensureFolder(path.join(folder, 'head'));
  for (const name of STABLE_COPIES) await writeIfChanged(path.join(folder, name), payload[name]);
  const attributes = path.join(folder, GIT_ATTRIBUTES_FILE);
  if ((await readIfThere(attributes)) === undefined) {
    await writeFileAtomic(attributes, GIT_ATTRIBUTES);
  }
}

async function writeIfChanged(file: string, data: Uint8Array | string): Promise<void> {
  const old = await readIfThere(file);
  if (old === undefined || !old.equals(Buffer.from(data))) await writeFileAtomic(file, data);
}

/** Removes all versions except those of `keep`, and leftovers of interrupted runs. */
async function sweep(folder: string, keep: readonly string[]): Promise<void> {
  const versions = path.join(folder, VERSIONS);
  await removeThose(versions, (name) => isVersionName(name) && !keep.includes(name));
  const places = [folder, versions, ...keep.map((version) => path.join(versions, version))];
  for (const place of [...places, ...places.map((parent) => path.join(parent, 'head'))]) {
    await removeThose(place, isTemporary);
  }
}

async function removeThose(folder: string, unwanted: (name: string) => boolean): Promise<void> {
  const names = (await entriesOf(folder)) ?? [];
  for (const name of names.filter(unwanted)) await remove(path.join(folder, name));
}

async function versionNow(folder: string): Promise<string | undefined> {
  try {
    const text = await readManifestText(path.join(folder, MANIFEST));
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when it does not exist. @throws WriteError for a folder in its place */
async function readIfThere(file: string): Promise<Buffer | undefined> {
  return guardWrite(file, async () => {
    try {
      return await readBounded(file, Number.MAX_SAFE_INTEGER);
    } catch (error) {
      // A pipe in its place is replaced, like a file with other content.
      if (['ENOENT', UNFIT_FILE].includes(systemCode(error) ?? '')) return undefined;
      throw error;
    }
  });
}
