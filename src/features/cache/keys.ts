// Cache keys: a space for all that the images of a run share, and in it a key for each image.

import { hashOfData } from '../../base/hash.ts';
import type { Hashed } from '../../data/hash-files.ts';
import { AUGMENTATION_VERSION, type Augmentation } from '../../images/augment.ts';
import { FORMATS } from '../../images/formats.ts';
import type { Preprocessing } from '../../images/preprocessing.ts';
import { MAPPING_VERSION } from '../../images/stored-values.ts';

/** Version of layout and record format: a change means a new number, and so a new folder. */
export const CACHE_VERSION = 'v1';

/**
 * Everything that decides the features of an image. It includes the versions of engine and decoder:
 * two versions agree only to about 1e-4, and the same command must give the same bytes whatever was
 * cached before.
 */
export interface CacheSpace {
  /** Catalog name or user's folder name; for people only, not hashed. */
  readonly extractor: string;
  /** SHA-256 over topology and weights, hexadecimal. */
  readonly weightsSha256: string;
  /** The node that gives the features, unless the catalogue says which. */
  readonly embedding?: string | undefined;
  /** Which of its tokens, where they were chosen. */
  readonly token?: string | undefined;
  readonly engine: string;
  /** Package that runs the network, with version: `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
  /** Package that resizes every image and decodes most, with version: `sharp 0.35.5`. */
  readonly decoder: string;
  /** The pixel range is in the keys of the images that it changes. */
  readonly preprocessing: Omit<Preprocessing, 'pixel_range'>;
  /** Names of the last elements of a vector, those that are not features. */
  readonly appended?: readonly string[];
}

/** SHA-256, hexadecimal: the folder of this space's features. */
export function namespaceOf({ extractor: _, ...space }: CacheSpace, featureSize: number): string {
  return hashOfData({ schema: `imgdiag-cache ${CACHE_VERSION}`, featureSize, ...space });
}

/**
 * SHA-256, hexadecimal: of the content, of the version of our own decoder if that reads it, and of the
 * pixel range if that changes its pixels.
 */
export function imageKey(
  { sha256, format, kind }: Pick<Hashed, 'sha256' | 'format' | 'kind'>,
  { pixel_range: range }: Pick<Preprocessing, 'pixel_range'>,
): string {
  const version = FORMATS[format].decoder?.version;
  const mapped = kind === '8-bit' ? undefined : { mapping: MAPPING_VERSION, range };
  if (version === undefined && mapped === undefined) return sha256;
  return hashOfData([sha256, version, mapped].filter((part) => part !== undefined));
}

/** A series of variants drawn the same way, whatever its length. */
export interface VariantSeries {
  readonly augmentation: Augmentation;
  readonly seed: number;
}

/** The key of variant number `copy` of a file: series that draw the same images share keys. */
export function variantKey(
  file: Parameters<typeof imageKey>[0],
  preprocessing: Parameters<typeof imageKey>[1],
  { augmentation, seed }: VariantSeries,
  copy: number,
): string {
  // Listed one by one, since the caller's object may have other fields.
  const { flip_left_right, random_crop, random_scale, random_brightness, random_rotation } =
    augmentation;
  const drawn = { flip_left_right, random_crop, random_scale, random_brightness, random_rotation };
  return hashOfData([
    imageKey(file, preprocessing),
    'variant',
    AUGMENTATION_VERSION,
    drawn,
    seed,
    copy,
  ]);
}
