// Whether augmentation helped: the same fit without it, scored on the validation images.

import type { Manifest } from '../bundle/manifest.ts';
import { evaluateSet } from '../evaluation/evaluate.ts';
import { applyHead } from '../head/head.ts';
import type { RetrainEvents } from './events.ts';
import { type Fitted, fit, type Learned, type LearnOptions } from './learn.ts';
import type { RetrainOptions } from './option-table.ts';
import { type Pool, plainExamples, rowsWhere } from './pool.ts';

/** @returns what is saved of it; null when nothing was augmented */
export async function compareAugmentation(
  pool: Pool,
  labels: readonly string[],
  options: RetrainOptions,
  learnOptions: LearnOptions,
  { watched }: Learned,
  events: Pick<RetrainEvents, 'note'>,
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
      return evaluateSet({ probabilities: applyHead(head, features), targets }, labels)
        ?.cross_entropy as number;
    };
    compared = { with: lossOf(watched), without: lossOf(plain) };
    const verdict = compared.with < compared.without ? 'improved' : 'did not improve';
    events.note(
      `augmentation ${verdict} validation: cross entropy ${compared.with.toFixed(4)} with, ${compared.without.toFixed(4)} without (N=${validation.length})`,
    );
  }
  return {
    copies: options.augment_copies,
    flip_left_right: options.flip_left_right,
    random_crop: options.random_crop,
    random_scale: options.random_scale,
    random_brightness: options.random_brightness,
    random_rotation: options.random_rotation,
    validation_cross_entropy: compared,
  };
}
