// Good files that fuzzing starts from: images of every format, tables, a model and a cache.

import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { encode } from 'bmp-ts';
import { openCache } from '../../src/features/cache/cache.ts';
import { RETRAIN_DEFAULTS, retrain } from '../../src/index.ts';
import { keyOf, SPACE, vectorOf } from '../helpers/cache-samples.ts';
import { FAST } from '../helpers/fast.ts';
import { makeOriented, makeScene } from '../helpers/make-images.ts';
import { makeTiff, type TiffKind } from '../helpers/make-tiff.ts';
import { DIAGNOSE, HEALTHDIAG, ROOT } from '../helpers/run-cli.ts';

/** Larger ones only make cases slow. In bytes. */
const MAX_SAMPLE = 100_000;

/** Samples that our own code takes from TIFF files. */
const TIFF_KINDS: readonly TiffKind[] = [
  { bits: 16, deflate: 2, tile: [16, 16], orientation: 6 },
  { bits: 16, samples: 5, planar: true, extra: [2, 0], bigEndian: true },
  { bits: 32, format: 2, rows: 7, big: true },
  { bits: 64, format: 3, samples: 3, deflate: 3 },
];

function tiffValues({ samples = 1, format }: TiffKind): number[] {
  const most = format === 3 ? 1 : 4095;
  return Array.from({ length: 24 * 20 * samples }, (_, i) => (most * (i % 256)) >> 8);
}

/** Files of every format that is read, of some that are not, and the hostile collection if there. */
export async function imageSamples(): Promise<Buffer[]> {
  const scene = () => makeScene(96, 64);
  const raw = await scene().ensureAlpha().raw().toBuffer();
  const samples = [
    await scene().jpeg().toBuffer(),
    await scene().jpeg({ progressive: true }).toBuffer(),
    await scene().toColourspace('cmyk').jpeg().toBuffer(),
    await makeOriented(6),
    await scene().png().toBuffer(),
    await scene().png({ palette: true }).toBuffer(),
    await scene().png({ progressive: true }).toBuffer(),
    await scene().toColourspace('rgb16').png().toBuffer(),
    await scene().gif().toBuffer(),
    await scene().webp().toBuffer(),
    await scene().webp({ lossless: true }).toBuffer(),
    await scene().tiff({ compression: 'lzw' }).toBuffer(),
    await scene().tiff({ compression: 'jpeg' }).toBuffer(),
    ...TIFF_KINDS.map((kind) => makeTiff(24, 20, tiffValues(kind), kind)),
    await scene().avif().toBuffer(),
    encode({ data: raw, width: 96, height: 64, bitPP: 24 }).data,
    encode({ data: raw, width: 96, height: 64, bitPP: 32 }).data,
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    readFileSync(path.join(DIAGNOSE, 'leg003.png')),
  ];
  const nasty = path.join(ROOT, '..', 'shared', 'data', 'nasty');
  const more = existsSync(nasty) ? readdirSync(nasty).sort() : [];
  const files = more.map((name) => path.join(nasty, name));
  return [
    ...samples,
    ...files.filter((file) => statSync(file).size < MAX_SAMPLE).map((file) => readFileSync(file)),
  ];
}

export const TABLE_SAMPLES: readonly Buffer[] = [
  'path,label\na.jpg,cats\nb.jpg,dogs\n',
  '\ufeffpath;label\r\na.jpg;cats\r\n',
  'path,label,split,group\na.jpg,cats,train,1\nb.jpg,dogs,test,2\n"c, d.jpg","do""gs",val,3\n',
  'path\tlabel\na.jpg\tcats\n',
  '{"path": "a.jpg", "label": "cats"}',
].map((text) => Buffer.from(text));

/** Trains a model on the drawn legs into `folder`. */
export async function makeModelSample(folder: string, cache: string): Promise<string> {
  const options = {
    ...RETRAIN_DEFAULTS,
    extractor: FAST,
    image_dir: HEALTHDIAG,
    model_dir: path.join(folder, 'model'),
    bottleneck_dir: cache,
  };
  await retrain(options);
  return options.model_dir;
}

export const CACHED = 40;
export const CACHED_FEATURES = 16;

/** A cache of `CACHED` made-up vectors in two segments. */
export async function makeCacheSample(root: string): Promise<string> {
  const options = { root, space: SPACE, featureSize: CACHED_FEATURES };
  for (const half of [0, 1]) {
    const cache = await openCache(options);
    const from = (half * CACHED) / 2;
    for (let i = from; i < from + CACHED / 2; i++) {
      await cache.put(keyOf(i), vectorOf(i, CACHED_FEATURES));
    }
    await cache.close();
  }
  return root;
}

/** Replaces `folder` by a copy of a good one. */
export function freshCopy(good: string, folder: string): string {
  cpSync(good, folder, { recursive: true, force: true });
  return folder;
}
