// Extraction with a network of three features and a store in memory, and the counts of both.

import type { Extractor } from '../../src/extractor/extractor.ts';
import type { ExtractionTools } from '../../src/features/extract.ts';
import { loadDecoder } from '../../src/images/decode.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';

export const FEATURES = 3;
export const SIDE = 8;

/** Three sums over an image, `[3]`: of all values, of the left half, and of the top half. */
export function sumsOf(image: Uint8Array): Float32Array {
  const sums = new Float32Array(FEATURES);
  for (const [i, value] of image.entries()) {
    sums[0] += value;
    if (Math.floor(i / 3) % SIDE < SIDE / 2) sums[1] += value;
    if (i < image.length / 2) sums[2] += value;
  }
  return sums;
}

export interface CountingTools extends ExtractionTools {
  readonly vectors: Map<string, Float32Array>;
  /** Numbers of images of each call of the network. */
  readonly batches: number[];
  /** Files decoded so far. */
  decoded(): number;
}

export async function makeTools(): Promise<CountingTools> {
  const real = await loadDecoder();
  const vectors = new Map<string, Float32Array>();
  const batches: number[] = [];
  let decoded = 0;
  const extractor: Extractor = {
    id: 'sums',
    engine: 'onnx',
    runtime: 'test',
    weightsSha256: '',
    imageSize: SIDE,
    featureSize: FEATURES,
    imagesAtOnce: null,
    async embed(images, count) {
      batches.push(count);
      const length = SIDE * SIDE * 3;
      const rows = Array.from({ length: count }, (_, row) =>
        sumsOf(images.subarray(row * length, (row + 1) * length)),
      );
      return Float32Array.from(rows.flatMap((row) => [...row]));
    },
    async dispose() {},
  };
  return {
    extractor,
    decoder: {
      ...real,
      decodeWithSize(bytes, preprocessing) {
        decoded++;
        return real.decodeWithSize(bytes, preprocessing);
      },
    },
    preprocessing: createPreprocessing({ size: SIDE }),
    store: {
      get: (key) => vectors.get(key),
      async put(key, vector) {
        vectors.set(key, vector.slice());
      },
    },
    vectors,
    batches,
    decoded: () => decoded,
  };
}
