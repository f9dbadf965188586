// What evaluation.json says of a run.

import type { StepReport } from '../head/fit.ts';
import { type EvaluationFile, type HistoryStep, SCHEMA_VERSION } from '../model/evaluation-file.ts';
import { ratesOf } from '../training/operating-point.ts';
import { describeOod } from '../training/settle.ts';
import type { Outcome } from './outcome.ts';

/** @param images training and validation images, which all is fitted on */
export function describeEvaluation(
  labels: readonly string[],
  images: number,
  outcome: Outcome,
): EvaluationFile {
  const { learned, settled, evaluation, crossValidated, outOfFold } = outcome;
  const { calibration, reliability, operatingPoint: point } = settled;
  return {
    schema_version: SCHEMA_VERSION,
    labels,
    sets: evaluation.full,
    cross_validation: crossValidated?.metrics ?? null,
    out_of_fold: outOfFold,
    calibration: {
      ...calibration,
      reliability_before: reliability?.before ?? null,
      reliability_after: reliability?.after ?? null,
    },
    operating_point: point && { ...point, testing: ratesOf(point, labels, evaluation.tested) },
    out_of_distribution: describeOod(settled, images),
    history: learned.history.map(describeStep),
  };
}

function describeStep(report: StepReport): HistoryStep {
  return {
    step: report.step,
    train_accuracy: report.trainAccuracy,
    log_loss: report.crossEntropy,
    validation_accuracy: report.validationAccuracy ?? null,
    validation_log_loss: report.validationCrossEntropy ?? null,
  };
}
