// Checksums of files that were fetched, computed while the file is read.

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** A checksum as its publisher states it; `git`: the id of a git blob, SHA-1 over a header and the bytes. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'sha384' | 'git';
  /** Lower-case hexadecimal. */
  readonly hex: string;
}

/** The checksum of `file`, which has `size` bytes, by the same algorithm. @throws a system error */
export async function checksumOf(
  file: string,
  size: number,
  algorithm: Checksum['algorithm'],
  signal?: AbortSignal,
): Promise<string> {
  const hash = start(algorithm, size);
  for await (const piece of createReadStream(file, { signal })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
function start(algorithm: Checksum['algorithm'], size: number): Hash {
  if (algorithm !== 'git') return createHash(algorithm);
  return createHash('sha1').update(`blob ${size}\0`);
}
