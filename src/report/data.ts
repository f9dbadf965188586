// Everything that the report page shows, as plain values; whoever fills it has done the work.

import type { Finding } from '../check/findings.ts';
import type { CurvePoint } from '../metrics/curves.ts';
import type { ReliabilityBin } from '../metrics/probability-scores.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';

/** One set of images with its metrics. */
export interface ReportSet {
  /** `test`, `validation`, `cross-validation`, `evaluated`, as the page names it. */
  readonly name: string;
  readonly metrics: SplitMetrics;
  /** What a reader must know of it: `these images took part in choosing the L2 strength`. */
  readonly caveat: string | null;
  /** Simpler rules on the same images: name and accuracy 0..1, majority first. */
  readonly baselines: readonly { readonly name: string; readonly accuracy: number }[];
}

/** Reliability and losses of the held-out predictions without and with the temperature. */
export interface ReportCalibration {
  readonly temperature: number;
  /** What was done and on what: `temperature 1.31, fitted on out-of-fold predictions (N=66)`. */
  readonly sentence: string;
  readonly before: { readonly log_loss: number; readonly ece: number } | null;
  readonly after: { readonly log_loss: number; readonly ece: number } | null;
  /** Whether the temperature is used: `after` is else what it would give. */
  readonly kept: boolean;
  readonly reliabilityBefore: readonly ReliabilityBin[];
  /** Empty where the temperature is not kept. */
  readonly reliabilityAfter: readonly ReliabilityBin[];
}

/** A decision threshold on one label's score. */
export interface ReportOperatingPoint {
  readonly positive: string;
  /** Positive from this score on, 0..1. */
  readonly threshold: number;
  /** `[1 - specificity, sensitivity]` on the headline set, marked on its ROC curve. */
  readonly reached?: CurvePoint;
  /** `sensitivity of at least 0.95, on out-of-fold predictions (N=66, 33 positive)`. */
  readonly sentence: string;
  /** Rows for a table: what it reached where it was chosen, and on test. */
  readonly rows: readonly {
    readonly set: string;
    /** In the order of `RATES`. */
    readonly rates: readonly string[];
  }[];
}

/** A line of the training curve. */
export interface ReportStep {
  readonly step: number;
  readonly trainAccuracy: number;
  readonly crossEntropy: number;
  readonly validationAccuracy: number | null;
  readonly validationCrossEntropy: number | null;
}

/** One image of the gallery. */
export interface ReportImage {
  readonly path: string;
  readonly truth: string;
  readonly predicted: string;
  /** Score of the predicted label, 0..1. */
  readonly score: number;
  /** By a head that had not seen the image; the heat map is the saved model's all the same. */
  readonly outOfFold: boolean;
  /** JPEG bytes, the image and the same with its heat map over it; null when left out. */
  readonly image: Uint8Array | null;
  readonly heat: Uint8Array | null;
  /** The heat map is exact (linear head) or approximate (hidden units). */
  readonly approximate: boolean;
}

/** The bottleneck map: each image as a point in two dimensions. */
export interface ReportProjection {
  readonly points: readonly {
    readonly at: readonly [number, number];
    readonly label: string;
    readonly mistake: boolean;
    /** Null when names are left out. */
    readonly path: string | null;
  }[];
  /** Shares of the variance that the two axes explain, 0..1. */
  readonly explained: readonly [number, number];
  /** Images in all, where `points` are a sample of them: see `drawnRows` of evaluation/projection. */
  readonly total?: number;
}

export interface ReportData {
  readonly kind: 'retrain' | 'evaluate';
  /** Name of the model folder or the like, for the head of the page. */
  readonly title: string;
  /** In the model's order. */
  readonly labels: readonly string[];
  /** The set that the page opens with: one of `sets`. */
  readonly headline: string;
  readonly sets: readonly ReportSet[];
  readonly calibration: ReportCalibration | null;
  readonly operatingPoint: ReportOperatingPoint | null;
  /** Empty for an evaluation. */
  readonly history: readonly ReportStep[];
  /** Worst first. */
  readonly mistakes: readonly ReportImage[];
  /** Images that were classified rightly, shown beside the mistakes. */
  readonly right: readonly ReportImage[];
  /** Empty when the check found nothing; null when it was not run. */
  readonly findings: readonly Finding[] | null;
  readonly projection: ReportProjection | null;
  /** Rows of the model card: sections of name and value. */
  readonly card: readonly {
    readonly heading: string;
    readonly rows: readonly (readonly [name: string, value: string])[];
  }[];
  /** False under --no_images: the page says so. */
  readonly images: boolean;
  /** What the page was made of, in its head: the same words mean that it need not be made again. */
  readonly stamp: string;
}
