// Overlaps reading and decoding with inference, in order and with bounded memory.

import { pMapIterable } from 'p-map';

/** What `prepare` makes of an item: pixels for the network, or a result that needs none. */
export type Prepared<R> = { readonly pixels: Uint8Array } | { readonly result: R };

export interface BatchWork<T, R> {
  /** Reads and decodes one item; several run at once. */
  prepare(item: T): Promise<Prepared<R>>;
  /**
   * Runs the network on `count` pictures.
   * @param pixels uint8 `[count, size, size, 3]`
   * @returns one result per picture
   */
  run(pixels: Uint8Array, count: number): Promise<R[]>;
  readonly signal?: AbortSignal | undefined;
}

/** Pictures given to the network at once. Larger batches are no quicker on a CPU (test/bench). */
export const BATCH_SIZE = 16;
/** Items being prepared at once: enough to keep Node's four worker threads decoding. */
const PREPARING = 8;
/** Prepared items that may wait for the network: one batch beyond the one it works on. */
const WAITING = PREPARING + BATCH_SIZE;
/** Results without pixels held back, at most, while a batch fills: order is kept. */
const HELD_BACK = 256;

/** Yields each item with its result, in the order given. */
export async function* runInBatches<T, R>(
  items: Iterable<T>,
  work: BatchWork<T, R>,
): AsyncGenerator<{ item: T; result: R }> {
  const prepared = pMapIterable(
    items,
    async (item) => {
      work.signal?.throwIfAborted();
      return { item, made: await work.prepare(item) };
    },
    { concurrency: PREPARING, backpressure: WAITING },
  );
  let held: { item: T; made: Prepared<R> }[] = [];
  let pictures = 0;
  for await (const next of prepared) {
    held.push(next);
    if ('pixels' in next.made) pictures++;
    if (pictures === BATCH_SIZE || held.length === HELD_BACK) {
      yield* await settle(held, work);
      held = [];
      pictures = 0;
    }
  }
  yield* await settle(held, work);
}

async function settle<T, R>(
  held: readonly { item: T; made: Prepared<R> }[],
  work: BatchWork<T, R>,
): Promise<{ item: T; result: R }[]> {
  work.signal?.throwIfAborted();
  const pictures = held.flatMap(({ made }) => ('pixels' in made ? [made.pixels] : []));
  const results =
    pictures.length === 0 ? [] : await work.run(concatenate(pictures), pictures.length);
  let next = 0;
  return held.map(({ item, made }) => ({
    item,
    result: 'pixels' in made ? results[next++] : made.result,
  }));
}

function concatenate(pictures: readonly Uint8Array[]): Uint8Array {
  const { length } = pictures[0];
  const all = new Uint8Array(pictures.length * length);
  for (const [index, picture] of pictures.entries()) all.set(picture, index * length);
  return all;
}
