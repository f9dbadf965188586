// evaluation.json: everything that was measured of a model, the one source of every page and table.

import type { SetName } from '../data/sets.ts';
import type { FullFigures, ReliabilityBin, SetFigures } from '../metrics/set-figures.ts';
import type { ThresholdRates } from '../metrics/threshold-rates.ts';
import type { Manifest } from './manifest.ts';

/** Raised when a reader of the older schema would misunderstand the file. */
export const SCHEMA_VERSION = 2;

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
