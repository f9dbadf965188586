// Shared by the benchmarks: timing, the machine, and where real images lie.

import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FoundFile, scanFolder } from '../../src/data/scan.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Real data sets, where the checkout has them beside it. */
export const SHARED = path.join(ROOT, '..', 'shared', 'data');

export interface BenchImages {
  readonly from: string;
  readonly files: readonly FoundFile[];
}

/** JPEG photos of `hymenoptera` where they are, else the drawn fixtures. */
export async function benchImages(): Promise<BenchImages> {
  const real = path.join(SHARED, 'hymenoptera');
  const from = existsSync(real) ? real : path.join(ROOT, 'fixtures', 'healthdiag');
  const { files } = await scanFolder(from);
  const images = files.filter(({ path: name }) => /\.jpe?g$/i.test(name));
  return { from: path.basename(from), files: images };
}

/** Median of several runs of `work`, in seconds, after one that does not count. */
export async function medianSeconds(runs: number, work: () => unknown): Promise<number> {
  await work();
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Seconds of two commands run in turn, so that both meet the same weather, after a run each. */
export function inTurn(
  runs: number,
  first: () => unknown,
  second: () => unknown,
): [number[], number[]] {
  const seconds: [number[], number[]] = [[], []];
  first();
  second();
  for (let run = 0; run < runs; run++) {
    for (const [which, work] of [first, second].entries()) {
      const start = performance.now();
      work();
      seconds[which].push((performance.now() - start) / 1000);
    }
  }
  return seconds;
}

/** Median of the pairs. */
export function ratio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((seconds, index) => seconds / b[index]));
}

export function machineLines(): string[] {
  const version = (name: string) =>
    JSON.parse(readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
  return [
    `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown CPU'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, node ${process.versions.node}`,
    ['onnxruntime-node', '@tensorflow/tfjs-core', 'sharp']
      .map((n) => `${n} ${version(n)}`)
      .join(', '),
  ];
}

/** One row: what was measured, the metric, and the bar it is held against. */
export function report(what: string, metric: string, bar = ''): void {
  console.log(`${what.padEnd(58)} ${metric.padStart(14)}${bar && `   bar ${bar}`}`);
}
