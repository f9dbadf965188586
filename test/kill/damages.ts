// Damage anywhere in a saved model and in the cache: told, mended or refused, and never a wrong score.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom, type Random } from '../../src/base/random.ts';
import { RETRAIN_DEFAULTS, retrain, UnfitError } from '../../src/index.ts';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readModel } from '../../src/model/read.ts';
import { FAST } from '../helpers/fast.ts';
import { filesOf, type Ground, scoresOf } from './ground.ts';

export interface DamageCounts {
  /** Of a model: refused by name, or in a copy for other programs. */
  refused: number;
  harmless: number;
  /** Of the cache: told and computed again, or in a place that does not matter. */
  recomputed: number;
  untold: number;
}

/** `count` cases, a quarter of them in the cache; their places are spread evenly over every file. */
export async function damageFiles(ground: Ground, count: number, seed: number) {
  const random = createRandom(seed, 'damage');
  const counts: DamageCounts = { refused: 0, harmless: 0, recomputed: 0, untold: 0 };
  for (let number = 0; number < count; number++) {
    const share = (number + random.uniform()) / count;
    if (number % 4 === 3) await damageCache(ground, random, share, counts);
    else await damageModel(ground, random, number, share, counts);
  }
  return counts;
}

async function damageModel(
  ground: Ground,
  random: Random,
  number: number,
  share: number,
  counts: DamageCounts,
): Promise<void> {
  const model = path.join(ground.folder, 'damaged');
  rmSync(model, { recursive: true, force: true });
  cpSync(ground.old, model, { recursive: true });
  const files = filesBelow(model);
  const file = files[number % files.length];
  const before = readFileSync(file);
  damage(file, random, share);
  const same = before.equals(readFileSync(file));
  const classified = await isRefused(file, async () => {
    assert.equal(await scoresOf(model), ground.oldScores, file);
  });
  const read = await isRefused(file, () => readModel(model, FILE_NAMES));
  // Copies under stable names are for other programs; imgdiag never opens them.
  const matters = file.includes('versions') || path.basename(file) === 'manifest.json';
  assert.equal(read, matters && !same, file);
  if (classified || read) counts.refused++;
  else counts.harmless++;
}

/** Whether it is refused, in a sentence that names the file. */
async function isRefused(file: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (!(error instanceof UnfitError)) throw error;
    assert.ok(error.message.includes(path.basename(file)), `${file}: ${error.message}`);
    return true;
  }
}

async function damageCache(
  ground: Ground,
  random: Random,
  share: number,
  counts: DamageCounts,
): Promise<void> {
  const model = path.join(ground.folder, 'model-of-damaged-cache');
  const cache = path.join(ground.folder, 'damaged-cache');
  for (const folder of [model, cache]) rmSync(folder, { recursive: true, force: true });
  cpSync(ground.old, model, { recursive: true });
  cpSync(ground.cache, cache, { recursive: true });
  const files = filesBelow(cache);
  damage(files[random.below(files.length)], random, share);
  const notes: string[] = [];
  const options = {
    ...RETRAIN_DEFAULTS,
    extractor: FAST,
    image_dir: ground.images,
    l2: 0.02,
    steps: 60,
    model_dir: model,
    bottleneck_dir: cache,
  };
  await retrain(options, { onMessage: (_, text) => notes.push(text) });
  assert.deepEqual(await filesOf(model), ground.newFiles);
  if (notes.some((line) => line.includes('damaged records'))) counts.recomputed++;
  else counts.untold++;
}

/** Flips a bit, cuts the file, or overwrites a stretch, at `share` of its length. */
function damage(file: string, random: Random, share: number): void {
  const bytes = readFileSync(file);
  const at = Math.floor(share * bytes.length);
  const kind = random.below(4);
  if (kind === 0) {
    writeFileSync(file, bytes.subarray(0, at));
  } else if (kind === 1) {
    bytes.fill(random.below(256), at, Math.min(bytes.length, at + 1 + random.below(4096)));
    writeFileSync(file, bytes);
  } else {
    bytes[at] ^= 1 << random.below(8);
    writeFileSync(file, bytes);
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
