// Input of the data check: the images of a dataset with all that is already known about them.

import type { Matrix } from '../base/matrix.ts';
import type { SplitName } from '../data/split-names.ts';
import { PROPERTY_NAMES } from '../images/properties.ts';
import type { Finding } from './findings.ts';

export interface CheckedFile {
  /** Relative to the image folder. */
  readonly path: string;
  readonly label: string;
  /** Of the bytes, hexadecimal. */
  readonly sha256: string;
}

/** Rows of all lists belong together; only images that could be read. */
export interface CheckInput {
  readonly labels: readonly string[];
  readonly files: readonly CheckedFile[];
  /** `[n]`, label indices. */
  readonly targets: Uint16Array;
  /** `[n]`: equal numbers stay in one split, and in one fold. */
  readonly units: readonly number[];
  /** `[n]` */
  readonly splits: readonly SplitName[];
  /** `[n, featureSize]`, as the extractor gives them. */
  readonly features: Matrix;
  /** `[n, 5]`, columns as in `PROPERTY_NAMES`. */
  readonly properties: Matrix;
  readonly seed: number;
  /** What the properties show, where a run has looked already. */
  readonly known?: readonly Finding[];
}

/** One column of the properties, `[n]`. */
export function propertyOf(
  { properties }: Pick<CheckInput, 'properties'>,
  name: (typeof PROPERTY_NAMES)[number],
): Float32Array {
  const column = PROPERTY_NAMES.indexOf(name);
  return Float32Array.from(
    { length: properties.rows },
    (_, row) => properties.data[row * properties.columns + column],
  );
}

/** `1 image is`, `12 images are` */
export function imagesAre(count: number): string {
  return `${images(count)} ${count === 1 ? 'is' : 'are'}`;
}

/** `1 image`, `12 images` */
export function images(count: number): string {
  return count === 1 ? '1 image' : `${count} images`;
}
