// How many planted copies retrain finds across splits, how many images it accuses wrongly, and what
// the search costs. Arguments: extractors, by name or folder; default: those of the package.

import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { createRandom } from '../../src/base/random.ts';
import { planSplit } from '../../src/data/plan-split.ts';
import { scanFolder } from '../../src/data/scan.ts';
import { hashPercentage } from '../../src/data/split.ts';
import { CATALOG } from '../../src/extractor/catalog.ts';
import { openExtraction } from '../../src/job/extraction.ts';
import { extractImages } from '../../src/job/image-rows.ts';
import { findNearDuplicates } from '../../src/job/near-duplicates.ts';
import { retrain } from '../../src/job/retrain.ts';
import { RETRAIN_DEFAULTS } from '../../src/options/commands.ts';
import type { NearDuplicates } from '../../src/report/results.ts';
import { report, SHARED } from './measure.ts';

const PLANTED = 50;
const COPIES = {
  'as JPEG 60': async (image: Sharp) => image.jpeg({ quality: 60 }),
  'brightened by 20 %': async (image: Sharp) => image.linear(1.2, 0).jpeg({ quality: 90 }),
  'at half size': async (image: Sharp) => {
    const { width } = await image.metadata();
    return image.resize(Math.round(width / 2)).jpeg({ quality: 90 });
  },
} as const;
const BARS = {
  'as JPEG 60': '>= 45',
  'brightened by 20 %': '>= 45',
  'at half size': '>= 35',
} as const;
/** Images of fracatlas-leg that occur twice. */
const TWINS = /IMG000(2846|4209|2847|4208|2945|4266|2946|4267|3020|4320|2752|4112)\./;

if (!existsSync(SHARED)) {
  console.log(`skipped: ${SHARED} is absent`);
  process.exit();
}
const work = await mkdtemp(path.join(tmpdir(), 'imgdiag-bench-'));
const cache = path.join(work, 'cache');
const given = process.argv.slice(2);
try {
  for (const extractor of given.length > 0 ? given : CATALOG.map(({ spec }) => spec.id)) {
    console.log(path.basename(extractor));
    for (const name of ['hymenoptera', 'flowers', 'fracatlas-leg', 'pneumoniamnist']) {
      await falseAlarms(extractor, name);
    }
    const leaky = await search(extractor, path.join(SHARED, 'bonefracture-leaky'));
    const found = new Set(leaky.near.pairs.map(({ image }) => image.path));
    report('  bonefracture-leaky: images with a copy', `${found.size} of 80`, '>= 12');
    for (const name of ['hymenoptera', 'flowers', 'fracatlas-leg']) {
      for (const how of Object.keys(COPIES) as (keyof typeof COPIES)[]) {
        const folder = await plant(name, how);
        const { near } = await search(extractor, folder);
        const hits = near.pairs.filter(({ image }) =>
          path.basename(image.path).startsWith('planted'),
        );
        const what = `  ${name}: planted copies found, ${how}`;
        report(what, `${hits.length} of ${PLANTED}`, BARS[how]);
      }
    }
  }
} finally {
  await rm(work, { recursive: true });
}

async function falseAlarms(extractor: string, name: string): Promise<void> {
  const image_dir = path.join(SHARED, name);
  const { near, images, searching } = await search(extractor, image_dir);
  const wrong = near.pairs.filter(
    ({ image, copyOf }) =>
      !(TWINS.test(image.path) && TWINS.test(copyOf.path)) &&
      (name !== 'pneumoniamnist' || (image.split === 'testing' && copyOf.split === 'training')),
  );
  const accused = new Set(wrong.flatMap(({ image, copyOf }) => [image.path, copyOf.path]));
  const of = `${accused.size} of ${images} (${near.compared} pairs)`;
  report(`  ${name}: images accused wrongly`, of, `<= ${Math.floor(images / 100)}`);
  const whole = await cpuSeconds(async () => {
    const folder = await mkdtemp(path.join(work, 'run-'));
    const places = { model_dir: path.join(folder, 'model'), bottleneck_dir: folder };
    await retrain({ image_dir, extractor, ...places });
  });
  const share = `${((100 * searching) / whole).toFixed(1)} %`;
  report(`  ${name}: search, share of the processor time of a cold run`, share, '<= 5 %');
}

async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** With the processor time of the search, in seconds. */
async function search(
  extractor: string,
  image_dir: string,
): Promise<{ near: NearDuplicates; images: number; searching: number }> {
  const options = { ...RETRAIN_DEFAULTS, image_dir, extractor, bottleneck_dir: cache };
  const planned = await planSplit(options, {});
  const extraction = await openExtraction(options);
  const { images } = await extractImages(extraction, planned).finally(extraction.close);
  let near: NearDuplicates | undefined;
  const searching = await cpuSeconds(async () => {
    ({ near } = await findNearDuplicates(images, options, extraction.source.preprocessing, {}));
  });
  if (near === undefined) throw new Error(`${image_dir}: left to check`);
  return { near, images: images.files.length, searching };
}

/** The data set as a ready-made split, with changed copies of training images in validation. */
async function plant(name: string, how: keyof typeof COPIES): Promise<string> {
  const source = path.join(SHARED, name);
  const folder = path.join(work, `${name} ${how}`);
  if (existsSync(folder)) return folder;
  const { files } = await scanFolder(source);
  const images = files.filter(({ path: name }) => /\.jpe?g$/i.test(name));
  const placed = images.map((file) => {
    const parts = file.path.split('/');
    const given = /^(train|val)$/.test(parts[0]) ? parts.shift() : undefined;
    const split = given ?? (hashPercentage(file.path) < 20 ? 'val' : 'train');
    return { from: path.join(source, file.path), split, label: parts[0], name: parts[1] };
  });
  for (const { from, split, label, name } of placed) {
    await mkdir(path.join(folder, split, label), { recursive: true });
    await copyFile(from, path.join(folder, split, label, name));
  }
  const training = placed.filter(({ split }) => split === 'train');
  const chosen = createRandom(1, `plant ${name}`).shuffle(training).slice(0, PLANTED);
  for (const [i, { from, label }] of chosen.entries()) {
    const copy = await COPIES[how](sharp(from).rotate());
    await copy.toFile(path.join(folder, 'val', label, `planted${i}.jpg`));
  }
  return folder;
}
