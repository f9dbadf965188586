// What many labels cost: retrain on the same images in 400 labels and in two, each from a cold cache.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { createRandom } from '../../src/base/random.ts';
import { ROOT, report } from './measure.ts';

const LABELS = 400;
const IMAGES = 1600;
const USAGE = path.join(ROOT, 'test', 'bench', 'print-usage.mjs');
const CLI = path.join(ROOT, 'bin', 'imgdiag.mjs');

const temporary = mkdtempSync(path.join(tmpdir(), 'imgdiag-bench-'));
try {
  const two = await retrain(2);
  const many = await retrain(LABELS);
  report(`imgdiag retrain, ${IMAGES} images in 2 labels, CPU time`, `${two.seconds} s`);
  report(`the same images in ${LABELS} labels`, `${many.seconds} s`);
  report('many / two', (many.seconds / two.seconds).toFixed(1), '<= 4');
  report('evaluation.json', `${many.megabytes.toFixed(2)} MB`, '<= 2 MB');
  report('lines on stderr', `${many.lines}`, '<= 120');
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

async function retrain(labels: number) {
  const folder = path.join(temporary, `${labels}`);
  const data = path.join(folder, 'data');
  await makeImages(data, labels);
  const model = path.join(folder, 'model');
  const places = ['--image_dir', data, '--model_dir', model];
  const words = [CLI, 'retrain', ...places, '--extractor', 'mobilenet_v1_025_224'];
  const env = { ...process.env, XDG_CACHE_HOME: path.join(folder, 'cache') };
  const all = ['--import', USAGE, ...words];
  const { status, stderr } = spawnSync(process.execPath, all, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
  const evaluation = path.join(`${model}_report`, 'evaluation.json');
  return {
    seconds: Number(/CPU time ([\d.]+) s/.exec(stderr)?.[1]),
    megabytes: statSync(evaluation).size / 1e6,
    lines: stderr.trimEnd().split('\n').length,
  };
}

/** Four images of each of 400 patterns of colours, with noise; label by pattern. */
async function makeImages(data: string, labels: number): Promise<void> {
  const random = createRandom(1, 'labels');
  for (let pattern = 0; pattern < LABELS; pattern++) {
    const label = path.join(data, `label${String(pattern % labels).padStart(3, '0')}`);
    mkdirSync(label, { recursive: true });
    const colours = Array.from({ length: 48 }, () => random.below(256));
    for (let copy = 0; copy < IMAGES / LABELS; copy++) {
      const pixels = Uint8ClampedArray.from(
        colours,
        (colour) => colour + 25 * (2 * random.uniform() - 1),
      );
      await sharp(pixels, { raw: { width: 4, height: 4, channels: 3 } })
        .resize(32, 32, { kernel: 'nearest' })
        .png()
        .toFile(path.join(label, `${pattern}-${copy}.png`));
    }
  }
}
