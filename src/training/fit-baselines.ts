// Baselines on the same images: nearest centroid, and a head on metadata alone.

import { createMatrix, type Matrix } from '../base/matrix.ts';
import { nearestCentroid } from '../head/baselines.ts';
import { type FitOptions, fitHead, PLAIN_HEAD, runFit } from '../head/fit.ts';
import { predict } from '../head/predict.ts';
import { fitParetoScaling, fitStandardisation, standardise } from '../head/standardise.ts';
import { accuracyOf, balancedAccuracyOf, countTopLabels } from '../metrics/confusion.ts';
import type { BaselineMetrics, Baselines } from '../metrics/split-metrics.ts';
import type { ImageRows } from './pool.ts';

type BaselineRows = Omit<ImageRows, 'units'>;

/** Metrics of baselines that were fitted on other rows. */
export type ScoreBaselines = (rows: BaselineRows) => Baselines;

/** Six features need little regularisation; the L2 strength hardly matters. */
const METADATA_FIT: FitOptions = {
  ...PLAIN_HEAD,
  optimizer: { kind: 'lbfgs', steps: 200 },
  l2: 0.01,
  earlyStoppingPatience: 0,
  evalStepInterval: 0,
};

export async function fitBaselines(
  training: BaselineRows,
  labels: number,
  signal?: AbortSignal,
): Promise<ScoreBaselines> {
  const features = fitParetoScaling(training.features);
  const centroidRows = {
    features: standardise(training.features, features),
    targets: training.targets,
  };
  const described = metadataOf(training.properties);
  const properties = fitStandardisation(described);
  const examples = { features: standardise(described, properties), targets: training.targets };
  const { network } = await runFit(fitHead(examples, labels, METADATA_FIT), signal);
  return (rows) => ({
    nearest_centroid_baseline: accuraciesOf(
      nearestCentroid(centroidRows, standardise(rows.features, features), labels),
      rows.targets,
      labels,
    ),
    metadata_baseline: accuraciesOf(
      predict(network, standardise(metadataOf(rows.properties), properties)),
      rows.targets,
      labels,
    ),
  });
}

/** `[mean, variance, width, height, bytes]` to brightness, contrast, and logs of sizes and aspect ratio. */
function metadataOf({ rows, data }: Matrix): Matrix {
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

function accuraciesOf(
  scores: Float64Array,
  targets: ArrayLike<number>,
  labels: number,
): BaselineMetrics {
  const counts = countTopLabels(scores, targets, labels);
  return { accuracy: accuracyOf(counts), balanced_accuracy: balancedAccuracyOf(counts) };
}
