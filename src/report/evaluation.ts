// What evaluate prints: metrics with intervals and a baseline, as text and as JSON.

import type { Estimate } from '../metrics/estimate.ts';
import { capitalised, estimateText, percentText } from '../metrics/format.ts';
import { specOf, WHOLE_METRICS } from '../metrics/table.ts';
import type { ThresholdRates } from '../metrics/threshold-rates.ts';
import { formatEvaluation } from '../model/evaluation-file.ts';
import type { Manifest } from '../model/manifest.ts';
import { labelTable } from './label-table.ts';
import type { EvaluatedModel, Measured, TestMetrics } from './results.ts';

/** Said where a model does not tell which images it was trained on. */
export const KNOWN_UNTOLD =
  'it cannot be told whether the model was trained on these images, so the metrics may be optimistic';

export function knownCaveat(known: number, images: number): string {
  return `the model was trained on ${known} of these ${images} images or their groups, so the metrics are optimistic`;
}

export function evaluationLines(result: EvaluatedModel): string[] {
  const { metrics, operatingPoint, manifest, known, outOfDistribution } = result;
  const { images, groups, majority_baseline: majority } = metrics;
  const of = groups === null ? `N=${images}` : `N=${images} in ${groups} groups`;
  const lines = WHOLE_METRICS.map((name) => {
    const { heading, format } = specOf(name);
    return `${capitalised(heading)} = ${estimateText(metrics[name], format)}`;
  });
  return [
    `${lines[0]} (${of})`,
    ...lines.slice(1),
    `Majority baseline = ${percentText(majority.accuracy)} (${of}, always ${majority.label})`,
    ...rateLines(manifest, operatingPoint),
    ...(known === null ? ['Images that the model was trained on = cannot be told'] : []),
    ...(outOfDistribution === null
      ? []
      : [`Out-of-distribution images = ${outOfDistribution} (N=${images}, about 5% expected)`]),
    ...labelTable(metrics),
  ];
}

/**
 * The end of retrain's output: rates at the threshold on test images, then the table of labels;
 * without test images, that of out-of-fold predictions.
 */
export function endLines({
  manifest,
  test: { metrics, rates },
  measured,
}: {
  readonly manifest: Pick<Manifest, 'operating_point'>;
  readonly test: TestMetrics;
  readonly measured: Pick<Measured, 'evaluation'> | undefined;
}): string[] {
  const outOfFold = measured?.evaluation.out_of_fold ?? null;
  if (metrics !== null) return [...rateLines(manifest, rates), ...labelTable(metrics)];
  if (outOfFold === null) return [];
  return ['Out-of-fold, by heads not trained on the image:', ...labelTable(outOfFold)];
}

function rateLines(
  { operating_point: point }: Pick<Manifest, 'operating_point'>,
  rates: ThresholdRates | null,
): string[] {
  if (point === null || rates === null) return [];
  const reached = (['sensitivity', 'specificity'] as const).map((name) => {
    const { heading, format } = specOf(name);
    return `${heading} ${estimateText(rates[name], format)}`;
  });
  return [`At the threshold for ${point.positive}, ${point.threshold}: ${reached.join(', ')}`];
}

/** Contents of the `--json` file: no file names, no scores of single images. */
export function evaluationJson(result: EvaluatedModel): string {
  const { manifest, metrics, operatingPoint, known, outOfDistribution, skipped } = result;
  const { operating_point: point } = manifest;
  return formatEvaluation({
    schema_version: 2,
    model: manifest.version,
    labels: manifest.labels,
    skipped: skipped.length,
    metrics,
    operating_point: point && { ...point, evaluated: operatingPoint },
    trained_on: known,
    out_of_distribution: outOfDistribution,
  } satisfies Record<string, unknown> & { metrics: { accuracy: Estimate } });
}
