// What is told of the scores of one split: the types that are saved and shown.

import type { LabelCurves } from './curves.ts';
import type { Estimate } from './estimate.ts';
import type { ReliabilityBin } from './probability-scores.ts';
import type { LabelMetric, WholeMetric } from './table.ts';

/** Of one label against all others, by the most probable label. */
export interface LabelMetrics extends Readonly<Record<LabelMetric, Estimate>> {
  readonly label: string;
  /** Images of the label. */
  readonly support: number;
}

/** Everything of one split, named as in evaluation.json. */
export interface SplitMetrics extends Readonly<Record<WholeMetric, Estimate>> {
  readonly images: number;
  /** Different groups (patients, studies); null when none are known. */
  readonly groups: number | null;
  readonly correct: number;
  /** `confusion[truth][predicted]`, numbers of images, in label order. */
  readonly confusion: readonly (readonly number[])[];
  /** Always answering this split's commonest label. */
  readonly majority_baseline: { readonly label: string; readonly accuracy: number };
  readonly labels: readonly LabelMetrics[];
  readonly reliability: readonly ReliabilityBin[];
  readonly curves: readonly LabelCurves[];
  /** How the intervals were made, in words: a sentence without a full stop. */
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

/** Of one split, as evaluation.json has it. */
export type FullMetrics = SplitMetrics & Baselines;
