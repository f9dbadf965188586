// Publishes a model folder: payload files first, then manifest.json by one atomic rename.

import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode, WriteError } from '../base/errors.ts';
import {
  ensureFolder,
  flushFolder,
  guardWrite,
  linkFileAtomic,
  remove,
  temporaryName,
  writeFileAtomic,
  writeFlushed,
} from '../base/files.ts';
import { sha256 } from '../base/hash.ts';
import { formatJson } from '../base/json.ts';
import { type Held, withLock } from '../base/lock.ts';
import type { OnMessage } from '../base/messages.ts';
import { readBounded, UNFIT_FILE } from '../base/read-bounded.ts';
import { checkModelFolder, entriesOf, GIT_ATTRIBUTES_FILE } from './folder.ts';
import { requireNoLinks } from './links.ts';
import {
  FILE_NAMES,
  type FileName,
  isVersionName,
  LOCK,
  MANIFEST,
  type Manifest,
  parseManifest,
  SCHEMA_VERSION,
  VERSIONS,
  versionOf,
} from './manifest.ts';
import { MAX_MANIFEST_BYTES, readManifestText } from './read.ts';
import { removeTemporaries, sweep } from './sweep.ts';

/**
 * Copies under stable names for other programs; imgdiag itself never opens them. The network, which is
 * large, gets a second name instead where the file system can do that.
 */
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

/**
 * Publishes a model: readers see the previous one or this one, complete.
 * @returns the error of a copy that could not be written although the model is published
 * @throws WriteError where it is not published
 */
export async function writeModel(
  folder: string,
  payload: Payload,
  manifest: Manifest,
  onMessage?: OnMessage,
): Promise<WriteError | undefined> {
  await checkModelFolder(folder);
  await ensureFolder(folder, 'umask');
  return whileLocked(folder, onMessage, async (held) => {
    const previous = await versionNow(folder);
    await publish(folder, payload, manifest, held).catch(async (error) => {
      // What another process has removed is not what is to be told.
      await held.requireOwn();
      throw error;
    });
    const failed = await writeCopies(folder, payload, manifest, held);
    await sweep(folder, [manifest.version, previous ?? manifest.version], held, onMessage);
    return failed;
  });
}

/**
 * Finishes the work of a run that was killed after publishing its manifest: replaces stable copies
 * of the previous model, removes temporary files. Does nothing if the folder now has another model.
 */
export async function finishPublication(
  folder: string,
  payload: Payload,
  manifest: Manifest,
  onMessage?: OnMessage,
): Promise<WriteError | undefined> {
  return whileLocked(folder, onMessage, async (held) => {
    if ((await versionNow(folder)) !== manifest.version) return undefined;
    const failed = await writeCopies(folder, payload, manifest, held);
    const names = (await entriesOf(path.join(folder, VERSIONS))) ?? [];
    await sweep(folder, names.filter(isVersionName), held, onMessage);
    return failed;
  });
}

/**
 * Whoever had the lock before and does not know that it was taken over finds its temporary files gone:
 * it looks at the lock between writing one and renaming it, so its rename fails, or came before all
 * that happens here.
 */
async function whileLocked<T>(
  folder: string,
  onMessage: OnMessage | undefined,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const lock = path.join(folder, LOCK);
  return withLock(
    lock,
    async (held) => {
      await requireNoLinks(folder);
      await removeTemporaries([folder]);
      return work(held);
    },
    { onMessage },
  );
}

async function publish(
  folder: string,
  payload: Payload,
  manifest: Manifest,
  held: Held,
): Promise<void> {
  const versions = path.join(folder, VERSIONS);
  const target = path.join(versions, manifest.version);
  await ensureFolder(path.join(target, 'head'), 'umask');
  // Says by the clock of the file system that this version has begun, even if all its files are there.
  await guardWrite(target, () => writeFlushed(path.join(target, temporaryName()), '', 'umask'));
  for (const name of FILE_NAMES) await writeIfChanged(path.join(target, name), payload[name]);
  await guardWrite(target, () => flushFolder(versions));
  const file = path.join(folder, MANIFEST);
  let former: Buffer | undefined;
  await writeFileAtomic(file, formatJson(manifest), 'umask', async () => {
    await held.requireOwn();
    former = await readIfThere(file, MAX_MANIFEST_BYTES);
  });
  if (await isWhole(target, manifest)) return;
  if (former === undefined) await remove(file);
  else await writeFileAtomic(file, former, 'umask');
  throw new WriteError(
    `expected the files of the model in ${target}, but they were removed while it was saved`,
    { hint: 'the model that was there stays; run the same command again' },
  );
}

async function isWhole(folder: string, { files }: Manifest): Promise<boolean> {
  const found = FILE_NAMES.map(async (name) => {
    const there = await stat(path.join(folder, name)).catch(() => undefined);
    return there?.size === files[name]?.bytes;
  });
  return (await Promise.all(found)).every((whole) => whole);
}

/** @returns an error, if a copy could not be written; none where somebody else now writes them */
async function writeCopies(
  folder: string,
  payload: Payload,
  { version }: Manifest,
  held: Held,
): Promise<WriteError | undefined> {
  try {
    await ensureFolder(path.join(folder, 'head'), 'umask');
    for (const name of STABLE_COPIES) {
      const sameAs = name === 'model.onnx' ? path.join(folder, VERSIONS, version, name) : undefined;
      await writeIfChanged(path.join(folder, name), payload[name], held.requireOwn, sameAs);
    }
    const attributes = path.join(folder, GIT_ATTRIBUTES_FILE);
    if ((await lstat(attributes).catch(() => undefined)) === undefined) {
      await writeFileAtomic(attributes, GIT_ATTRIBUTES, 'umask', held.requireOwn);
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    return (await held.isOwn()) ? error : undefined;
  }
}

async function writeIfChanged(
  file: string,
  data: Uint8Array | string,
  beforeRename?: () => Promise<void>,
  sameAs?: string,
): Promise<void> {
  const bytes = Buffer.from(data);
  const old = await readIfThere(file, bytes.length);
  if (old?.equals(bytes)) return;
  if (sameAs === undefined) await writeFileAtomic(file, data, 'umask', beforeRename);
  else await linkFileAtomic(file, sameAs, data, 'umask', beforeRename);
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

/** Undefined when it does not exist, or is larger. @throws WriteError for a folder in its place */
async function readIfThere(file: string, maxBytes: number): Promise<Buffer | undefined> {
  return guardWrite(file, async () => {
    try {
      return await readBounded(file, maxBytes);
    } catch (error) {
      // A pipe in its place is replaced, like a file with other content.
      if (['ENOENT', UNFIT_FILE].includes(systemCode(error) ?? '')) return undefined;
      throw error;
    }
  });
}
