// Findings of the data check: the types that are printed, saved and shown in the report.

export type FindingKind =
  | 'exact_duplicates'
  | 'near_duplicates'
  | 'duplicates_across_splits'
  | 'duplicates_across_labels'
  | 'label_errors'
  | 'outliers'
  | 'dark'
  | 'bright'
  | 'blurred'
  | 'tiny'
  | 'odd_aspect'
  | 'class_imbalance'
  | 'shortcut';

/** One image, or a pair or cluster of duplicates. */
export interface FindingItem {
  /** Paths relative to the image folder: one, or those of a pair or cluster. */
  readonly paths: readonly string[];
  /** What was found, e.g. `looks like healthyleg (0.93)`, `rotated by 87 degrees`. */
  readonly detail: string;
  /** Larger is worse. */
  readonly score: number;
}

/** One thing found, with all images it concerns. */
export interface Finding {
  readonly kind: FindingKind;
  /** `warning`: metrics may be wrong or optimistic. `note`: worth a look. */
  readonly severity: 'warning' | 'note';
  /** One sentence with counts, for a person: `12 images are almost entirely black`. */
  readonly sentence: string;
  /** Worst first; empty where the finding is about the whole dataset (imbalance, shortcut). */
  readonly items: readonly FindingItem[];
  /**
   * The metric behind the sentence where there is one, e.g. a shortcut's balanced accuracy, 0..1.
   */
  readonly value?: number;
  /** Of a shortcut: the property, e.g. `orientation`. */
  readonly property?: string;
}
