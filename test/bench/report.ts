// What a report costs: retrain with and without one, in turn, each from a cold cache.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inTurn, median, ROOT, ratio, report, SHARED } from './measure.ts';

const RUNS = 5;
/** Of the command without it. */
const BAR = 0.25;

for (const name of ['hymenoptera/train', 'fracatlas-leg']) {
  const images = path.join(SHARED, name);
  if (!existsSync(images)) {
    console.log(`skipped: no ${images}`);
    continue;
  }
  const [without, reported] = inTurn(
    RUNS,
    () => retrain(images, '--no_report'),
    () => retrain(images),
  );
  const seconds = (all: readonly number[]) => `${median(all).toFixed(2)} s`;
  report(`imgdiag retrain --no_report, ${name}, cold cache`, seconds(without));
  report('the same with a report', seconds(reported));
  const share = ratio(reported, without) - 1;
  report('report / the rest, median of pairs', share.toFixed(2), `<= ${BAR}`);
}

function retrain(images: string, ...words: string[]): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'imgdiag-bench-'));
  try {
    const cli = path.join(ROOT, 'bin', 'imgdiag.mjs');
    const places = [
      '--model_dir',
      path.join(folder, 'm'),
      '--bottleneck_dir',
      path.join(folder, 'b'),
    ];
    const all = [cli, 'retrain', '--image_dir', images, ...places, ...words];
    const { status, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${all.join(' ')} ended with ${status}: ${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
