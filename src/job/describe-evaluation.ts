// Makes the contents of evaluation.json.

import type { StepReport } from '../head/fit.ts';
import {
  EVALUATION_SCHEMA_VERSION,
  type EvaluationFile,
  type HistoryStep,
} from '../model/evaluation-file.ts';
import type { EvaluatedSplits } from '../training/evaluate-splits.ts';
import type { TrainedModel } from '../training/train-model.ts';

/** @param images number of training and validation images, which everything is fitted on */
export function createEvaluationFile(
  labels: readonly string[],
  images: number,
  { trained, crossValidated, calibration, reliability, operatingPoint, ood }: TrainedModel,
  { full, outOfFold, testRates }: EvaluatedSplits,
  {
    near,
    choice,
  }: {
    near: EvaluationFile['near_duplicates'];
    choice: EvaluationFile['extractor_choice'];
  },
): EvaluationFile {
  const { oodDetector } = ood;
  return {
    schema_version: EVALUATION_SCHEMA_VERSION,
    labels,
    splits: full,
    cross_validation: crossValidated?.metrics ?? null,
    out_of_fold: outOfFold,
    calibration: {
      ...calibration,
      reliability_before: reliability?.before ?? null,
      reliability_after: reliability?.after ?? null,
    },
    operating_point: operatingPoint && { ...operatingPoint, testing: testRates },
    out_of_distribution:
      oodDetector === undefined ? null : { images, threshold: oodDetector.threshold },
    near_duplicates: near,
    extractor_choice: choice,
    history: trained.history.map(historyStep),
  };
}

function historyStep(report: StepReport): HistoryStep {
  return {
    step: report.step,
    train_accuracy: report.trainAccuracy,
    log_loss: report.logLoss,
    validation_accuracy: report.validationAccuracy ?? null,
    validation_log_loss: report.validationLogLoss ?? null,
  };
}
