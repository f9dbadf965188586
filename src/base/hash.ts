// SHA-256 of bytes and of plain data, in hexadecimal.

import { createHash } from 'node:crypto';
import { createBreather } from './breathe.ts';

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** In bytes: hashed in some milliseconds. */
const PIECE = 2 ** 23;

/** The same as `sha256`, giving way to others: a gigabyte takes seconds. */
export async function sha256InPieces(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  const breathe = createBreather(undefined);
  for (let at = 0; at < bytes.length; at += PIECE) {
    hash.update(bytes.subarray(at, at + PIECE));
    await breathe();
  }
  return hash.digest('hex');
}

/** SHA-256 of a JSON value; object keys are sorted first, so that equal data have equal hashes. */
export function hashOfData(data: unknown): string {
  return sha256(canonicalJson(data));
}

/** JSON with sorted object keys and no white space. */
export function canonicalJson(data: unknown): string {
  return JSON.stringify(data, (_key, value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareCodeUnits(a, b)))
      : value,
  );
}

/** Order by UTF-16 code units: the same in every locale. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
