// Reads the bytes of every file once: their SHA-256, which identifies the image, and their format.

import { pMapIterable } from 'p-map';
import { sha256 } from '../base/hash.ts';
import { ImageError } from '../images/decode.ts';
import type { Samples } from '../images/decoders.ts';
import { type FormatId, samplesOf, sniffFormat } from '../images/formats.ts';
import { catchImageError, readImage } from '../images/read.ts';
import type { FoundFile } from './scan.ts';

/** Files read at once for hashing. */
const READING = 8;

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

/** SHA-256, length and format of every file. A file that cannot be read is reported, not thrown. */
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
  const bytes = await readImage(file);
  const format = sniffFormat(bytes);
  const { kind, spare } = samplesOf(bytes, format);
  return { sha256: sha256(bytes), bytes: bytes.length, format, kind, spare };
}
