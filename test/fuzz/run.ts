// npm run fuzz -- [--cases N] [--seed S] [--seconds T] [--first C]: mutated images, tables, models and caches; links and pipes in models.

import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../helpers/run-cli.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '3600' },
    first: { type: 'string', default: '0' },
  },
});
const seed = Number(values.seed);
const last = Number(values.first) + Number(values.cases);
const deadline = Date.now() + 1000 * Number(values.seconds);
/** A case may take so long; setting up, and a program that is started, get more. */
const HANG_MS = 5000;
const SETUP_MS = 120_000;

const counts = new Map<string, number>();
const findings: string[] = [];
let slowest = 0;

/** Runs cases from `first` in one process; returns the next one to run. */
async function runWorker(first: number): Promise<number> {
  const worker = fork(
    path.join(import.meta.dirname, 'worker.ts'),
    [seed, first, last].map(String),
    { execArgv: ['--import', 'tsx'] },
  );
  let current: number | undefined;
  let next = first;
  let began = Date.now();
  let hung = false;
  // The next case may have begun when time is up: it is cut off, and no finding.
  let ending = false;
  const end = () => {
    ending = true;
    worker.kill();
  };
  const watch = setInterval(() => {
    const limit = current === undefined ? SETUP_MS : 4 * HANG_MS;
    if (Date.now() - began > limit) {
      hung = true;
      worker.kill('SIGKILL');
    } else if (Date.now() > deadline && current === undefined) end();
  }, 500);
  worker.on(
    'message',
    (message: { began?: number; ended?: number; kind?: string; finding?: string }) => {
      if (message.began !== undefined) {
        current = message.began;
        began = Date.now();
        return;
      }
      const took = Date.now() - began;
      slowest = Math.max(slowest, took);
      next = (current as number) + 1;
      if (message.finding) findings.push(`case ${current}: ${message.finding}`);
      else if (took > HANG_MS) findings.push(`case ${current}: ${message.kind} took ${took} ms`);
      if (message.kind) counts.set(message.kind, (counts.get(message.kind) ?? 0) + 1);
      current = undefined;
      began = Date.now();
      if (Date.now() > deadline) end();
    },
  );
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    worker.on('exit', (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
  });
  clearInterval(watch);
  if (current !== undefined && !ending) {
    findings.push(`case ${current}: ${hung ? 'hung' : `ended the process (${code ?? signal})`}`);
    return current + 1;
  }
  if (code !== 0 && Date.now() <= deadline)
    throw new Error(`the worker ended with ${code ?? signal}`);
  return code === 0 ? last : next;
}

if (!existsSync(path.join(ROOT, 'dist', 'cli.js'))) throw new Error('run npm run build first');
const started = Date.now();
let next = Number(values.first);
while (next < last && Date.now() < deadline) next = await runWorker(next);
const total = [...counts.values()].reduce((sum, count) => sum + count, findings.length);
const kinds = [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
console.log(
  `seed ${seed}: ${total} cases in ${((Date.now() - started) / 1000).toFixed(0)} s (${kinds}); slowest ${slowest} ms; ${findings.length} findings`,
);
for (const finding of findings) console.log(finding);
process.exitCode = findings.length > 0 ? 1 : 0;
