// Ctrl-C and SIGTERM as the program handles them, and as the system does while nothing else runs.

import { setImmediate } from 'node:timers/promises';

interface Listener {
  readonly name: NodeJS.Signals;
  readonly handler: () => void;
  /** Ends the process. */
  readonly end: () => void;
  heard: boolean;
}

const listeners = new Set<Listener>();
/** How many computations block the event loop, or are about to. */
let blocking = 0;

/**
 * @param hear called at each signal
 * @param end ends the process
 * @returns what ends the listening
 */
export function listen(name: NodeJS.Signals, hear: () => void, end: () => void): () => void {
  const listener = { name, end, heard: false, handler };
  function handler() {
    listener.heard = true;
    hear();
  }
  listeners.add(listener);
  process.on(name, handler);
  return () => {
    listeners.delete(listener);
    process.off(name, handler);
  };
}

/**
 * Runs `work`, which blocks the event loop for a time that nobody knows: meanwhile the program's own
 * handlers would not be called, so the system ends the process at once. Nothing that is saved suffers:
 * every write is atomic.
 */
export async function whileBlocked<T>(work: () => Promise<T>): Promise<T> {
  // The first process of a container ignores signals that it does not handle.
  if (process.pid === 1) return work();
  // A signal that has come is heard now.
  await setImmediate();
  for (const { heard, end } of listeners) if (heard) end();
  if (blocking++ === 0) for (const { name, handler } of listeners) process.off(name, handler);
  try {
    return await work();
  } finally {
    if (--blocking === 0) for (const { name, handler } of listeners) process.on(name, handler);
  }
}
