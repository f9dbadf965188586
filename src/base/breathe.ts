// Long computations give way to signals and timers.

import { setImmediate } from 'node:timers/promises';

/** In milliseconds: often enough for Ctrl-C, and rare enough to cost nothing. */
const EVERY = 50;

/**
 * To be awaited at every turn of a long loop.
 * @throws the reason of `signal` once it is aborted
 */
export function createBreather(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last >= EVERY) {
      await setImmediate();
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}
