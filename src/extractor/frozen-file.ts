// The bytes of a frozen TensorFlow graph: a .pb file, or one in an archive as TensorFlow publishes it.

import { createHash } from 'node:crypto';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { messageOf, systemCode, UnfitError } from '../base/errors.ts';
import { examplesOf } from '../base/examples.ts';
import { sha256 } from '../base/hash.ts';
import { openRegular, readBounded, UNFIT_FILE } from '../base/read-bounded.ts';
import { readTar, TarError, type TarFile } from '../base/tar-read.ts';
import { standInOf } from '../images/formats.ts';

/** In bytes. Inception V3 has 95 MB; checkpoints beside it make the largest archive 300 MB. */
const MAX_GRAPH = 520e6;
const MAX_ARCHIVE = 1e9;
const MAX_UNPACKED = 1e9;
/** Files in an archive. */
const MAX_FILES = 10_000;

const FROZEN = /frozen.*\.pb$|^classify_image_graph_def\.pb$/i;

const HINT =
  'a frozen graph holds its weights: a .pb file, or the .tgz or .tar.gz that TensorFlow publishes it in';

export interface FrozenFile {
  /** Of the graph. */
  readonly bytes: Buffer;
  /** SHA-256 of the graph, and SHA-256 and SHA-384 of the archive that it came in. */
  readonly sums: readonly string[];
}

/**
 * @param mostUnpacked bytes of everything in an archive
 * @throws UnfitError for anything else than one graph, or one that is too large
 */
export async function readFrozenFile(
  file: string,
  mostUnpacked = MAX_UNPACKED,
): Promise<FrozenFile> {
  try {
    if (/\.(tgz|tar\.gz)$/i.test(file)) return await readArchive(file, mostUnpacked);
    const bytes = await readBounded(file, MAX_GRAPH);
    const other = standInOf(bytes);
    if (other !== undefined) throw notGraph(file, other.name, other.hint);
    return { bytes, sums: [sha256(bytes)] };
  } catch (error) {
    if (error instanceof UnfitError) throw error;
    const unfit = systemCode(error) === UNFIT_FILE;
    throw new UnfitError(
      `expected to read ${file}${unfit ? ', but it' : ':'} ${messageOf(error)}`,
      { hint: HINT, cause: error },
    );
  }
}

/** Everything but the graph is passed over. */
async function readArchive(file: string, mostUnpacked: number): Promise<FrozenFile> {
  const { handle } = await openRegular(file, MAX_ARCHIVE);
  const hashes = [createHash('sha256'), createHash('sha384')];
  try {
    let bytes: Buffer = Buffer.alloc(0);
    await pipeline(
      handle.createReadStream({ autoClose: false }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          for (const hash of hashes) hash.update(chunk);
          yield chunk;
        }
      },
      createGunzip(),
      async (chunks: AsyncIterable<Buffer>) => {
        bytes = await findGraph(readTar(within(chunks, mostUnpacked)), file);
      },
    );
    return { bytes, sums: [sha256(bytes), ...hashes.map((hash) => hash.digest('hex'))] };
  } catch (error) {
    const damaged = error instanceof TarError || systemCode(error)?.startsWith('Z_');
    throw damaged ? notGraph(file, messageOf(error), 'download it again', error) : error;
  } finally {
    await handle.close();
  }
}

/** The only `.pb` file, or the only one whose name says that it is frozen. */
async function findGraph(files: AsyncIterable<TarFile>, archive: string): Promise<Buffer> {
  const frozen: string[] = [];
  const graphs: string[] = [];
  const all: string[] = [];
  let bytes: Buffer | undefined;
  for await (const { name, size, read } of files) {
    if (all.push(name) > MAX_FILES) throw new TarError(`more than ${MAX_FILES} files`);
    const base = path.posix.basename(name);
    // macOS adds files of its own.
    if (!/\.pb$/i.test(base) || base.startsWith('._')) continue;
    const isFrozen = FROZEN.test(base);
    if (isFrozen) frozen.push(name);
    graphs.push(name);
    const isFirst = (isFrozen ? frozen : graphs).length === 1;
    if (!isFirst || (!isFrozen && frozen.length > 0)) continue;
    if (size > MAX_GRAPH) throw new TarError(`${name} of ${size} bytes, more than ${MAX_GRAPH}`);
    bytes = await read();
  }
  const candidates = frozen.length > 0 ? frozen : graphs;
  if (candidates.length === 1 && bytes !== undefined) return bytes;
  const found = candidates.length > 0 ? candidates : all;
  throw notGraph(
    archive,
    examplesOf(found) || 'no files',
    'unpack it, and give the graph itself: --extractor FILE.pb',
  );
}

async function* within(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Uint8Array> {
  let left = most;
  for await (const chunk of chunks) {
    left -= chunk.length;
    if (left < 0) throw new TarError(`more than ${most} bytes when it is unpacked`);
    yield chunk;
  }
}

/** The error for a file that holds no graph, or several. */
export function notGraph(file: string, found: string, hint = HINT, cause?: unknown): UnfitError {
  return new UnfitError(`expected one frozen TensorFlow graph in ${file}, found ${found}`, {
    hint,
    cause,
  });
}
