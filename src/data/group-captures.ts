// What the pattern of `--group_by` captures in paths, found in a worker: a pattern may take for ever.

import { Worker } from 'node:worker_threads';
import { UsageError } from '../base/errors.ts';

export const EXAMPLE = `e.g. --group_by '/(patient[0-9]+)_' for cats/patient7_left.jpg`;

/** How often the worker is looked at, in milliseconds, and how often it may be at the same path. */
const LOOK_EVERY = 100;
const MOST_LOOKS = 20;
/** UTF-16 units of a pattern: compiling one of millions takes a minute, and cannot be ended. */
const LONGEST = 10_000;

/** `at` is the number of the path whose turn it is, from 1. */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const { pattern, paths, at } = workerData;
function answer() {
  Atomics.store(at, 0, 1);
  let expression, other;
  try {
    expression = new RegExp(pattern, 'u');
    other = new RegExp(pattern.normalize('NFC'), 'u');
  } catch (error) {
    return { reason: error.message.split(': ').at(-1) };
  }
  // With an empty alternative it matches anything, which gives the number of its groups.
  const groups = (new RegExp(pattern + '|', 'u').exec('')?.length ?? 1) - 1;
  if (groups === 0) return {};
  const captures = paths.map((path, index) => {
    Atomics.store(at, 0, index + 1);
    return (expression.exec(path) ?? other.exec(path.normalize('NFC')))?.[1];
  });
  return { captures };
}
parentPort.postMessage(answer());
`;

interface Answer {
  readonly captures?: (string | undefined)[];
  /** Why the pattern does not compile. */
  readonly reason?: string;
}

/**
 * The first capture in each path as it is, or else in the composed form of both.
 * @param pattern a JavaScript regular expression, with flag `u`
 * @throws UsageError for a pattern that does not compile, captures nothing, or takes two seconds for
 *   one path
 */
export async function capturesOf(
  pattern: string,
  paths: readonly string[],
): Promise<(string | undefined)[]> {
  if (pattern.length > LONGEST) {
    throw new UsageError(
      `expected a regular expression of at most ${LONGEST} characters for --group_by, found one of ${pattern.length}`,
      { hint: EXAMPLE },
    );
  }
  const { captures, reason } = await ask(pattern, paths);
  if (reason !== undefined) {
    throw new UsageError(
      `expected a regular expression for --group_by, found ${pattern} (${reason})`,
      { hint: EXAMPLE },
    );
  }
  if (captures !== undefined) return captures;
  throw new UsageError(`expected parentheses in --group_by, found none in ${pattern}`, {
    hint: `put parentheses around the part that identifies the patient, ${EXAMPLE}`,
  });
}

async function ask(pattern: string, paths: readonly string[]): Promise<Answer> {
  const at = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(WORKER, { eval: true, workerData: { pattern, paths, at } });
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
      let last = 0;
      let looks = 0;
      watch = setInterval(() => {
        const now = Atomics.load(at, 0);
        looks = now === last ? looks + 1 : 0;
        last = now;
        // Starting is not its fault.
        if (now > 0 && looks === MOST_LOOKS) reject(tooSlow(pattern, paths[now - 1]));
      }, LOOK_EVERY);
    });
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

function tooSlow(pattern: string, path: string): UsageError {
  return new UsageError(
    `expected --group_by ${pattern} to take less than two seconds for each path, found that it takes longer for ${path}`,
    { hint: 'simplify it: a repetition of repetitions, such as (a+)+, may take for ever' },
  );
}
