// What evaluate prints: figures with intervals beside the baseline, as text and as JSON.

import { formatJson } from '../base/json.ts';
import type { Figure } from '../evaluation/set-figures.ts';
import type { EvaluatedModel } from '../retrain/evaluate-model.ts';
import { labelTable } from './label-table.ts';
import { figureText, percent } from './training.ts';

export function evaluationLines(result: EvaluatedModel): string[] {
  const { figures, operatingPoint, manifest, unfamiliar } = result;
  const { images, groups, majority_baseline: majority } = figures;
  const of = groups === null ? `N=${images}` : `N=${images} in ${groups} groups`;
  const point = manifest.operating_point;
  return [
    `Accuracy = ${figureText(figures.accuracy, percent)} (${of})`,
    `Balanced accuracy = ${figureText(figures.balanced_accuracy, percent)}`,
    `ROC AUC = ${figureText(figures.roc_auc, decimals)}`,
    `Log loss = ${figureText(figures.log_loss, decimals)}`,
    `Calibration error = ${figureText(figures.ece, percent)}`,
    `Majority baseline = ${percent(majority.accuracy)} (${of}, always ${majority.label})`,
    ...(point === null || operatingPoint === null
      ? []
      : [
          `${point.positive} from a score of ${point.threshold} on: sensitivity ${figureText(operatingPoint.sensitivity, percent)}, specificity ${figureText(operatingPoint.specificity, percent)}`,
        ]),
    ...(unfamiliar === null
      ? []
      : [`Pictures unlike those of training = ${unfamiliar} of ${images}`]),
    ...labelTable(figures),
  ];
}

function decimals(value: number): string {
  return value.toFixed(3);
}

/** Text of `--json`: no file names, no scores of single pictures. */
export function evaluationJson(result: EvaluatedModel): string {
  const { manifest, figures, operatingPoint, unfamiliar, skipped } = result;
  const { operating_point: point } = manifest;
  return formatJson({
    schema_version: 1,
    model: manifest.version,
    labels: manifest.labels,
    skipped: skipped.length,
    figures,
    operating_point: point && { ...point, evaluated: operatingPoint },
    unfamiliar,
  } satisfies Record<string, unknown> & { figures: { accuracy: Figure } });
}
