// What training has found: what is saved and reported is made of it.

import type { SplitMetrics } from '../metrics/split-metrics.ts';
import type { Manifest } from '../model/manifest.ts';
import type { CrossValidated } from '../training/cross-validate.ts';
import type { Strength } from '../training/l2-strength.ts';
import type { Learned } from '../training/learn.ts';
import type { Settled } from '../training/settle.ts';
import type { EvaluatedSets } from './metrics.ts';

/** What training has found. */
export interface Outcome {
  readonly learned: Learned;
  readonly strength: Strength;
  readonly settled: Settled;
  readonly evaluation: EvaluatedSets;
  readonly crossValidated: CrossValidated | undefined;
  /** Of all out-of-fold predictions taken together; null without any. */
  readonly outOfFold: SplitMetrics | null;
  readonly augmentation: Manifest['training']['augmentation'];
}
