import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { NO_PIXELS, runInBatches, runRowsInBatches } from '../../src/features/batches.ts';
import { BATCH_SIZE } from '../../src/network/batch.ts';

/** An image is one byte here. */
const image = (value: number) => Uint8Array.of(value);

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('when some items need no network then results come in the order given', async () => {
  const batches: number[] = [];
  const results = runInBatches<number, string>(Array.from({ length: 50 }).keys(), {
    async prepare(item) {
      // Later ones are ready earlier.
      await wait(item % 7 === 0 ? 5 : 0);
      return item % 3 === 0 ? { result: `known ${item}` } : { pixels: image(item) };
    },
    async run(pixels, count) {
      batches.push(count);
      return [...pixels].map((value) => `run ${value}`);
    },
  });
  assert.deepEqual(
    await collect(results),
    Array.from({ length: 50 }, (_, item) => ({
      item,
      result: item % 3 === 0 ? `known ${item}` : `run ${item}`,
    })),
  );
  assert.deepEqual(batches, [BATCH_SIZE, BATCH_SIZE, 1]);
});

test('when items need any number of images then each gets its own results', async () => {
  const batches: number[] = [];
  const results = runRowsInBatches<number, string, number>(Array.from({ length: 20 }).keys(), {
    rowsPerItem: 5,
    async prepare(item) {
      const count = item % 6;
      const pixels = count === 0 ? NO_PIXELS : new Uint8Array(count).fill(item);
      return { made: `made ${item}`, pixels, count };
    },
    async run(pixels, count) {
      batches.push(count);
      assert.equal(pixels.length, count);
      return [...pixels];
    },
  });
  assert.deepEqual(
    await collect(results),
    Array.from({ length: 20 }, (_, item) => ({
      item,
      made: `made ${item}`,
      rows: Array(item % 6).fill(item),
    })),
  );
  assert.ok(batches.slice(0, -1).every((count) => count >= BATCH_SIZE && count < BATCH_SIZE + 5));
});

test('when nobody takes results then no more is prepared than may wait', async () => {
  for (const [rowsPerItem, most] of [
    // Held for a batch, waiting, and in preparation.
    [1, 16 + 24],
    [16, 1 + 9],
  ]) {
    let prepared = 0;
    const results = runRowsInBatches<number, null, number>(Array.from({ length: 500 }).keys(), {
      rowsPerItem,
      async prepare() {
        prepared++;
        return { made: null, pixels: new Uint8Array(rowsPerItem), count: rowsPerItem };
      },
      run: async (pixels) => [...pixels],
    });
    await results.next();
    await wait(20);
    assert.ok(prepared <= most, `${prepared} of ${most}`);
    await results.return(undefined);
  }
});
