// What cached features are found by: a space for all that the images of a run share, and in it a key
// for each image.

import { hashOfData } from '../../base/hash.ts';
import type { Hashed } from '../../data/hash-files.ts';
import { AUGMENTATION_VERSION, type Augmentation } from '../../images/augment.ts';
import { FORMATS } from '../../images/formats.ts';
import type { Preprocessing } from '../../images/preprocessing.ts';

/** Of layout and record format: a change of either takes a new number and so a new folder. */
export const CACHE_VERSION = 'v1';

/**
 * What decides the features of every image of a run. Versions of engine and decoder are part of it: two of them agree only to about 1e-4, and the same command must give the same bytes
 * whatever was cached before.
 */
export interface CacheSpace {
  /** Catalog name or user's folder name; for people only, not hashed. */
  readonly extractor: string;
  /** SHA-256 over topology and weights, hexadecimal. */
  readonly weightsSha256: string;
  readonly engine: string;
  /** Package and version that does the arithmetic: `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
  /** Package and version that resizes every image and decodes most: `sharp 0.35.5`. */
  readonly decoder: string;
  readonly preprocessing: Preprocessing;
  /** Names of the vector's last elements, where those are no features. */
  readonly appended?: readonly string[];
}

/** SHA-256, hexadecimal: the folder in which features of this space, and no others, lie. */
export function namespaceOf({ extractor: _, ...space }: CacheSpace, featureSize: number): string {
  return hashOfData({ schema: `imgdiag-cache ${CACHE_VERSION}`, featureSize, ...space });
}

/** SHA-256, hexadecimal: of the content, and of the version of a decoder of our own that reads it. */
export function imageKey({ sha256, format }: Pick<Hashed, 'sha256' | 'format'>): string {
  const version = FORMATS[format].decoder?.version;
  return version === undefined ? sha256 : hashOfData([sha256, version]);
}

/** Variants that are drawn alike, however many. */
export interface VariantSeries {
  readonly augmentation: Augmentation;
  readonly seed: number;
}

/** The key of variant number `copy` of a file: series that draw the same images share theirs. */
export function variantKey(
  file: Parameters<typeof imageKey>[0],
  { augmentation, seed }: VariantSeries,
  copy: number,
): string {
  // Named one by one, so that a caller's object may hold other things besides.
  const { flip_left_right, random_crop, random_scale, random_brightness, random_rotation } =
    augmentation;
  const drawn = { flip_left_right, random_crop, random_scale, random_brightness, random_rotation };
  return hashOfData([imageKey(file), 'variant', AUGMENTATION_VERSION, drawn, seed, copy]);
}
