// The rows that a head may be trained on: training and validation images, with augmented variants.

import { createMatrix, type Matrix, takeRows } from '../base/matrix.ts';
import type { SplitName } from '../data/split-names.ts';
import type { Examples } from '../head/network.ts';

/** Usable images, one row each. */
export interface ImageRows {
  /** `[n, featureSize]`, as extracted */
  readonly features: Matrix;
  /** `[n, 5]`, columns as in `PROPERTY_NAMES` */
  readonly properties: Matrix;
  /** `[n]`, label indices */
  readonly targets: Uint16Array;
  /** `[n]`: rows with equal numbers are never split across folds or splits. */
  readonly units: readonly number[];
}

export interface SplitRows extends ImageRows {
  /** `[n]` */
  readonly splits: readonly SplitName[];
}

/** All rows available to training; never test images. */
export interface Pool extends ImageRows {
  /** `[n]`: whether the row is a validation image. */
  readonly isValidation: readonly boolean[];
  /** Augmented variants, each of one row. */
  readonly variants?: Variants | undefined;
}

export interface Variants {
  /** `[variants, featureSize]` */
  readonly features: Matrix;
  /** Row that each variant was made from. */
  readonly sourceOf: readonly number[];
}

/** Rows that belong in the pool, in order: all but the test images. */
export function poolRows({ splits }: Pick<SplitRows, 'splits'>): number[] {
  return [...splits.keys()].filter((row) => splits[row] !== 'testing');
}

/** @param variants of `rows` */
export function createPool(rows: SplitRows, variants?: Variants): Pool {
  const isValidation = rows.splits.map((split) => split === 'validation');
  return takePool({ ...rows, isValidation, variants }, poolRows(rows));
}

/** The given rows in the given order, with their variants. */
export function takePool(pool: Pool, rows: readonly number[]): Pool {
  return {
    ...takeImageRows(pool, rows),
    isValidation: rows.map((row) => pool.isValidation[row]),
    variants: pool.variants && takeVariants(pool.variants, rows),
  };
}

export function takeImageRows(all: ImageRows, rows: readonly number[]): ImageRows {
  return {
    features: takeRows(all.features, rows),
    properties: takeRows(all.properties, rows),
    targets: Uint16Array.from(rows, (row) => all.targets[row]),
    units: rows.map((row) => all.units[row]),
  };
}

export function validationRows({ isValidation }: Pool): number[] {
  return [...isValidation.keys()].filter((row) => isValidation[row]);
}

export function trainingRows({ isValidation }: Pool): number[] {
  return [...isValidation.keys()].filter((row) => !isValidation[row]);
}

/** All rows and all variants, for fitting. */
export function fittingExamples({ features, targets, variants }: Pool): Examples {
  if (variants === undefined) return { features, targets };
  return {
    features: stack(features, variants.features),
    targets: Uint16Array.from([...targets, ...variants.sourceOf.map((row) => targets[row])]),
  };
}

function takeVariants({ features, sourceOf }: Variants, rows: readonly number[]): Variants {
  const placeOf = new Map(rows.map((row, place) => [row, place]));
  const taken = [...sourceOf.keys()].filter((variant) => placeOf.has(sourceOf[variant]));
  return {
    features: takeRows(features, taken),
    sourceOf: taken.map((variant) => placeOf.get(sourceOf[variant]) as number),
  };
}

function stack(above: Matrix, below: Matrix): Matrix {
  const all = createMatrix(above.rows + below.rows, above.columns);
  all.data.set(above.data);
  all.data.set(below.data, above.data.length);
  return all;
}
