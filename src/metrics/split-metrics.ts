// What is said of the scores of one set of images: the types that are saved and shown.

import type { LabelCurves } from './curves.ts';
import type { Estimate } from './estimate.ts';
import type { ReliabilityBin } from './probability-scores.ts';

/** Of one label against all others, by the most probable label. */
export interface LabelMetrics {
  readonly label: string;
  /** Images that bear the label. */
  readonly support: number;
  /** Positive predictive value, 0..1. */
  readonly ppv: Estimate;
  /** Sensitivity, 0..1. */
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  /** Negative predictive value, 0..1. */
  readonly npv: Estimate;
  readonly f1: Estimate;
  /** Of the label's score against the rest, 0..1; ties count half. */
  readonly auc: Estimate;
  /** Average precision of the label's score against the rest, 0..1. */
  readonly pr_auc: Estimate;
}

/** Everything of one set, named as in evaluation.json. */
export interface SplitMetrics {
  readonly images: number;
  /** Different groups (patients, studies); null when none are known. */
  readonly groups: number | null;
  readonly correct: number;
  /** `confusion[truth][predicted]`, numbers of images, in label order. */
  readonly confusion: readonly (readonly number[])[];
  readonly accuracy: Estimate;
  /** Mean recall of the labels that have images. */
  readonly balanced_accuracy: Estimate;
  /** Matthews correlation, -1..1; Gorodkin's form for several labels. */
  readonly mcc: Estimate;
  /** Macro average over labels, one against the rest. */
  readonly auc: Estimate;
  readonly pr_auc: Estimate;
  /** Mean cross-entropy in nats. */
  readonly log_loss: Estimate;
  /** Mean over images of the squared error summed over labels, 0..2. */
  readonly brier: Estimate;
  /** Expected calibration error of the top label, 15 bins of equal width, 0..1. */
  readonly ece: Estimate;
  /** Always answering this set's commonest label. */
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

/** Of one set, as evaluation.json has it. */
export type FullMetrics = SplitMetrics & Baselines;
