// Folds for choices within a training: images of one unit share a fold there as well.

import { assignFolds, fewestUnits } from '../data/folds.ts';
import type { ImageRows } from './pool.ts';

/** As many as the label with the fewest units has, up to this. */
const INNER_FOLDS = 5;

/** @returns fold of each row; undefined where a label has fewer than two units */
export function innerFolds(
  { units, targets }: Pick<ImageRows, 'units' | 'targets'>,
  labels: readonly string[],
  seed: number,
  most = INNER_FOLDS,
): Uint16Array | undefined {
  const count = Math.min(most, fewestUnits(units, targets, labels.length));
  return count < 2 ? undefined : assignFolds(units, targets, labels, count, seed);
}
