// Runs fuzz cases one by one and tells its parent of each before it begins and when it has ended.

import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadDecoder } from '../../src/images/decode.ts';
import { type Ground, runCase, SOME_IMAGE } from './cases.ts';
import { imageSamples, makeCacheSample, makeModelSample } from './samples.ts';

const [seed, first, last] = process.argv.slice(2).map(Number);
const tell = (message: object) =>
  new Promise<void>((done) => process.send?.(message, () => done()));

const folder = mkdtempSync(path.join(tmpdir(), 'imgdiag-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// What is thrown behind a case's back is a finding too: the parent sees the exit code.
const scratch = path.join(folder, 'scratch');
mkdirSync(scratch);
for (const name of ['a.jpg', 'b.jpg']) cpSync(SOME_IMAGE, path.join(scratch, name));
const bottlenecks = path.join(folder, 'bottlenecks');
const ground: Ground = {
  decoder: await loadDecoder(),
  images: await imageSamples(),
  model: await makeModelSample(folder, bottlenecks),
  cache: await makeCacheSample(path.join(folder, 'cache')),
  scratch,
  bottlenecks,
};
for (let number = first; number < last; number++) {
  await tell({ began: number });
  try {
    await tell({ ended: number, kind: await runCase(ground, seed, number) });
  } catch (error) {
    await tell({ ended: number, finding: error instanceof Error ? error.message : String(error) });
  }
}
process.disconnect();
