// evaluation.json: all metrics of a model, the only source of every page and table.

import { formatJson } from '../base/json.ts';
import type { SplitName } from '../data/split-names.ts';
import type { Confusion } from '../metrics/confusion.ts';
import type { ReliabilityBin } from '../metrics/probability-scores.ts';
import type { FullMetrics, SplitMetrics } from '../metrics/split-metrics.ts';
import type { ThresholdRates } from '../metrics/threshold-rates.ts';
import type { Manifest } from './manifest.ts';

/** Raised when a reader of the older schema would misunderstand the file. */
export const EVALUATION_SCHEMA_VERSION = 4;

/** Fields as in the file. */
export interface EvaluationFile {
  readonly schema_version: typeof EVALUATION_SCHEMA_VERSION;
  /** In the order of all lists of metrics. */
  readonly labels: readonly string[];
  /** Validation metrics are those of the head before it was refitted on these images too. */
  readonly splits: Readonly<Record<SplitName, FullMetrics | null>>;
  /** Mean and spread over the folds of `--folds`. */
  readonly cross_validation: Manifest['cross_validation'];
  /**
   * Of out-of-fold predictions for training and validation images, calibrated like the saved model:
   * from `--folds`, else from the inner folds that also chose the L2 strength.
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
  /**
   * Near-duplicates across splits: pairs that were compared, since features or names are alike, and
   * that were not; images of each split that have one in an earlier split; pairs that only folds
   * divide. Null where nothing was compared because there are too many images.
   */
  readonly near_duplicates: {
    readonly compared: number;
    readonly not_compared: number;
    readonly images: { readonly validation: number; readonly testing: number };
    readonly pairs_across_folds: number;
  } | null;
  readonly extractor_choice: ExtractorChoice | null;
  readonly history: readonly HistoryStep[];
}

/** What `--extractor auto` compared; null where a network was named. */
export interface ExtractorChoice {
  /** Training and validation images, each scored by inner folds. */
  readonly images: number;
  /** Groups, such as patients, that standard errors are over; without any, as many as images. */
  readonly units: number;
  readonly networks: readonly {
    readonly id: string;
    /** In pixels. */
    readonly image_size: number;
    /** For one image of that size. */
    readonly multiply_adds: number;
    /** Held-out, in nats: the mean over images. */
    readonly log_loss: number;
    /** Mean over images of the difference to the lowest; `standard_error` is that of this mean. */
    readonly difference: number;
    readonly standard_error: number;
    readonly kept: boolean;
    /** In how many folds of `--folds` it was kept; null without. */
    readonly kept_in_folds: number | null;
  }[];
}

export interface HistoryStep {
  readonly step: number;
  readonly train_accuracy: number;
  readonly log_loss: number;
  readonly validation_accuracy: number | null;
  readonly validation_log_loss: number | null;
}

/** A matrix of more labels is written as its cells that are not 0: it grows with the images only. */
const MATRIX_LABELS = 50;

/** Metrics as JSON: an `EvaluationFile`, or the result of `evaluate`. */
export function formatEvaluation(data: unknown): string {
  return formatJson(data, (key, value) =>
    key === 'confusion' && (value as Confusion).length > MATRIX_LABELS
      ? { cells: cellsOf(value as Confusion) }
      : value,
  );
}

/** `[truth, predicted, images]` each. */
function cellsOf(confusion: Confusion): number[][] {
  return confusion.flatMap((row, truth) =>
    row.flatMap((images, predicted) => (images === 0 ? [] : [[truth, predicted, images]])),
  );
}
