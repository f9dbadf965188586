// How many images a network takes at once: more are run in parts.

import { setImmediate } from 'node:timers/promises';
import { whileBlocked } from '../base/signals.ts';

/** Images per batch. Larger batches are no faster on a CPU (test/bench). */
export const BATCH_SIZE = 16;

/** An output of a network, row-major; the memory belongs to the caller. */
export interface BatchOutput {
  /** Images first. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** In milliseconds: work that ends sooner leaves time to stop in an orderly way. */
const QUICK = 1000;

/**
 * A network that is run on at most `most` images at a time. It blocks the event loop meanwhile, and
 * lets signals through in between; unless earlier runs show that it is quick, they are the system's.
 * @param run takes uint8 images, and how many
 */
export function inParts<Name extends string>(
  most: number,
  run: (
    part: Uint8Array,
    count: number,
    outputs: readonly Name[],
  ) => Promise<Record<Name, BatchOutput>>,
) {
  /** Milliseconds of the last run, for each of its images. */
  let perImage = Number.POSITIVE_INFINITY;
  /**
   * @param images uint8, `count` images of the same size
   * @returns outputs by name, of all images
   */
  return async (images: Uint8Array, count: number, outputs: readonly Name[]) => {
    const each = images.length / count;
    const parts: Record<Name, BatchOutput>[] = [];
    for (let from = 0; from < count; from += most) {
      if (from > 0) await setImmediate();
      const to = Math.min(from + most, count);
      const work = async () => {
        const start = performance.now();
        const part = await run(images.subarray(from * each, to * each), to - from, outputs);
        perImage = (performance.now() - start) / (to - from);
        return part;
      };
      const isQuick = perImage * (to - from) < QUICK;
      parts.push(await (isQuick ? work() : whileBlocked(work)));
    }
    if (parts.length === 1) return parts[0];
    const joined = outputs.map((name) => [name, join(parts.map((part) => part[name]))]);
    return Object.fromEntries(joined) as Record<Name, BatchOutput>;
  };
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
