// Simpler rules on the same images: nearest centroid, and metadata alone.

import { createMatrix, type Matrix, takeRows } from '../base/matrix.ts';
import { nearestCentroid } from '../head/baselines.ts';
import { type FitOptions, fitHead, PLAIN_FIT, runFit } from '../head/fit.ts';
import { predict } from '../head/predict.ts';
import { fitStandardisation, standardise } from '../head/standardise.ts';
import { balancedAccuracyOf, countConfusion } from '../metrics/confusion.ts';
import type { BaselineMetrics, Baselines } from '../metrics/split-metrics.ts';
import { type Pool, plainExamples } from './pool.ts';

/** Rows to be scored: raw features, properties, label indices. */
export interface BaselineRows {
  readonly features: Matrix;
  readonly properties: Matrix;
  readonly targets: ArrayLike<number>;
}

/** Six numbers need little holding back; the strength hardly matters. */
const PROPERTIES_FIT: FitOptions = { ...PLAIN_FIT, steps: 200, l2: 0.01 };

/** Learns the rules from the pool's rows named. */
export async function fitBaselines(
  pool: Pool,
  rows: readonly number[],
  labels: number,
): Promise<(set: BaselineRows) => Baselines> {
  const training = plainExamples(pool, rows);
  const features = fitStandardisation(training.features);
  const centroidRows = {
    features: standardise(training.features, features),
    targets: training.targets,
  };
  const described = describeProperties(takeRows(pool.properties, rows));
  const properties = fitStandardisation(described);
  const none = { features: createMatrix(0, described.columns), targets: [] };
  const run = fitHead(
    { features: standardise(described, properties), targets: training.targets },
    none,
    labels,
    PROPERTIES_FIT,
  );
  const { network } = await runFit(run);
  return (set) => ({
    nearest_centroid_baseline: metrics(
      nearestCentroid(centroidRows, standardise(set.features, features), labels),
      set.targets,
      labels,
    ),
    metadata_baseline: metrics(
      predict(network, standardise(describeProperties(set.properties), properties)),
      set.targets,
      labels,
    ),
  });
}

/** `[mean, variance, width, height, bytes]` to mean, contrast, and logarithms of sizes and aspect. */
function describeProperties({ rows, data }: Matrix): Matrix {
  const described = createMatrix(rows, 6);
  for (let row = 0; row < rows; row++) {
    const [mean, variance, width, height, bytes] = data.subarray(row * 5, row * 5 + 5);
    const values = [
      mean,
      Math.sqrt(variance),
      Math.log(Math.max(width, 1)),
      Math.log(Math.max(height, 1)),
      Math.log(Math.max(width, 1) / Math.max(height, 1)),
      Math.log(Math.max(bytes, 1)),
    ];
    described.data.set(values, row * 6);
  }
  return described;
}

function metrics(
  scores: Float64Array,
  targets: ArrayLike<number>,
  labels: number,
): BaselineMetrics {
  const confusion = countConfusion(scores, targets, labels);
  const correct = confusion.reduce((sum, row, k) => sum + row[k], 0);
  return { accuracy: correct / targets.length, balanced_accuracy: balancedAccuracyOf(confusion) };
}
