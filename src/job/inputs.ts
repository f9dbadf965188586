// What a run knows before training.

import type { PlannedSplit } from '../data/plan-split.ts';
import type { Split } from '../data/split.ts';
import type { ExtractionSource } from './extraction.ts';
import type { SavedOptions } from './like.ts';

/** Enough to tell whether a training would change anything. */
export interface Inputs {
  readonly options: SavedOptions;
  readonly planned: PlannedSplit;
  /** Of the usable files. */
  readonly split: Split;
  readonly skipped: number;
  readonly source: ExtractionSource;
  /** Version of the model to start from. */
  readonly initFrom: string | null;
}
