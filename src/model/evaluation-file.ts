// evaluation.json: everything that was measured of a model, the one source of every page and table.

import type { SplitName } from '../data/split-names.ts';
import type { ReliabilityBin } from '../metrics/probability-scores.ts';
import type { FullMetrics, SplitMetrics } from '../metrics/split-metrics.ts';
import type { ThresholdRates } from '../metrics/threshold-rates.ts';
import type { Manifest } from './manifest.ts';

/** Raised when a reader of the older schema would misunderstand the file. */
export const SCHEMA_VERSION = 3;

/** Named as in the file. */
export interface EvaluationFile {
  readonly schema_version: typeof SCHEMA_VERSION;
  /** In the order of every list of metrics. */
  readonly labels: readonly string[];
  /** Validation metrics are those of the head before it was refitted with these images. */
  readonly splits: Readonly<Record<SplitName, FullMetrics | null>>;
  /** Mean and spread over the folds of `--folds`. */
  readonly cross_validation: Manifest['cross_validation'];
  /**
   * Of training and validation images by heads that had not seen them, calibrated as the saved
   * model is: those of `--folds`, else by inner folds, at the L2 strength that they took part in
   * choosing.
   */
  readonly out_of_fold: SplitMetrics | null;
  readonly calibration: Manifest['calibration'] & {
    readonly reliability_before: readonly ReliabilityBin[] | null;
    readonly reliability_after: readonly ReliabilityBin[] | null;
  };
  readonly operating_point:
    | (NonNullable<Manifest['operating_point']> & { readonly testing: ThresholdRates | null })
    | null;
  readonly out_of_distribution: Manifest['out_of_distribution'];
  readonly history: readonly HistoryStep[];
}

export interface HistoryStep {
  readonly step: number;
  readonly train_accuracy: number;
  readonly log_loss: number;
  readonly validation_accuracy: number | null;
  readonly validation_log_loss: number | null;
}
