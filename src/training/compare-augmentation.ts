// Whether augmentation helped: fits the same head without it and compares both on the validation images.

import type { FitOptions } from '../head/fit.ts';
import { applyHead, type Head } from '../head/head.ts';
import { logLoss } from '../head/softmax.ts';
import { fitPool, type InitialNetwork } from './fit-pool.ts';
import { type Pool, takePool, trainingRows, validationRows } from './pool.ts';

/** Log losses of the validation images, in nats. */
export interface AugmentationEffect {
  readonly with: number;
  readonly without: number;
}

/**
 * @param augmented the head that was fitted on training images and their variants
 * @returns null without augmentation, or without validation images to compare on
 */
export async function compareAugmentation(
  pool: Pool,
  labels: number,
  augmented: Head,
  fit: FitOptions,
  { initial, signal }: { initial: InitialNetwork | undefined; signal?: AbortSignal | undefined },
): Promise<AugmentationEffect | null> {
  const { features, targets } = takePool(pool, validationRows(pool));
  if (pool.variants === undefined || targets.length === 0) return null;
  const training = takePool({ ...pool, variants: undefined }, trainingRows(pool));
  const plain = await fitPool(training, labels, fit, { initial, signal });
  const lossOf = (head: Head) => logLoss(applyHead(head, features), targets, labels);
  return { with: lossOf(augmented), without: lossOf(plain.head) };
}

/** A line for the log. @param images validation images */
export function describeEffect(effect: AugmentationEffect, images: number): string {
  const verdict = effect.with < effect.without ? 'lowered' : 'did not lower';
  return `augmentation ${verdict} the validation log loss: ${effect.without.toFixed(4)} without, ${effect.with.toFixed(4)} with it (N=${images})`;
}
