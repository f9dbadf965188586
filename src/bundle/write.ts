// Publishes a model folder: payload files first, then manifest.json by one atomic rename.

import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode, WriteError } from '../base/errors.ts';
import {
  ensureFolder,
  flushFolder,
  guardWrite,
  isTemporary,
  remove,
  writeFileAtomic,
} from '../base/files.ts';
import { hashOfData, sha256 } from '../base/hash.ts';
import { formatJson } from '../base/json.ts';
import { withLock } from '../base/lock.ts';
import { FILE_NAMES, type FileName, MANIFEST, type Manifest, VERSIONS } from './manifest.ts';

const LOCK = '.lock';

/** Copies under a stable name for other programs; imgdiag itself never opens them. */
const STABLE_COPIES: readonly FileName[] = [
  'model.onnx',
  'labels.txt',
  'head/model.json',
  'head/weights.bin',
];

export type Payload = Readonly<Record<FileName, Uint8Array | string>>;
export type ManifestBody = Omit<Manifest, 'version' | 'files' | 'format' | 'schema_version'>;

/**
 * Finds out, before any work is done, whether a model may be saved at `folder`.
 * @throws WriteError when it is a file, cannot be written, or holds something else than a model
 */
export async function checkModelFolder(folder: string): Promise<void> {
  const entries = await entriesOf(folder);
  if (entries === undefined) return checkParent(folder);
  await checkWritable(folder, folder);
  if (entries.length === 0 || entries.includes(MANIFEST)) {
    if (entries.includes(MANIFEST)) await checkOurs(folder);
    return;
  }
  // What a run that was killed before its first publication leaves behind.
  const foreign = entries.filter((name) => ![VERSIONS, LOCK].includes(name) && !isTemporary(name));
  if (foreign.length > 0) throw notOurs(folder, foreign[0]);
}

/** @returns the manifest that was published; the same payload and body give the same bytes */
export async function writeModel(
  folder: string,
  payload: Payload,
  body: ManifestBody,
): Promise<Manifest> {
  await checkModelFolder(folder);
  const files = Object.fromEntries(
    FILE_NAMES.map((name) => {
      const bytes = Buffer.from(payload[name]);
      return [name, { bytes: bytes.length, sha256: sha256(bytes) }];
    }),
  ) as Manifest['files'];
  const version = hashOfData({ ...body, files }).slice(0, 16);
  const manifest: Manifest = {
    format: 'imgdiag-model',
    schema_version: 1,
    version,
    ...body,
    files,
  };
  await ensureFolder(folder);
  await withLock(path.join(folder, LOCK), async () => {
    const previous = await versionNow(folder);
    const target = path.join(folder, VERSIONS, version);
    await ensureFolder(path.join(target, 'head'));
    for (const name of FILE_NAMES) await writeIfChanged(path.join(target, name), payload[name]);
    await guardWrite(target, () => flushFolder(path.join(folder, VERSIONS)));
    await writeFileAtomic(path.join(folder, MANIFEST), formatJson(manifest));
    await ensureFolder(path.join(folder, 'head'));
    for (const name of STABLE_COPIES) await writeIfChanged(path.join(folder, name), payload[name]);
    await sweep(folder, [version, previous ?? version]);
  });
  return manifest;
}

async function writeIfChanged(file: string, data: Uint8Array | string): Promise<void> {
  const old = await readIfThere(file);
  if (old === undefined || !old.equals(Buffer.from(data))) await writeFileAtomic(file, data);
}

/** Removes versions that no manifest of now or just before names, and what killed runs left. */
async function sweep(folder: string, keep: readonly string[]): Promise<void> {
  const versions = path.join(folder, VERSIONS);
  const stale = (await entriesOf(versions))?.filter((name) => !keep.includes(name)) ?? [];
  for (const name of stale) await remove(path.join(versions, name));
  for (const place of [
    folder,
    path.join(folder, 'head'),
    ...keep.map((v) => path.join(versions, v)),
    ...keep.map((v) => path.join(versions, v, 'head')),
  ]) {
    const leftovers = (await entriesOf(place))?.filter(isTemporary) ?? [];
    for (const name of leftovers) await remove(path.join(place, name));
  }
}

async function versionNow(folder: string): Promise<string | undefined> {
  try {
    const text = await readFile(path.join(folder, MANIFEST), 'utf8');
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

async function entriesOf(folder: string): Promise<string[] | undefined> {
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

/** The nearest folder above that exists must be writable. */
async function checkParent(folder: string): Promise<void> {
  for (let parent = path.dirname(path.resolve(folder)); ; parent = path.dirname(parent)) {
    try {
      const found = await stat(parent);
      if (!found.isDirectory()) {
        throw new WriteError(`expected to write ${folder}, but ${parent} is a file`, {
          hint: 'give another --model_dir',
        });
      }
      return checkWritable(parent, folder);
    } catch (error) {
      if (systemCode(error) === 'ENOENT' && parent !== path.dirname(parent)) continue;
      return guardWrite(folder, () => Promise.reject(error));
    }
  }
}

async function checkWritable(place: string, folder: string): Promise<void> {
  await guardWrite(folder, () => access(place, constants.W_OK | constants.X_OK));
}

async function checkOurs(folder: string): Promise<void> {
  const text = (await readIfThere(path.join(folder, MANIFEST)))?.toString('utf8') ?? '';
  // A damaged manifest of ours may be replaced; somebody else's manifest.json may not.
  if (!text.includes('imgdiag-model') && !(await entriesOf(path.join(folder, VERSIONS)))) {
    throw notOurs(folder, MANIFEST);
  }
}

function notOurs(folder: string, found: string): WriteError {
  return new WriteError(
    `expected an empty folder or an imgdiag model at ${folder}, found ${found}`,
    {
      hint: 'give another --model_dir: imgdiag never empties a folder that it did not make',
    },
  );
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
