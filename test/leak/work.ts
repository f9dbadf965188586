// Work that a server does all day, with a look at its memory after every part of it.

import { createHash } from 'node:crypto';
import path from 'node:path';
import sharp from 'sharp';
import { loadExtractorFiles } from '../../src/extractor/catalog.ts';
import { openExtractorFiles } from '../../src/extractor/open.ts';
import { extractFeatures } from '../../src/features/extract.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { classifyImages, loadDecoder, openClassifier } from '../../src/index.ts';

/** Images in a folder that the work goes round. */
export const IMAGES = 50;

/** Pixels: fewer than usual cost a third of the time, and what is kept by mistake is still seen. */
export const IMAGE_SIZE = 128;

/** Looks at the memory so often: a quarter then has ten of them. */
const LOOKS = 40;

/** Writes small images, all different. @returns their paths */
export async function makeImages(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (let number = 0; number < IMAGES; number++) {
    const pixels = Buffer.alloc(64 * 64 * 3);
    for (let at = 0; at < pixels.length; at += 32) {
      createHash('sha256').update(`${number} ${at}`).digest().copy(pixels, at);
    }
    const file = path.join(folder, `${number}.jpg`);
    await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toFile(file);
    files.push(file);
  }
  return files;
}

/** Resident bytes after the garbage is gone: what is kept, not what waits to be collected. */
function kept(): number {
  global.gc?.();
  return process.memoryUsage.rss();
}

/** Means of the memory, in MB, over each quarter of the work. */
export function quartersOf(looks: readonly number[]): number[] {
  const length = looks.length / 4;
  return [0, 1, 2, 3].map((quarter) => {
    const part = looks.slice(Math.floor(quarter * length), Math.floor((quarter + 1) * length));
    return part.reduce((sum, bytes) => sum + bytes, 0) / part.length / 1e6;
  });
}

/** Scores images over and over in one process, on one classifier. */
export async function classifyMany(
  modelDir: string,
  files: readonly string[],
  count: number,
  read: (file: string) => Promise<Uint8Array>,
): Promise<number[]> {
  const classifier = await openClassifier({ modelDir, engine: 'onnx' }, () => {});
  const decoder = await loadDecoder();
  const looks: number[] = [];
  const each = Math.ceil(count / LOOKS);
  for (let done = 0; done < count; done += each) {
    const inputs = Array.from({ length: Math.min(each, count - done) }, (_, i) => {
      const name = files[(done + i) % files.length];
      return { name, read: () => read(name) };
    });
    let scored = 0;
    for await (const prediction of classifyImages(inputs, classifier, decoder)) {
      if (prediction.scores) scored++;
    }
    if (scored !== inputs.length) throw new Error(`scored ${scored} of ${inputs.length}`);
    looks.push(kept());
  }
  await classifier.dispose();
  return looks;
}

/** Computes features of `count` images without a cache, as a large first training does. */
export async function extractMany(
  files: readonly string[],
  count: number,
  sha256Of: (file: string) => string,
): Promise<number[]> {
  const network = await loadExtractorFiles('mobilenet_v1_025_224');
  const { mean, std } = network.spec;
  const preprocessing = createPreprocessing({ size: IMAGE_SIZE, mean, std });
  const options = { engine: 'onnx', input: preprocessing } as const;
  const extractor = await openExtractorFiles(network, options, () => {});
  const decoder = await loadDecoder();
  const looks: number[] = [];
  const each = Math.ceil(count / LOOKS);
  const images = Array.from({ length: count }, (_, at) => {
    const file = files[at % files.length];
    return {
      path: `${at}.jpg`,
      file,
      sha256: sha256Of(file),
      bytes: 0,
      format: 'jpeg',
      kind: '8-bit',
      spare: false,
    } as const;
  });
  let next = each;
  const { computed } = await extractFeatures(images, {
    extractor,
    decoder,
    preprocessing,
    store: { get: () => undefined, put: async () => {} },
    onProgress(done) {
      if (done < next) return;
      next += each;
      looks.push(kept());
    },
  });
  if (computed !== count) throw new Error(`computed ${computed} of ${count}`);
  await extractor.dispose();
  return looks;
}
