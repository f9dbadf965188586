// evaluation.json: everything that was measured of a model, the one source of every page and table.

import type { Manifest } from '../bundle/manifest.ts';
import type { ReliabilityBin, SetFigures } from '../evaluation/set-figures.ts';
import type { ThresholdRates } from '../evaluation/threshold-rates.ts';
import type { StepReport } from '../head/fit.ts';
import type { SetName } from '../head/sets.ts';
import type { FullFigures } from './figures.ts';
import { ratesOf } from './operating-point.ts';
import type { Outcome } from './outcome.ts';
import { describeFamiliarity } from './settle.ts';

/** Raised when a reader of the older schema would misunderstand the file. */
const SCHEMA_VERSION = 2;

/** Named as in the file. */
export interface EvaluationFile {
  readonly schema_version: typeof SCHEMA_VERSION;
  /** In the order of every list of figures. */
  readonly labels: readonly string[];
  /** Validation figures are those of the head before it was refitted with these images. */
  readonly sets: Readonly<Record<SetName, FullFigures | null>>;
  /** Mean and spread over the folds of `--folds`. */
  readonly cross_validation: Manifest['cross_validation'];
  /**
   * Of training and validation images by heads that had not seen them, calibrated as the saved
   * model is: those of `--folds`, else by inner folds, at the L2 strength that they took part in
   * choosing.
   */
  readonly out_of_fold: SetFigures | null;
  readonly calibration: Manifest['calibration'] & {
    readonly reliability_before: readonly ReliabilityBin[] | null;
    readonly reliability_after: readonly ReliabilityBin[] | null;
  };
  readonly operating_point:
    | (NonNullable<Manifest['operating_point']> & { readonly testing: ThresholdRates | null })
    | null;
  readonly familiarity: Manifest['familiarity'];
  readonly history: readonly HistoryStep[];
}

export interface HistoryStep {
  readonly step: number;
  readonly train_accuracy: number;
  readonly cross_entropy: number;
  readonly validation_accuracy: number | null;
  readonly validation_cross_entropy: number | null;
}

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
    cross_validation: crossValidated?.figures ?? null,
    out_of_fold: outOfFold,
    calibration: {
      ...calibration,
      reliability_before: reliability?.before ?? null,
      reliability_after: reliability?.after ?? null,
    },
    operating_point: point && { ...point, testing: ratesOf(point, labels, evaluation.tested) },
    familiarity: describeFamiliarity(settled, images),
    history: learned.history.map(describeStep),
  };
}

function describeStep(report: StepReport): HistoryStep {
  return {
    step: report.step,
    train_accuracy: report.trainAccuracy,
    cross_entropy: report.crossEntropy,
    validation_accuracy: report.validationAccuracy ?? null,
    validation_cross_entropy: report.validationCrossEntropy ?? null,
  };
}
