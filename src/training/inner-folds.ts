// Folds for choices within training, such as the L2 strength; units are kept whole here too.

import { assignFolds, fewestUnits } from '../data/folds.ts';
import type { ImageRows } from './pool.ts';

/** At most; fewer where a label has fewer units. */
const INNER_FOLDS = 5;

/** Why there are no folds. */
export const TOO_FEW = 'a label has too few independent images to hold any out';

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
