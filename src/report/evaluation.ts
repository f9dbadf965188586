// What evaluate prints: figures with intervals beside the baseline, as text and as JSON.

import { formatJson } from '../base/json.ts';
import type { Figure } from '../metrics/set-figures.ts';
import type { ThresholdRates } from '../metrics/threshold-rates.ts';
import type { Manifest } from '../model/manifest.ts';
import type { EvaluatedModel, Measured, TestFigures } from './evidence.ts';
import { labelTable } from './label-table.ts';
import { figureText, percent } from './training.ts';

export function evaluationLines(result: EvaluatedModel): string[] {
  const { figures, operatingPoint, manifest, unfamiliar } = result;
  const { images, groups, majority_baseline: majority } = figures;
  const of = groups === null ? `N=${images}` : `N=${images} in ${groups} groups`;
  return [
    `Accuracy = ${figureText(figures.accuracy, percent)} (${of})`,
    `Balanced accuracy = ${figureText(figures.balanced_accuracy, percent)}`,
    `ROC AUC = ${figureText(figures.roc_auc, decimals)}`,
    `Log loss = ${figureText(figures.log_loss, decimals)}`,
    `Calibration error = ${figureText(figures.ece, percent)}`,
    `Majority baseline = ${percent(majority.accuracy)} (${of}, always ${majority.label})`,
    ...rateLines(manifest, operatingPoint),
    ...(unfamiliar === null
      ? []
      : [`Pictures unlike those of training = ${unfamiliar} of ${images}`]),
    ...labelTable(figures),
  ];
}

/**
 * What ends a training: the threshold's rates on test, then the table of labels; without test
 * images that of predictions out of fold.
 */
export function endLines({
  manifest,
  test: { figures, rates },
  measured,
}: {
  readonly manifest: Pick<Manifest, 'operating_point'>;
  readonly test: TestFigures;
  readonly measured: Pick<Measured, 'evaluation'> | undefined;
}): string[] {
  const outOfFold = measured?.evaluation.out_of_fold ?? null;
  if (figures !== null) return [...rateLines(manifest, rates), ...labelTable(figures)];
  if (outOfFold === null) return [];
  return ['Out of fold, by heads that had not seen the image:', ...labelTable(outOfFold)];
}

function rateLines(
  { operating_point: point }: Pick<Manifest, 'operating_point'>,
  rates: ThresholdRates | null,
): string[] {
  if (point === null || rates === null) return [];
  const sensitivity = figureText(rates.sensitivity, percent);
  const specificity = figureText(rates.specificity, percent);
  return [
    `${point.positive} from a score of ${point.threshold} on: sensitivity ${sensitivity}, specificity ${specificity}`,
  ];
}

function decimals(value: number): string {
  return value.toFixed(3);
}

/** Text of `--json`: no file names, no scores of single pictures. */
export function evaluationJson(result: EvaluatedModel): string {
  const { manifest, figures, operatingPoint, known, unfamiliar, skipped } = result;
  const { operating_point: point } = manifest;
  return formatJson({
    schema_version: 1,
    model: manifest.version,
    labels: manifest.labels,
    skipped: skipped.length,
    figures,
    operating_point: point && { ...point, evaluated: operatingPoint },
    trained_on: known,
    unfamiliar,
  } satisfies Record<string, unknown> & { figures: { accuracy: Figure } });
}
