// Reads the bytes of every file: their SHA-256, which identifies the image, and their format.

import { pMapIterable } from 'p-map';
import { sha256 } from '../base/hash.ts';
import { ImageError } from '../images/decode.ts';
import type { Samples } from '../images/decoders.ts';
import { FORMATS, type FormatId, samplesOf, sniffFormat } from '../images/formats.ts';
import { catchImageError, digestImage, sizeOfImage, withImage } from '../images/read.ts';
import type { FoundFile } from './scan.ts';

/** Files read at once for hashing. */
const READING = 8;

/** In bytes: larger files are hashed piece by piece, rather than held in memory. */
const MOST_HELD = 64_000_000;

/** A file that cannot be used, and why. */
export interface Failure {
  readonly path: string;
  readonly error: ImageError;
}

/** A file whose bytes have been read once. */
export interface Hashed extends Samples {
  /** Of the bytes, hexadecimal. */
  readonly sha256: string;
  /** How many bytes. */
  readonly bytes: number;
  readonly format: FormatId;
}

export interface HashedFiles<F extends FoundFile> {
  /** Those that could be read, in the order given. */
  readonly files: readonly (F & Hashed)[];
  readonly failures: readonly Failure[];
}

/**
 * SHA-256, length and format of every file. A file that cannot be read is reported, not thrown.
 * @throws DiskError where the disk fails, which says nothing of the files
 */
export async function hashFiles<F extends FoundFile>(
  files: readonly F[],
  signal?: AbortSignal,
): Promise<HashedFiles<F>> {
  const hashed: (F & Hashed)[] = [];
  const failures: Failure[] = [];
  const results = pMapIterable(
    files,
    async (file) => {
      signal?.throwIfAborted();
      return { file, known: await catchImageError(() => hashFile(file)) };
    },
    { concurrency: READING },
  );
  for await (const { file, known } of results) {
    if (known instanceof ImageError) failures.push({ path: file.path, error: known });
    else hashed.push({ ...file, ...known });
  }
  return { files: hashed, failures };
}

async function hashFile({ file }: FoundFile): Promise<Hashed> {
  const describe = (bytes: Uint8Array) => {
    const format = sniffFormat(bytes);
    const { kind, spare } = samplesOf(bytes, format);
    return { format, kind, spare };
  };
  if ((await sizeOfImage(file)) > MOST_HELD) {
    const { sha256, bytes, head } = await digestImage(file);
    const { samples, headTells } = FORMATS[sniffFormat(head)].decoder ?? {};
    // One that is changed in between is refused when it is decoded.
    const isTold = samples === undefined || headTells;
    const told = isTold ? describe(head) : await withImage(file, async (all) => describe(all));
    return { sha256, bytes, ...told };
  }
  return withImage(file, async (bytes) => {
    return { sha256: sha256(bytes), bytes: bytes.length, ...describe(bytes) };
  });
}
