// From files to feature rows: computes what the cache does not contain.

import { sha256InPieces } from '../base/hash.ts';
import type { Matrix } from '../base/matrix.ts';
import { createMatrix, rowOf } from '../base/matrix.ts';
import type { Failure, Hashed } from '../data/hash-files.ts';
import type { FoundFile } from '../data/scan.ts';
import type { Extractor } from '../extractor/extractor.ts';
import { type Decoder, ImageError, type SizedImage, tooManyPixels } from '../images/decode.ts';
import { FORMATS } from '../images/formats.ts';
import type { Preprocessing } from '../images/preprocessing.ts';
import { CACHED_PROPERTIES, greyMoments, PROPERTY_NAMES } from '../images/properties.ts';
import { catchImageError, withImage } from '../images/read.ts';
import { NO_PIXELS, runRowsInBatches } from './batches.ts';
import { imageKey } from './cache/keys.ts';

/**
 * The cache that extraction needs. A vector is `[featureSize + CACHED_PROPERTIES.length]`: the
 * features, then properties of the image.
 */
export interface FeatureStore {
  get(key: string): Float32Array | undefined;
  put(key: string, vector: Float32Array): Promise<void>;
}

export interface ExtractionTools {
  readonly extractor: Pick<Extractor, 'featureSize' | 'embed'>;
  readonly decoder: Decoder;
  readonly preprocessing: Preprocessing;
  readonly store: FeatureStore;
  readonly signal?: AbortSignal | undefined;
  /** Called after each image; `computed` counts those that were not in the cache. */
  onProgress?(done: number, computed: number): void;
  /** Called with the path of a file that is damaged but used anyway, as the preprocessing says. */
  onDamaged?(path: string): void;
}

export interface FeatureTable {
  /**
   * `[files.length, featureSize]`, row-major, as the extractor gives them; a failed row is zero.
   */
  readonly features: Matrix;
  /** `[files.length, 5]`, row-major, columns as in `PROPERTY_NAMES`; a failed row is zero. */
  readonly properties: Matrix;
  /** `[files.length]`: whether the row holds features. */
  readonly usable: readonly boolean[];
  readonly failures: readonly Failure[];
  /** Images whose features were cached before this run. */
  readonly cached: number;
  /** The others, files of the same bytes included. */
  readonly computed: number;
  /** Largest stored value of all usable 16-bit files; undefined without any. */
  readonly largest: number | undefined;
}

/** An image before the network has seen it. */
type Made =
  | { known: Float32Array }
  | { appended: readonly number[]; damaged: boolean }
  | ImageError;

/** Features of every file, cached or computed; an image that cannot be decoded is reported. */
export async function extractFeatures(
  files: readonly (FoundFile & Hashed)[],
  tools: ExtractionTools,
): Promise<FeatureTable> {
  const { extractor, decoder, preprocessing, store } = tools;
  const { featureSize } = extractor;
  const features = createMatrix(files.length, featureSize);
  const properties = createMatrix(files.length, PROPERTY_NAMES.length);
  const failures: Failure[] = [];
  const usable: boolean[] = [];
  const fresh = new Set<string>();
  let largest: number | undefined;
  let computed = 0;
  const results = runRowsInBatches<(typeof files)[number], Made, Float32Array>(files, {
    signal: tools.signal,
    rowsPerItem: 1,
    async prepare(file) {
      const known = store.get(imageKey(file, preprocessing));
      if (known) return { made: checkedSize(known, file, decoder), pixels: NO_PIXELS, count: 0 };
      const image = await catchImageError(() => decodeUnchanged(file, decoder, preprocessing));
      if (image instanceof ImageError) return { made: image, pixels: NO_PIXELS, count: 0 };
      const { mean, variance } = greyMoments(image.pixels);
      const appended = [mean, variance, image.width, image.height, image.largest ?? 0];
      return { made: { appended, damaged: image.damaged }, pixels: image.pixels, count: 1 };
    },
    run: (pixels, count) => embedRows(extractor, pixels, count),
  });
  for await (const { item, made, rows } of results) {
    const row = usable.length;
    usable.push(!(made instanceof ImageError));
    if (made instanceof ImageError) {
      failures.push({ path: item.path, error: made });
    } else {
      const vector = 'known' in made ? made.known : Float32Array.of(...rows[0], ...made.appended);
      rowOf(features, row).set(vector.subarray(0, featureSize));
      const [mean, variance, width, height, most] = vector.subarray(featureSize);
      rowOf(properties, row).set([mean, variance, width, height, item.bytes]);
      if (item.kind === '16-bit') largest = Math.max(largest ?? 0, most);
      const key = imageKey(item, preprocessing);
      if ('appended' in made) fresh.add(key);
      if (fresh.has(key)) computed++;
      if ('appended' in made) {
        // Not cached, so that every run warns about it.
        if (made.damaged) tools.onDamaged?.(item.path);
        else await store.put(key, vector);
      }
    }
    tools.onProgress?.(row + 1, computed);
  }
  const cached = files.length - failures.length - computed;
  return { features, properties, usable, failures, cached, computed, largest };
}

/** A run with a lower limit skips images that one with a higher limit has cached. */
function checkedSize(known: Float32Array, { format }: Hashed, { maxPixels }: Decoder): Made {
  const [, , width, height] = known.subarray(-CACHED_PROPERTIES.length);
  return width * height > maxPixels ? tooManyPixels(FORMATS[format].name, maxPixels) : { known };
}

/** One `[featureSize]` per image; `pixels` as in `Extractor.embed`. */
export async function embedRows(
  extractor: Pick<Extractor, 'embed' | 'featureSize'>,
  pixels: Uint8Array,
  count: number,
): Promise<Float32Array[]> {
  const data = await extractor.embed(pixels, count);
  const table: Matrix = { rows: count, columns: extractor.featureSize, data };
  return Array.from({ length: count }, (_, row) => rowOf(table, row));
}

/**
 * @throws ImageError when the file cannot be used, or is not the one that was hashed; DiskError when
 *   its disk fails
 */
export async function decodeUnchanged(
  file: FoundFile & Hashed,
  decoder: Decoder,
  preprocessing: Preprocessing,
): Promise<SizedImage> {
  return withImage(file.file, async (bytes) => {
    if ((await sha256InPieces(bytes)) !== file.sha256) {
      throw new ImageError('the file was changed while it was being used', {
        code: 'image_changed',
        hint: 'run the command again when nothing writes to the folder any more',
      });
    }
    return decoder.decodeWithSize(bytes, preprocessing);
  });
}
