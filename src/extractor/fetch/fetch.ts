// Fetches a network by name into the user's data folder, or takes it from a file carried over by hand.

import { copyFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { UnfitError, UsageError } from '../../base/errors.ts';
import { ensureFolder, guardWrite } from '../../base/files.ts';
import { withLock } from '../../base/lock.ts';
import { shellWord } from '../../base/shell.ts';
import { type Downloader, openDownloader, type RemoteFile } from './download.ts';
import { askHub } from './hub.ts';
import { type HubName, parseHubName } from './hub-name.ts';
import { ARCHIVES, type ArchiveSource, HUB_SOURCES } from './sources.ts';
import {
  type Fetched,
  type FetchedList,
  folderName,
  listFetched,
  partialFolder,
  publish,
  readCarried,
  requireChecksum,
  storeRoot,
  verifyFetched,
} from './store.ts';

export interface FetchOptions {
  /** A file, or for a hub a folder, that was fetched on another machine. */
  readonly from?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Megabytes done, of all. */
  readonly onProgress?: (done: number, total: number) => void;
  /** For tests: other archives and connections. */
  readonly archives?: readonly ArchiveSource[];
  readonly openConnections?: () => Downloader;
}

/** Of the whole network: where a publisher states no more than this is never exceeded. In bytes. */
const MAX_SIZE = 2 ** 31;

/**
 * A network by name, fetched unless it is there already; several processes may ask for it at once.
 * @throws UsageError for a name that is unknown; UnfitError `fetch_failed` or `checksum_wrong`; WriteError
 */
export async function fetchNetwork(name: string, options: FetchOptions = {}): Promise<Fetched> {
  const { env = process.env } = options;
  const root = storeRoot(env);
  const hub = parseHubName(name);
  const archive = hub === undefined ? archiveNamed(name, options.archives) : undefined;
  await ensureFolder(root, 'umask');
  if (options.from !== undefined) {
    return archive === undefined
      ? carryHub(root, hub as HubName, options.from)
      : carryArchive(root, archive, options.from);
  }
  const connections = (options.openConnections ?? openDownloader)();
  try {
    return archive === undefined
      ? await fetchHub(root, hub as HubName, connections, env, options)
      : await fetchArchive(root, archive, connections, options);
  } finally {
    await connections.close();
  }
}

function archiveNamed(name: string, archives = ARCHIVES): ArchiveSource {
  const found = archives.find(({ id, aliases }) => id === name || aliases.includes(name));
  if (found !== undefined) return found;
  const names = [...archives, ...HUB_SOURCES].map(({ id }) => id);
  throw new UsageError(`expected a network that can be fetched, found ${name}`, {
    hint: `those are ${names.join(', ')}, and hf:ORG/REPO; a file of your own is given as --extractor PATH`,
  });
}

async function fetchArchive(
  root: string,
  source: ArchiveSource,
  connections: Downloader,
  options: FetchOptions,
): Promise<Fetched> {
  return once(root, folderName(source.id, null), async (partial) => {
    await gather(partial, [{ ...source, path: archiveFile(source) }], connections, options).catch(
      (error) => {
        throw withByHand(error, source);
      },
    );
    return listOf(source);
  });
}

async function fetchHub(
  root: string,
  name: HubName,
  connections: Downloader,
  env: NodeJS.ProcessEnv,
  options: FetchOptions,
): Promise<Fetched> {
  const id = `hf:${name.repository}`;
  try {
    const { commit, licence, files } = await askHub(name, connections, env, options.signal);
    return await once(root, folderName(id, commit), async (partial) => {
      await gather(partial, files, connections, options);
      return {
        schema_version: 1,
        id,
        revision: commit,
        licence,
        files: files.map(({ path, url, size, checksum }) => ({
          path,
          source: url,
          size,
          algorithm: checksum.algorithm,
          checksum: checksum.hex,
        })),
      };
    });
  } catch (error) {
    if (!isOffline(error)) throw error;
    throw new UnfitError(error.message, {
      code: 'fetch_failed',
      hint: `on a machine with a network: imgdiag extractor fetch ${id}; then carry its folder over: imgdiag extractor fetch ${id} --from FOLDER`,
      cause: error,
    });
  }
}

/** One process fetches, the others wait and find it. */
async function once(
  root: string,
  name: string,
  gatherFiles: (partial: string) => Promise<FetchedList>,
): Promise<Fetched> {
  return withLock(path.join(root, `${name}.lock`), async () => {
    const there = (await listFetched(root)).find(({ folder }) => path.basename(folder) === name);
    const isWhole =
      there &&
      (await verifyFetched(there).then(
        () => true,
        () => false,
      ));
    if (there !== undefined && isWhole) return there;
    return publish(root, name, await gatherFiles(await partialFolder(root, name)));
  });
}

async function gather(
  partial: string,
  files: readonly (RemoteFile & { readonly path: string })[],
  connections: Downloader,
  { onProgress, signal }: FetchOptions,
): Promise<void> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > MAX_SIZE) {
    throw new UnfitError(`expected a network of at most 2 GB, found one of ${total} bytes`, {
      hint: 'look for a smaller one, or a float16 export of it',
    });
  }
  let before = 0;
  for (const file of files) {
    const target = path.join(partial, file.path);
    await ensureFolder(path.dirname(target), 'umask');
    const told = (done: number) => onProgress?.(megabytes(before + done), megabytes(total));
    await connections.download(file, target, { onProgress: told, signal });
    before += file.size;
  }
}

/** So that little is counted as something. */
function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}

async function carryArchive(root: string, source: ArchiveSource, from: string): Promise<Fetched> {
  return once(root, folderName(source.id, null), async (partial) => {
    await requireChecksum(from, source.size, source.checksum, source.url);
    const target = path.join(partial, archiveFile(source));
    await guardWrite(target, () => copyFile(from, target));
    await requireChecksum(target, source.size, source.checksum, source.url);
    return listOf(source);
  });
}

async function carryHub(root: string, { repository }: HubName, from: string): Promise<Fetched> {
  const id = `hf:${repository}`;
  const isFolder = await stat(from).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new UsageError(`expected --from to be a folder for ${id}, found ${from}`, {
      hint: 'it is the one that imgdiag extractor fetch made on another machine',
    });
  }
  const carried = await readCarried(from);
  if (carried.id !== id) {
    throw new UnfitError(`expected ${id} in ${from}, found ${carried.id}`, {
      hint: 'give the folder of the network that is asked for',
    });
  }
  await verifyFetched(carried);
  const { folder, ...list } = carried;
  return once(root, folderName(id, list.revision), async (partial) => {
    for (const { path: below } of list.files) {
      const target = path.join(partial, below);
      await ensureFolder(path.dirname(target), 'umask');
      await guardWrite(target, () => copyFile(path.join(folder, below), target));
    }
    await verifyFetched({ ...list, folder: partial });
    return list;
  });
}

function archiveFile({ url }: ArchiveSource): string {
  return path.posix.basename(new URL(url).pathname);
}

function listOf(source: ArchiveSource): FetchedList {
  const { url, size, checksum } = source;
  const file = { path: archiveFile(source), source: url, size };
  return {
    schema_version: 1,
    id: source.id,
    revision: null,
    licence: source.licence,
    files: [{ ...file, algorithm: checksum.algorithm, checksum: checksum.hex }],
  };
}

function isOffline(error: unknown): error is UnfitError {
  return error instanceof UnfitError && error.code === 'fetch_failed' && error.hint === undefined;
}

function withByHand(error: unknown, { id, url }: ArchiveSource): unknown {
  if (!isOffline(error)) return error;
  const file = shellWord(path.posix.basename(new URL(url).pathname));
  return new UnfitError(error.message, {
    code: 'fetch_failed',
    hint: `on a machine with a network: curl -LO ${url}; then here: imgdiag extractor fetch ${id} --from ${file}`,
    cause: error,
  });
}
