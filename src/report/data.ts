// Everything that the report page shows, as plain values.

import type { Finding } from '../check/findings.ts';
import type { CurvePoint } from '../metrics/curves.ts';
import type { ReliabilityBin } from '../metrics/probability-scores.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';
import type { ExtractorChoice } from '../model/evaluation-file.ts';

/** Metrics of one split, or of out-of-fold predictions. */
export interface ReportSplit {
  /** As shown on the page: `test`, `validation`, `cross-validation`, `out-of-fold`, `evaluated`. */
  readonly name: string;
  readonly metrics: SplitMetrics;
  /** What the reader must know: `these images were also used to choose the L2 strength`. */
  readonly caveat: string | null;
  /** Baselines on the same images: name and accuracy 0..1, majority first. */
  readonly baselines: readonly { readonly name: string; readonly accuracy: number }[];
}

/** Reliability and losses of held-out predictions, without and with temperature scaling. */
export interface ReportCalibration {
  readonly temperature: number;
  /** What was done: `temperature 1.31, fitted on out-of-fold predictions (N=66)`. */
  readonly sentence: string;
  readonly before: { readonly log_loss: number; readonly ece: number } | null;
  readonly after: { readonly log_loss: number; readonly ece: number } | null;
  /** Whether the temperature is applied; otherwise `after` is what it would have given. */
  readonly kept: boolean;
  readonly reliabilityBefore: readonly ReliabilityBin[];
  /** Empty where the temperature is not kept. */
  readonly reliabilityAfter: readonly ReliabilityBin[];
}

/** A decision threshold on one label's score. */
export interface ReportOperatingPoint {
  readonly positive: string;
  /** Scores at or above it are positive; 0..1. */
  readonly threshold: number;
  /** `[1 - specificity, sensitivity]` on the headline split, marked on its ROC curve. */
  readonly reached?: CurvePoint;
  /** `chosen for a sensitivity of at least 0.95 on out-of-fold predictions (N=66, 33 leg)`. */
  readonly sentence: string;
  /** Rows of a table: rates on the images it was chosen on, and on the headline split. */
  readonly rows: readonly {
    readonly split: string;
    /** In the order of `RATES`. */
    readonly rates: readonly string[];
  }[];
}

/** A point of the training curves. */
export interface ReportStep {
  readonly step: number;
  readonly trainAccuracy: number;
  readonly logLoss: number;
  readonly validationAccuracy: number | null;
  readonly validationLogLoss: number | null;
}

/** One image of the gallery. */
export interface ReportImage {
  readonly path: string;
  readonly truth: string;
  readonly predicted: string;
  /** Score of the predicted label, 0..1. */
  readonly score: number;
  /** By a head that was not trained on the image; the heat map is of the saved model nonetheless. */
  readonly outOfFold: boolean;
  /** JPEG bytes: the image, and the image under its heat map; null where omitted. */
  readonly image: Uint8Array | null;
  readonly heat: Uint8Array | null;
  /** Whether the heat map is approximate, as with hidden units; else it is exact. */
  readonly approximate: boolean;
}

/** The feature map: each image as a point in two dimensions. */
export interface ReportProjection {
  readonly points: readonly {
    readonly at: readonly [number, number];
    readonly label: string;
    readonly mistake: boolean;
    /** Null where file names are omitted. */
    readonly path: string | null;
  }[];
  /** Shares of the variance that the two axes explain, 0..1. */
  readonly explained: readonly [number, number];
  /** Number of all images, where `points` are a sample: see `drawnRows`. */
  readonly total?: number;
}

export interface ReportData {
  readonly kind: 'retrain' | 'evaluate';
  /** Title of the page, such as the name of the model folder. */
  readonly title: string;
  /** In the model's order. */
  readonly labels: readonly string[];
  /** Name of the split that the page opens with. */
  readonly headline: string;
  readonly splits: readonly ReportSplit[];
  readonly calibration: ReportCalibration | null;
  readonly operatingPoint: ReportOperatingPoint | null;
  /** Null where a network was named, and for an evaluation. */
  readonly extractorChoice: ExtractorChoice | null;
  /** Empty for an evaluation. */
  readonly history: readonly ReportStep[];
  /** Worst first. */
  readonly mistakes: readonly ReportImage[];
  /** Images that were classified correctly, shown beside the mistakes. */
  readonly right: readonly ReportImage[];
  /** Empty where the check found nothing; null where it was not run. */
  readonly findings: readonly Finding[] | null;
  readonly projection: ReportProjection | null;
  /** Sections of the model card, with rows of name and value. */
  readonly card: readonly {
    readonly heading: string;
    readonly rows: readonly (readonly [name: string, value: string])[];
  }[];
  /** False with --no_images. */
  readonly images: boolean;
  /** In the head of the page; a page with the same stamp need not be written again. */
  readonly stamp: string;
}
