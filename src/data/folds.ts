// K-fold cross-validation: whole units, with each label spread evenly over the folds.

import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';

/**
 * Assigns rows to folds so that no unit is divided and every fold has about the same share of each
 * label: the largest units first (seeded order among equals), each to the fold that keeps the
 * shares most even, as StratifiedGroupKFold of scikit-learn does.
 * @param units unit of each row: equal numbers stay together
 * @param targets label index of each row
 * @returns fold of each row, 0..folds-1
 * @throws InputError when a label has fewer units than there are folds
 */
export function assignFolds(
  units: readonly number[],
  targets: ArrayLike<number>,
  labels: readonly string[],
  folds: number,
  seed: number,
): Uint16Array {
  const rowsOf = new Map<number, number[]>();
  for (const [row, unit] of units.entries()) {
    const rows = rowsOf.get(unit);
    if (rows) rows.push(row);
    else rowsOf.set(unit, [row]);
  }
  checkUnits(rowsOf, targets, labels, folds);
  const totals = countTargets(units.keys(), targets, labels.length);
  const shuffled = createRandom(seed, 'folds').shuffle([...rowsOf.values()]);
  const ordered = shuffled.sort((a, b) => b.length - a.length);
  const counts = Array.from({ length: folds }, () => new Float64Array(labels.length));
  const foldOf = new Uint16Array(units.length);
  for (const rows of ordered) {
    const added = countTargets(rows, targets, labels.length);
    const fold = mostEven(counts, added, totals);
    for (const [label, count] of added.entries()) counts[fold][label] += count;
    for (const row of rows) foldOf[row] = fold;
  }
  return foldOf;
}

/** Fold of a row that is never held out: it is fitted on for every fold. */
export const NO_FOLD = -1;

/** Rows fitted and held out in one fold: indices in order. */
export interface FoldRows {
  readonly fold: number;
  /** All rows that a fit for this fold may use. */
  readonly fitted: readonly number[];
  readonly held: readonly number[];
}

/** @param folds of each row, or `NO_FOLD` */
export function foldRows(folds: ArrayLike<number>): FoldRows[] {
  const rows = Array.from({ length: folds.length }, (_, row) => row);
  const numbers = [...new Set(Array.from(folds))].filter((fold) => fold !== NO_FOLD);
  return numbers
    .sort((a, b) => a - b)
    .map((fold) => ({
      fold,
      fitted: rows.filter((row) => folds[row] !== fold),
      held: rows.filter((row) => folds[row] === fold),
    }));
}

/** Units of the label with the fewest: the largest possible number of folds. */
export function fewestUnits(
  units: readonly number[],
  targets: ArrayLike<number>,
  labels: number,
): number {
  const seen = Array.from({ length: labels }, () => new Set<number>());
  for (const [row, unit] of units.entries()) seen[targets[row]].add(unit);
  return Math.min(...seen.map(({ size }) => size));
}

/** The fold for which the sum of squared label shares grows least by `added`. */
function mostEven(
  counts: readonly Float64Array[],
  added: Float64Array,
  totals: Float64Array,
): number {
  const growth = (fold: Float64Array) =>
    fold.reduce((sum, count, label) => {
      const total = Math.max(totals[label], 1);
      return sum + ((count + added[label]) ** 2 - count ** 2) / total ** 2;
    }, 0);
  const costs = counts.map(growth);
  return costs.indexOf(Math.min(...costs));
}

function countTargets(
  rows: Iterable<number>,
  targets: ArrayLike<number>,
  labelCount: number,
): Float64Array {
  const counts = new Float64Array(labelCount);
  for (const row of rows) counts[targets[row]]++;
  return counts;
}

function checkUnits(
  rowsOf: ReadonlyMap<number, readonly number[]>,
  targets: ArrayLike<number>,
  labels: readonly string[],
  folds: number,
): void {
  for (const [target, label] of labels.entries()) {
    const units = [...rowsOf.values()].filter((rows) =>
      rows.some((row) => targets[row] === target),
    );
    if (units.length >= folds) continue;
    throw new InputError(
      `expected at least ${folds} independent groups of label ${label} for ${folds} folds, found ${units.length}`,
      {
        tooFew: label,
        hint: `use --folds ${Math.max(2, units.length)} or fewer, or add images of that label`,
      },
    );
  }
}
