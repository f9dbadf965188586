// What a run knows before training, and what training has found: the types between its steps.

import type { Manifest } from '../bundle/manifest.ts';
import type { SetFigures } from '../evaluation/set-figures.ts';
import type { Split } from '../head/split.ts';
import type { Strength } from './choose.ts';
import type { CrossValidated } from './cross-validate.ts';
import type { ExtractionSource } from './extract.ts';
import type { EvaluatedSets } from './figures.ts';
import type { Learned } from './learn.ts';
import type { RetrainOptions } from './option-table.ts';
import type { PlannedSplit } from './plan-split.ts';
import type { Settled } from './settle.ts';

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

/** What training has found. */
export interface Outcome {
  readonly learned: Learned;
  readonly strength: Strength;
  readonly settled: Settled;
  readonly evaluation: EvaluatedSets;
  readonly crossValidated: CrossValidated | undefined;
  /** Of all out-of-fold predictions taken together; null without any. */
  readonly outOfFold: SetFigures | null;
  readonly augmentation: Manifest['training']['augmentation'];
}
