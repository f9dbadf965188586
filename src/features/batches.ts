// Overlaps reading and decoding with inference, in order and with bounded memory.

import { pMapIterable } from 'p-map';
import { BATCH_SIZE } from '../network/batch.ts';

/** Result of `prepare`: pixels for the network, or a final result without it. */
export type Prepared<R> = { readonly pixels: Uint8Array } | { readonly result: R };

export interface BatchWork<T, R> {
  /** Reads and decodes one item; several run at once. */
  prepare(item: T): Promise<Prepared<R>>;
  /**
   * Runs the network on `count` images.
   * @param pixels uint8 `[count, size, size, 3]`
   * @returns one result per image
   */
  run(pixels: Uint8Array, count: number): Promise<R[]>;
  readonly signal?: AbortSignal | undefined;
}

/** Result of `prepare` for an item with any number of images. */
export interface PreparedRows<M> {
  /** Passed on with the results. */
  readonly made: M;
  /** uint8 `[count, size, size, 3]`; empty when `count` is 0. */
  readonly pixels: Uint8Array;
  readonly count: number;
}

export interface RowsWork<T, M, R> {
  /** Reads and decodes one item; several run at once. */
  prepare(item: T): Promise<PreparedRows<M>>;
  /** As in `BatchWork`. */
  run(pixels: Uint8Array, count: number): Promise<R[]>;
  /** Maximum number of images per item: the more, the fewer items are prepared at once. */
  readonly rowsPerItem: number;
  readonly signal?: AbortSignal | undefined;
}

/** Items prepared at once: enough to keep Node's four worker threads decoding. */
const PREPARING = 8;
/** At most this many items without images wait while a batch fills, to keep the order. */
const HELD_BACK = 256;

/** The pixels of an item that does not need the network. */
export const NO_PIXELS = new Uint8Array(0);

/** Yields each item with its result, in the order given. */
export async function* runInBatches<T, R>(
  items: Iterable<T>,
  work: BatchWork<T, R>,
): AsyncGenerator<{ item: T; result: R }> {
  const results = runRowsInBatches<T, { result?: R }, R>(items, {
    async prepare(item) {
      const prepared = await work.prepare(item);
      return 'pixels' in prepared
        ? { made: {}, pixels: prepared.pixels, count: 1 }
        : { made: prepared, pixels: NO_PIXELS, count: 0 };
    },
    run: (pixels, count) => work.run(pixels, count),
    rowsPerItem: 1,
    signal: work.signal,
  });
  for await (const { item, made, rows } of results) {
    yield { item, result: rows.length === 1 ? rows[0] : (made.result as R) };
  }
}

/** Yields each item with its prepared value and one result per image, in the order given. */
export async function* runRowsInBatches<T, M, R>(
  items: Iterable<T>,
  work: RowsWork<T, M, R>,
): AsyncGenerator<{ item: T; made: M; rows: R[] }> {
  const prepared = pMapIterable(
    items,
    async (item) => {
      work.signal?.throwIfAborted();
      return { item, ...(await work.prepare(item)) };
    },
    // One batch may wait while the network works on another.
    { concurrency: PREPARING, backpressure: PREPARING + Math.ceil(BATCH_SIZE / work.rowsPerItem) },
  );
  let held: ({ item: T } & PreparedRows<M>)[] = [];
  let images = 0;
  for await (const next of prepared) {
    held.push(next);
    images += next.count;
    if (images >= BATCH_SIZE || held.length === HELD_BACK) {
      yield* await runBatch(held, images, work);
      held = [];
      images = 0;
    }
  }
  yield* await runBatch(held, images, work);
}

async function runBatch<T, M, R>(
  held: readonly ({ item: T } & PreparedRows<M>)[],
  images: number,
  work: RowsWork<T, M, R>,
): Promise<{ item: T; made: M; rows: R[] }[]> {
  work.signal?.throwIfAborted();
  const results = images === 0 ? [] : await work.run(concatenate(held), images);
  let next = 0;
  return held.map(({ item, made, count }) => {
    next += count;
    return { item, made, rows: results.slice(next - count, next) };
  });
}

function concatenate(held: readonly { readonly pixels: Uint8Array }[]): Uint8Array {
  const all = new Uint8Array(held.reduce((sum, { pixels }) => sum + pixels.length, 0));
  let at = 0;
  for (const { pixels } of held) {
    all.set(pixels, at);
    at += pixels.length;
  }
  return all;
}
