// Centres every feature on its mean over the training rows, and divides it by its spread.

import { createMatrix, type Matrix } from '../base/matrix.ts';

/** Per feature, `[featureSize]`; a standardised value is `(x - mean) * scale`. */
export interface Standardisation {
  readonly mean: Float64Array;
  /** 1 / spread; 0 for a constant feature, which then has no effect. */
  readonly scale: Float64Array;
}

/** A deviation below this share of the mean is rounding, not signal (float32 has 24 bits). */
const NO_SPREAD = 1e-6;

/** Each feature gets a standard deviation of 1: for features of different units. */
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

/**
 * Pareto scaling (van den Berg et al. 2006, https://doi.org/10.1186/1471-2164-7-142), for the head:
 * features of one network, of which a division by their own deviations would blow up those that are
 * almost always 0 (docs/decisions.md). The divisor is the root of the deviation times the root mean
 * square of all deviations, so that the scaled features are about as large as standardised ones.
 */
export function fitParetoScaling(features: Matrix): Standardisation {
  const { mean, scale } = fitStandardisation(features);
  const varying = scale.filter((value) => value > 0);
  const meanSquare = varying.reduce((sum, value) => sum + value ** -2 / varying.length, 0);
  return { mean, scale: scale.map((value) => Math.sqrt(value / Math.sqrt(meanSquare || 1))) };
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
