// npm run leak -- [--count N]: memory over 20,000 classifications, and over 20,000 extractions.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { sha256 } from '../../src/base/hash.ts';
import { RETRAIN_DEFAULTS, retrain } from '../../src/index.ts';
import { FAST } from '../helpers/fast.ts';
import { HEALTHDIAG } from '../helpers/run-cli.ts';
import { classifyMany, extractMany, IMAGE_SIZE, makeImages, quartersOf } from './work.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '20000' } } });
const count = Number(values.count);
/** The last quarter may lie this much above the second: the rest is warming up. */
const ALLOWED = 0.05;

const folder = mkdtempSync(path.join(tmpdir(), 'imgdiag-leak-'));
try {
  const model_dir = path.join(folder, 'm');
  await retrain({
    ...RETRAIN_DEFAULTS,
    extractor: FAST,
    image_dir: HEALTHDIAG,
    image_size: IMAGE_SIZE,
    model_dir,
    bottleneck_dir: path.join(folder, 'c'),
  });
  const files = await makeImages(folder);
  report('classifications', await classifyMany(model_dir, files, count, readFile));
  report('extractions', await extractMany(files, count, (file) => sha256(readFileSync(file))));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report(what: string, looks: readonly number[]): void {
  const quarters = quartersOf(looks);
  const growth = quarters[3] / quarters[1] - 1;
  const shown = quarters.map((size) => size.toFixed(1)).join(', ');
  console.log(
    `${count} ${what}: ${shown} MB by quarter, last against second ${(100 * growth).toFixed(1)} %`,
  );
  if (growth > ALLOWED) process.exitCode = 1;
}
