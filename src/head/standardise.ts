// Standardises every feature to mean 0 and standard deviation 1 over the training rows.

import { createMatrix, type Matrix } from '../base/matrix.ts';

/** Per feature, `[featureSize]`; a standardised value is `(x - mean) * scale`. */
export interface Standardisation {
  readonly mean: Float64Array;
  /** 1 / standard deviation; 0 for a constant feature, which then has no effect. */
  readonly scale: Float64Array;
}

/** A deviation below this share of the mean is rounding, not signal (float32 has 24 bits). */
const NO_SPREAD = 1e-6;

export function fitStandardisation({ rows, columns, data }: Matrix): Standardisation {
  const mean = new Float64Array(columns);
  const scale = new Float64Array(columns);
  for (let at = 0; at < data.length; ) {
    for (let column = 0; column < columns; column++, at++) mean[column] += data[at] / rows;
  }
  for (let at = 0; at < data.length; ) {
    for (let column = 0; column < columns; column++, at++) {
      scale[column] += (data[at] - mean[column]) ** 2 / rows;
    }
  }
  for (let column = 0; column < columns; column++) {
    const deviation = Math.sqrt(scale[column]);
    scale[column] = deviation > NO_SPREAD * Math.abs(mean[column]) ? 1 / deviation : 0;
  }
  return { mean, scale };
}

/** A standardised copy, same shape. */
export function standardise(matrix: Matrix, { mean, scale }: Standardisation): Matrix {
  const { rows, columns, data } = matrix;
  const result = createMatrix(rows, columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      result.data[at] = (data[at] - mean[column]) * scale[column];
    }
  }
  return result;
}
