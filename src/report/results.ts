// Results of a run, from which report and tables are made: metrics, and the scores of each image.

import type { CheckInput } from '../check/input.ts';
import type { DatasetFile } from '../data/dataset.ts';
import type { Failure } from '../data/hash-files.ts';
import type { SplitName } from '../data/split-names.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';
import type { ThresholdRates } from '../metrics/threshold-rates.ts';
import type { EvaluationFile } from '../model/evaluation-file.ts';
import type { Manifest } from '../model/manifest.ts';

/** A usable image with the scores that the model gives it. */
export interface EvaluatedImage extends DatasetFile {
  readonly sha256: string;
  readonly split: SplitName | 'evaluated';
  /** Probabilities in label order; of validation images by the head before the refit. */
  readonly scores: ArrayLike<number>;
}

/** The scores of each image, with names and features, which must not get into a model folder. */
export interface ImageScores {
  readonly labels: readonly string[];
  readonly images: readonly EvaluatedImage[];
  /** The same images, row by row, as input of the data check. */
  readonly checked: CheckInput;
  /**
   * Probabilities by heads that were not trained on the image, `[labels]` by row of `images`:
   * out-of-fold, or of images that are not for training.
   */
  readonly unseen: ReadonlyMap<number, ArrayLike<number>>;
  /** Those that are out-of-fold. */
  readonly outOfFold: ReadonlyMap<number, ArrayLike<number>>;
}

/** Near-duplicates in different splits, or in different folds of `--folds`. */
export interface NearDuplicates {
  readonly pairs: readonly NearDuplicatePair[];
  /** Pairs that are likely by features or names: compared by their pixels, and left to check. */
  readonly compared: number;
  readonly left: number;
}

export interface NearDuplicatePair {
  readonly image: PlacedImage;
  /** In an earlier split (training, validation, testing), or an earlier fold. */
  readonly copyOf: PlacedImage;
  /** `re-encoded`, `rotated by 90 degrees`, ... */
  readonly relation: string;
}

export interface PlacedImage {
  readonly path: string;
  readonly split: SplitName;
  /** From 0; null without folds, and for test images. */
  readonly fold: number | null;
}

/** Everything that a training report is made from. */
export interface Measured {
  readonly evaluation: EvaluationFile;
  readonly imageScores: ImageScores;
}

export interface EvaluatedModel {
  readonly manifest: Manifest;
  readonly metrics: SplitMetrics;
  /** At the model's threshold; null for a model without one. */
  readonly operatingPoint: ThresholdRates | null;
  /**
   * Number of images that the model was trained on, or whose group it was trained on; null where its
   * record of that cannot be read.
   */
  readonly known: number | null;
  /** Number of out-of-distribution images; null for a model without a detector. */
  readonly outOfDistribution: number | null;
  /** Files that could not be used. */
  readonly skipped: readonly Failure[];
  readonly imageScores: ImageScores;
}

/** Metrics of the test images; null without any. */
export interface TestMetrics {
  readonly metrics: SplitMetrics | null;
  /** At the model's threshold; null without one. */
  readonly rates: ThresholdRates | null;
}

/** A prediction by a head that was not trained on the image or its unit. */
export interface OutOfFold {
  readonly path: string;
  readonly label: string;
  readonly fold: number;
  /** In label order. */
  readonly scores: readonly number[];
}
