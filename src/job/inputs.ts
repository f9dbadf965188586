// What a run knows before training.

import type { PlannedSplit } from '../data/plan-split.ts';
import type { Split } from '../data/split.ts';
import type { RetrainOptions } from '../options/commands.ts';
import type { ExtractionSource } from './extraction.ts';

/** What is known before training: enough to tell whether it would change anything. */
export interface Inputs {
  readonly options: RetrainOptions;
  readonly planned: PlannedSplit;
  /** Of the usable files. */
  readonly split: Split;
  readonly skipped: number;
  readonly source: ExtractionSource;
  /** Version of the model to start from. */
  readonly initFrom: string | null;
}
