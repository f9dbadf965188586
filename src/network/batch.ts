// How many images a network takes at once: more are run in parts.

import { setImmediate } from 'node:timers/promises';

/** Images per batch. Larger batches are no faster on a CPU (test/bench). */
export const BATCH_SIZE = 16;

/** An output of a network, row-major; the memory belongs to the caller. */
export interface BatchOutput {
  /** Images first. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Runs at most `most` images at a time, and lets signals through in between.
 * @param images uint8, `count` images of the same size
 * @returns outputs by name, of all images
 */
export async function runInParts<Name extends string>(
  images: Uint8Array,
  count: number,
  most: number,
  run: (part: Uint8Array, count: number) => Promise<Record<Name, BatchOutput>>,
): Promise<Record<Name, BatchOutput>> {
  const each = images.length / count;
  const parts: Record<Name, BatchOutput>[] = [];
  for (let from = 0; from < count; from += most) {
    if (from > 0) await setImmediate();
    const to = Math.min(from + most, count);
    parts.push(await run(images.subarray(from * each, to * each), to - from));
  }
  if (parts.length === 1) return parts[0];
  const names = Object.keys(parts[0]) as Name[];
  const joined = names.map((name) => [name, join(parts.map((part) => part[name]))]);
  return Object.fromEntries(joined);
}

function join(parts: readonly BatchOutput[]): BatchOutput {
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const images = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  return { shape: [images, ...parts[0].shape.slice(1)], data };
}
