// Features of augmented variants of training images, each cached by content, options and number.

import { createMatrix, type Matrix, rowOf } from '../base/matrix.ts';
import type { Failure, Hashed } from '../data/hash-files.ts';
import type { FoundFile } from '../data/scan.ts';
import { drawVariant, sampleVariant, sourceSide, type VariantSource } from '../images/augment.ts';
import { ImageError } from '../images/decode.ts';
import { CACHED_PROPERTIES } from '../images/properties.ts';
import { catchImageError } from '../images/read.ts';
import { BATCH_SIZE } from '../network/batch.ts';
import { NO_PIXELS, runRowsInBatches } from './batches.ts';
import { type VariantSeries, variantKey } from './cache/keys.ts';
import { decodeUnchanged, type ExtractionTools, embedRows } from './extract.ts';

export interface VariantRequest extends VariantSeries {
  /** Variants of each image, at least 1. */
  readonly copies: number;
  /** A clock in milliseconds, read at the start and at the end. */
  now(): number;
}

export interface VariantTable {
  /**
   * `[files.length * copies, featureSize]`, row-major: the variants of the first file, then those
   * of the next; a failed row is zero.
   */
  readonly features: Matrix;
  /** `[files.length * copies]`: whether the row holds features. */
  readonly usable: readonly boolean[];
  /** One for each file with a missing variant. */
  readonly failures: readonly Failure[];
  /** Numbers of variants, counted as images are in `FeatureTable`. */
  readonly cached: number;
  readonly computed: number;
  /** By the request's clock, from first to last variant. */
  readonly seconds: number;
}

/** Variants of one file, few enough for a batch. */
interface VariantChunk {
  readonly file: FoundFile & Hashed;
  readonly copies: readonly number[];
  /** Decodes the file, once for all its chunks. */
  source(): Promise<VariantSource | ImageError>;
}

/** A chunk before the network has seen it; `known` is in the order of `copies`. */
interface Made {
  readonly known: readonly (Float32Array | undefined)[];
  readonly error?: ImageError;
}

/**
 * `copies` variants of every file, cached or computed. To be called for training files only.
 * `tools.onProgress` counts variants.
 */
export async function extractVariants(
  files: readonly (FoundFile & Hashed)[],
  tools: ExtractionTools,
  request: VariantRequest,
): Promise<VariantTable> {
  const started = request.now();
  const { extractor, store } = tools;
  const { copies } = request;
  const { featureSize } = extractor;
  const features = createMatrix(files.length * copies, featureSize);
  const usable: boolean[] = [];
  const failed = new Map<FoundFile, ImageError>();
  const fresh = new Set<string>();
  let computed = 0;
  const results = runRowsInBatches<VariantChunk, Made, Float32Array>(
    variantChunks(files, tools, request),
    {
      signal: tools.signal,
      rowsPerItem: Math.min(copies, BATCH_SIZE),
      prepare: (chunk) => prepareChunk(chunk, tools, request),
      run: (pixels, count) => embedRows(extractor, pixels, count),
    },
  );
  for await (const { item, made, rows } of results) {
    if (made.error) failed.set(item.file, made.error);
    let next = 0;
    for (const [index, copy] of item.copies.entries()) {
      const known = made.known[index];
      const vector = known ?? rows[next++];
      if (vector) rowOf(features, usable.length).set(vector.subarray(0, featureSize));
      usable.push(vector !== undefined);
      const key = variantKey(item.file, tools.preprocessing, request, copy);
      if (vector && !known) {
        fresh.add(key);
        await store.put(key, withoutProperties(vector));
      }
      if (fresh.has(key)) computed++;
      tools.onProgress?.(usable.length, computed);
    }
  }
  const failures = [...failed].map(([{ path }, error]) => ({ path, error }));
  const cached = usable.filter(Boolean).length - computed;
  const seconds = (request.now() - started) / 1000;
  return { features, usable, failures, cached, computed, seconds };
}

function* variantChunks(
  files: readonly (FoundFile & Hashed)[],
  { decoder, preprocessing }: ExtractionTools,
  { augmentation, copies }: VariantRequest,
): Generator<VariantChunk> {
  const side = sourceSide(augmentation, preprocessing.size);
  for (const file of files) {
    let decoded: Promise<VariantSource | ImageError> | undefined;
    const source = () => {
      decoded ??= catchImageError(async () => {
        const image = await decodeUnchanged(file, decoder, { ...preprocessing, size: side });
        // Cropped or padded, it has kept its angles.
        const aspect = preprocessing.fit === 'stretch' ? image.width / image.height : 1;
        return { pixels: image.pixels, side, aspect };
      });
      return decoded;
    };
    for (let first = 0; first < copies; first += BATCH_SIZE) {
      const length = Math.min(BATCH_SIZE, copies - first);
      yield { file, copies: Array.from({ length }, (_, i) => first + i), source };
    }
  }
}

/** Looks up a chunk, and samples its missing variants: `[missing, size, size, 3]`. */
async function prepareChunk(
  { file, copies, source }: VariantChunk,
  { preprocessing, store }: ExtractionTools,
  request: VariantRequest,
): Promise<{ made: Made; pixels: Uint8Array; count: number }> {
  const { size } = preprocessing;
  const known = copies.map((copy) => store.get(variantKey(file, preprocessing, request, copy)));
  const missing = copies.filter((_, index) => known[index] === undefined);
  if (missing.length === 0) return { made: { known }, pixels: NO_PIXELS, count: 0 };
  const decoded = await source();
  if (decoded instanceof ImageError) {
    return { made: { known, error: decoded }, pixels: NO_PIXELS, count: 0 };
  }
  const length = size * size * 3;
  const pixels = new Uint8Array(missing.length * length);
  for (const [index, copy] of missing.entries()) {
    const { augmentation, seed } = request;
    const parameters = drawVariant(augmentation, size, { sha256: file.sha256, seed, copy });
    const out = pixels.subarray(index * length, (index + 1) * length);
    sampleVariant(decoded, parameters, size, out);
  }
  return { made: { known }, pixels, count: missing.length };
}

/** A vector as it is cached: the properties of a variant are not used. */
function withoutProperties(features: Float32Array): Float32Array {
  const vector = new Float32Array(features.length + CACHED_PROPERTIES.length);
  vector.set(features);
  return vector;
}
