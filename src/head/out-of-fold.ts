// Out-of-fold predictions: each row by a head fitted without the rows of its fold.

import { createBreather } from '../base/breathe.ts';
import { type FoldRows, foldRows } from '../data/folds.ts';

/**
 * @param folds fold of each row, rows of one unit in the same: see `assignFolds`
 * @param predict fits on `fitted` only, and returns the probabilities of `held`,
 *   `[held.length, labels]`
 * @returns `[folds.length, labels]`; zeros for a row that is in no fold
 */
export async function outOfFoldPredictions(
  folds: ArrayLike<number>,
  labels: number,
  predict: (rows: FoldRows) => Promise<Float64Array>,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const probabilities = new Float64Array(folds.length * labels);
  const breathe = createBreather(signal);
  for (const rows of foldRows(folds)) {
    await breathe();
    const found = await predict(rows);
    for (const [i, row] of rows.held.entries()) {
      probabilities.set(found.subarray(i * labels, (i + 1) * labels), row * labels);
    }
  }
  return probabilities;
}
