// What a check is given: the images of a data set with all that is known of them already.

import type { Matrix } from '../base/matrix.ts';
import type { SplitName } from '../data/split-names.ts';
import { PROPERTY_NAMES } from '../images/properties.ts';

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
  /** `[n]`: equal numbers stay on one side of every split. */
  readonly units: readonly number[];
  /** `[n]` */
  readonly splits: readonly SplitName[];
  /** `[n, featureSize]`, as the extractor gives them. */
  readonly features: Matrix;
  /** `[n, 5]`, columns as in `PROPERTY_NAMES`. */
  readonly properties: Matrix;
  readonly seed: number;
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

/** `1 image`, `12 images` */
export function images(count: number): string {
  return count === 1 ? '1 image' : `${count} images`;
}
