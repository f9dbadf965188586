// Who holds a lock, and whether that process still lives: told only where it cannot be mistaken.

import { randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { systemCode } from './errors.ts';

export interface Owner {
  /** One run of one system, from its start on. */
  readonly boot: string;
  /** Containers have process numbers of their own. */
  readonly namespace: string;
  readonly pid: number;
  /** When the process began: numbers are used again. Empty where the system does not tell. */
  readonly start: string;
  /** At random: no two locks are alike. */
  readonly word: string;
}

/** This process, with a new word. */
export async function newOwner(): Promise<Owner> {
  place ??= placeOf();
  return { ...(await place), pid: process.pid, start: await ownStart(), word: randomUUID() };
}

/**
 * Whether the process that `text` names lives. It is `unknown` of another machine or container, where
 * the system does not tell when a process began, and for what is no owner.
 */
export async function stateOf(text: string): Promise<'alive' | 'gone' | 'unknown'> {
  const owner = parseOwner(text);
  const { boot, namespace, start } = await newOwner();
  if (owner?.boot !== boot || owner.namespace !== namespace) return 'unknown';
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return 'gone';
  }
  if (start === '' || owner.start === '') return 'unknown';
  const now = await startOf(owner.pid);
  if (now === undefined) return 'unknown';
  return now === owner.start ? 'alive' : 'gone';
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { boot, namespace, pid, start, word } = JSON.parse(text) as Partial<Owner>;
    const texts = [boot, namespace, start, word].every((one) => typeof one === 'string');
    // Numbers up to 0 stand for groups of processes.
    if (!texts || !Number.isSafeInteger(pid) || Number(pid) <= 0) return undefined;
    return JSON.parse(text) as Owner;
  } catch {
    return undefined;
  }
}

type Place = Pick<Owner, 'boot' | 'namespace'>;
let place: Promise<Place> | undefined;

async function placeOf(): Promise<Place> {
  if (process.platform !== 'linux') {
    // Clocks are set now and then: it is then taken for another place, which is safe.
    const begun = Math.round((Date.now() - 1000 * uptime()) / 10_000);
    return { boot: `${hostname()} ${begun}`, namespace: '' };
  }
  try {
    // In a namespace of its own, but with the /proc of another one, numbers mean other processes.
    if ((await readlink('/proc/self')) !== `${process.pid}`) throw new Error('another /proc');
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return { boot: boot.trim(), namespace: await readlink('/proc/self/ns/pid') };
  } catch {
    return { boot: randomUUID(), namespace: '' };
  }
}

let begun: Promise<string | undefined> | undefined;

async function ownStart(): Promise<string> {
  begun ??= startOf(process.pid);
  return (await begun) ?? '';
}

/** In ticks since the system started; `dead` of a process that only waits to be collected. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, which may hold both of them.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'dead' : fields[19];
  } catch {
    return undefined;
  }
}
