// From labelled files to feature rows: hashes every file, computes what the cache does not hold.

import { pMapIterable } from 'p-map';
import { sha256 } from '../base/hash.ts';
import type { Matrix } from '../base/matrix.ts';
import { createMatrix, rowOf } from '../base/matrix.ts';
import { type Decoder, PictureError } from '../images/decode.ts';
import { readPicture } from '../images/read.ts';
import type { Recipe } from '../images/recipe.ts';
import type { FoundFile } from '../images/scan.ts';
import { runInBatches } from './batches.ts';
import type { Extractor } from './extractor.ts';

/** Files read at once for hashing. */
const READING = 8;

/** A file that cannot be used, and why. */
export interface Failure {
  readonly path: string;
  readonly error: PictureError;
}

export interface HashedFiles<F extends FoundFile> {
  /** Those that could be read, in the order given. */
  readonly files: readonly (F & { readonly sha256: string })[];
  readonly failures: readonly Failure[];
}

/** SHA-256 of every file's bytes. A file that cannot be read is reported, not thrown. */
export async function hashFiles<F extends FoundFile>(
  files: readonly F[],
  signal?: AbortSignal,
): Promise<HashedFiles<F>> {
  const hashed: (F & { sha256: string })[] = [];
  const failures: Failure[] = [];
  const results = pMapIterable(
    files,
    async (file) => {
      signal?.throwIfAborted();
      return { file, hash: await settle(async () => sha256(await readPicture(file.file))) };
    },
    { concurrency: READING },
  );
  for await (const { file, hash } of results) {
    if (hash instanceof PictureError) failures.push({ path: file.path, error: hash });
    else hashed.push({ ...file, sha256: hash });
  }
  return { files: hashed, failures };
}

/** What extraction needs of a cache; features are `[featureSize]`. */
export interface FeatureStore {
  get(sha256: string): Float32Array | undefined;
  put(sha256: string, features: Float32Array): Promise<void>;
}

export interface ExtractionTools {
  readonly extractor: Extractor;
  readonly decoder: Decoder;
  readonly recipe: Recipe;
  readonly store: FeatureStore;
  readonly signal?: AbortSignal | undefined;
  /** Called after each image; `computed` counts those that were not in the cache. */
  onProgress?(done: number, computed: number): void;
}

export interface FeatureTable {
  /** `[files.length, featureSize]`, row-major, as the extractor gives them; a failed row is zero. */
  readonly features: Matrix;
  /** `[files.length]`: whether the row holds features. */
  readonly usable: readonly boolean[];
  readonly failures: readonly Failure[];
  readonly cached: number;
  readonly computed: number;
}

type Outcome = { features: Float32Array; cached: boolean } | PictureError;

/** Features of every file, cached or computed; a picture that cannot be decoded is reported. */
export async function extractFeatures(
  files: readonly (FoundFile & { readonly sha256: string })[],
  tools: ExtractionTools,
): Promise<FeatureTable> {
  const { extractor, decoder, recipe, store } = tools;
  const features = createMatrix(files.length, extractor.featureSize);
  const failures: Failure[] = [];
  const usable: boolean[] = [];
  let computed = 0;
  const results = runInBatches<(typeof files)[number], Outcome>(files, {
    signal: tools.signal,
    async prepare(file) {
      const known = store.get(file.sha256);
      if (known) return { result: { features: known, cached: true } };
      const pixels = await settle(() => decodeUnchanged(file, decoder, recipe));
      return pixels instanceof PictureError ? { result: pixels } : { pixels };
    },
    async run(pixels, count) {
      const all = await extractor.embed(pixels, count);
      const table: Matrix = { rows: count, columns: extractor.featureSize, data: all };
      return Array.from({ length: count }, (_, row) => ({
        features: rowOf(table, row),
        cached: false,
      }));
    },
  });
  for await (const { item, result } of results) {
    const row = usable.length;
    usable.push(!(result instanceof PictureError));
    if (result instanceof PictureError) {
      failures.push({ path: item.path, error: result });
    } else {
      features.data.set(result.features, row * features.columns);
      if (!result.cached) {
        computed++;
        await store.put(item.sha256, result.features);
      }
    }
    tools.onProgress?.(row + 1, computed);
  }
  const cached = files.length - failures.length - computed;
  return { features, usable, failures, cached, computed };
}

async function decodeUnchanged(
  file: FoundFile & { readonly sha256: string },
  decoder: Decoder,
  recipe: Recipe,
): Promise<Uint8Array> {
  const bytes = await readPicture(file.file);
  if (sha256(bytes) !== file.sha256) {
    throw new PictureError('the file was changed while it was being used', {
      code: 'image_changed',
      hint: 'run the command again once nothing writes to the folder',
    });
  }
  return decoder.decode(bytes, recipe);
}

/** The value, or the reason why a picture cannot be used; anything else is thrown on. */
export async function settle<T>(work: () => Promise<T>): Promise<T | PictureError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PictureError) return error;
    throw error;
  }
}
