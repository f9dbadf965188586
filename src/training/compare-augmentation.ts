// Whether augmentation helped: the same fit without it, scored on the validation images.

import type { OnMessage } from '../base/messages.ts';
import { applyHead } from '../head/head.ts';
import type { Augmentation } from '../images/augment.ts';
import { computeSplitSummary } from '../metrics/split-summary.ts';
import type { Manifest } from '../model/manifest.ts';
import { type Fitted, fit, type Learned, type LearnOptions } from './learn.ts';
import { type Pool, plainExamples, rowsWhere } from './pool.ts';

/** Which variants were made, named as in the manifest. */
export interface AugmentationOptions extends Augmentation {
  /** Of each training image. */
  readonly copies: number;
}

/** @returns what is saved of it; null when nothing was augmented */
export async function compareAugmentation(
  pool: Pool,
  labels: readonly string[],
  augmentation: AugmentationOptions,
  learnOptions: LearnOptions,
  { watched }: Learned,
  onMessage?: OnMessage,
): Promise<Manifest['training']['augmentation']> {
  if (pool.variants === undefined) return null;
  const validation = rowsWhere(pool, (row) => pool.isValidation[row]);
  let compared: { with: number; without: number } | null = null;
  if (validation.length > 0) {
    const training = rowsWhere(pool, (row) => !pool.isValidation[row]);
    const plain = await fit(
      { ...pool, variants: undefined },
      training,
      [],
      labels.length,
      learnOptions,
    );
    const lossOf = ({ head }: Fitted) => {
      const { features, targets } = plainExamples(pool, validation);
      return computeSplitSummary({ probabilities: applyHead(head, features), targets }, labels)
        ?.log_loss as number;
    };
    compared = { with: lossOf(watched), without: lossOf(plain) };
    const verdict = compared.with < compared.without ? 'improved' : 'did not improve';
    onMessage?.(
      'info',
      `augmentation ${verdict} validation: cross entropy ${compared.with.toFixed(4)} with, ${compared.without.toFixed(4)} without (N=${validation.length})`,
    );
  }
  return {
    ...augmentation,
    validation_log_loss: compared,
  };
}
