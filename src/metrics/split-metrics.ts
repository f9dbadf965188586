// All metrics of one split: the types that are saved and shown.

import type { LabelCurves } from './curves.ts';
import type { Estimate } from './estimate.ts';
import type { ReliabilityBin } from './probability-scores.ts';
import type { LabelMetric, WholeMetric } from './table.ts';

/** For one label against all others; an image is predicted as its most probable label. */
export interface LabelMetrics extends Readonly<Record<LabelMetric, Estimate>> {
  readonly label: string;
  /** Number of images of the label. */
  readonly support: number;
}

/** All metrics of one split, named as in evaluation.json. */
export interface SplitMetrics extends Readonly<Record<WholeMetric, Estimate>> {
  readonly images: number;
  /** Number of groups (patients, studies); null where no groups are known. */
  readonly groups: number | null;
  readonly correct: number;
  /** `confusion[truth][predicted]`, numbers of images, in label order. */
  readonly confusion: readonly (readonly number[])[];
  /** Predicting this split's most frequent label for every image. */
  readonly majority_baseline: { readonly label: string; readonly accuracy: number };
  readonly labels: readonly LabelMetrics[];
  readonly reliability: readonly ReliabilityBin[];
  readonly curves: readonly LabelCurves[];
  /** How the intervals were computed: a sentence without a full stop. */
  readonly intervals: string;
}

/** 0..1 */
export interface BaselineMetrics {
  readonly accuracy: number;
  readonly balanced_accuracy: number;
}

export interface Baselines {
  readonly nearest_centroid_baseline: BaselineMetrics;
  readonly metadata_baseline: BaselineMetrics;
}

/** As evaluation.json holds them for one split. */
export type FullMetrics = SplitMetrics & Baselines;
