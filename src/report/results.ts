// What a run has measured, as the report and its tables take it: metrics, and the scores of each image.

import type { CheckInput } from '../check/input.ts';
import type { DatasetFile } from '../data/dataset.ts';
import type { Failure } from '../data/hash-files.ts';
import type { SplitName } from '../data/split-names.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';
import type { ThresholdRates } from '../metrics/threshold-rates.ts';
import type { EvaluationFile } from '../model/evaluation-file.ts';
import type { Manifest } from '../model/manifest.ts';

/** One usable image and what the model says of it. */
export interface EvaluatedImage extends DatasetFile {
  readonly sha256: string;
  readonly split: SplitName | 'evaluated';
  /** Probabilities in the order of the labels; validation images: of the head before the refit. */
  readonly scores: ArrayLike<number>;
}

/** The scores of each image, with its name and features: none of it belongs in a model folder. */
export interface ImageScores {
  readonly labels: readonly string[];
  readonly images: readonly EvaluatedImage[];
  /** The same images, row by row, as a check of the data takes them. */
  readonly checked: CheckInput;
  /**
   * Probabilities by heads that had not seen the image, `[labels]` by row of `images`: out of fold,
   * or of the images that are not for training.
   */
  readonly unseen: ReadonlyMap<number, ArrayLike<number>>;
  /** Those of them that are out of fold. */
  readonly outOfFold: ReadonlyMap<number, ArrayLike<number>>;
}

/** All that a report is made of. */
export interface Measured {
  readonly evaluation: EvaluationFile;
  readonly imageScores: ImageScores;
}

export interface EvaluatedModel {
  readonly manifest: Manifest;
  readonly metrics: SplitMetrics;
  /** At the model's threshold; null for a model without. */
  readonly operatingPoint: ThresholdRates | null;
  /** Images that the model was trained on, themselves or others of their group. */
  readonly known: number;
  /** Images unlike those of training; null where the model cannot tell. */
  readonly outOfDistribution: number | null;
  /** Files that could not be used. */
  readonly skipped: readonly Failure[];
  readonly imageScores: ImageScores;
}

/** Of the test images; null without any. */
export interface TestMetrics {
  readonly metrics: SplitMetrics | null;
  /** At the model's threshold; null without one. */
  readonly rates: ThresholdRates | null;
}

/** A prediction by a head that has not seen the image or any of its unit. */
export interface OutOfFold {
  readonly path: string;
  readonly label: string;
  readonly fold: number;
  /** In the order of the model's labels. */
  readonly scores: readonly number[];
}
