// Tries again what the system refuses for a moment: another program has the file open.

import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './errors.ts';

/**
 * Windows, whose scanners and indexers open every new file, says EPERM or EACCES; shares say EBUSY. A
 * refusal that lasts has the same codes.
 */
const PASSING: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'];
const FIRST_WAIT = 10;
/** In all, so that a lasting refusal of many files is told soon. In milliseconds. */
const PATIENCE = 5000;

let left = PATIENCE;

/** At the start of a command: it has the whole patience again. */
export function renewPatience(): void {
  left = PATIENCE;
}

/** What `attempt` gives, tried again, with waits that double, as long as there is patience. */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let wait = FIRST_WAIT; ; wait *= 2) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 0 || !PASSING.includes(systemCode(error) ?? '')) throw error;
      const now = Math.min(wait, left);
      left -= now;
      await sleep(now);
    }
  }
}
