// The rows that a head may learn from: training and validation images, and variants of the former.

import { createMatrix, type Matrix, takeRows } from '../base/matrix.ts';
import type { Examples } from '../head/network.ts';

/** Rows of raw features with all that choosing and fitting need to know of them. */
export interface Pool {
  /** `[n, featureSize]` */
  readonly features: Matrix;
  /** `[n]`, label indices */
  readonly targets: Uint16Array;
  /** `[n]`: equal numbers stay on one side of every split. */
  readonly units: readonly number[];
  /** `[n]`: whether the row is a validation image. */
  readonly isValidation: readonly boolean[];
  /** `[n, 5]`: properties of the images. */
  readonly properties: Matrix;
  /** Augmented copies, each of one row of the pool. */
  readonly variants: Variants | undefined;
}

export interface Variants {
  readonly features: Matrix;
  /** Row of the pool that each variant was made of. */
  readonly sourceOf: readonly number[];
}

/** Indices of the pool's rows for which `wanted` holds. */
export function rowsWhere(pool: Pool, wanted: (row: number) => boolean): number[] {
  return [...pool.units.keys()].filter(wanted);
}

/** The rows named, without variants: for scoring. */
export function plainExamples(pool: Pool, rows: readonly number[]): Examples {
  return {
    features: takeRows(pool.features, rows),
    targets: Uint16Array.from(rows, (row) => pool.targets[row]),
  };
}

/** The rows named and all variants of them: for fitting. */
export function fittingExamples(pool: Pool, rows: readonly number[]): Examples {
  const plain = plainExamples(pool, rows);
  if (pool.variants === undefined) return plain;
  const { features, sourceOf } = pool.variants;
  const taken = new Set(rows);
  const chosen = [...sourceOf.keys()].filter((variant) => taken.has(sourceOf[variant]));
  return {
    features: stack(plain.features, takeRows(features, chosen)),
    targets: Uint16Array.from([
      ...(plain.targets as Uint16Array),
      ...chosen.map((variant) => pool.targets[sourceOf[variant]]),
    ]),
  };
}

function stack(above: Matrix, below: Matrix): Matrix {
  const all = createMatrix(above.rows + below.rows, above.columns);
  all.data.set(above.data);
  all.data.set(below.data, above.data.length);
  return all;
}
