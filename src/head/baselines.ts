// Baseline: the nearest centroid. A score means little without what a simple rule reaches.

import type { Matrix } from '../base/matrix.ts';
import type { Examples } from './network.ts';

/**
 * Nearest centroid: each row gets the label whose training rows have the nearest mean.
 * @param training standardised features
 * @param rows standardised features to score, `[n, features]`
 * @returns `[n, labels]`: softmax of minus half the squared distances: the nearest has the
 *   largest, and ties are rare
 */
export function nearestCentroid(training: Examples, rows: Matrix, labels: number): Float64Array {
  const { columns } = training.features;
  const means = Array.from({ length: labels }, () => new Float64Array(columns));
  const counts = new Float64Array(labels);
  for (let i = 0; i < training.features.rows; i++) {
    const mean = means[training.targets[i]];
    counts[training.targets[i]]++;
    for (let j = 0; j < columns; j++) mean[j] += training.features.data[i * columns + j];
  }
  for (const [k, mean] of means.entries()) {
    for (let j = 0; j < columns; j++) mean[j] /= Math.max(counts[k], 1);
  }
  const scores = new Float64Array(rows.rows * labels);
  for (let i = 0; i < rows.rows; i++) {
    for (const [k, mean] of means.entries()) {
      let distance = 0;
      for (let j = 0; j < columns; j++) distance += (rows.data[i * columns + j] - mean[j]) ** 2;
      scores[i * labels + k] = -distance / 2;
    }
  }
  return scores;
}
