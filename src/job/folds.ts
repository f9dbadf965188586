// The folds of `--folds` before training: whether they can be made, and which image is in which.

import { assignFolds, fewestUnits } from '../data/folds.ts';
import type { PlannedSplit } from '../data/plan-split.ts';
import { withReasons } from '../data/skipped.ts';
import { AUTO } from '../extractor/auto.ts';
import type { RetrainOptions } from '../options/commands.ts';
import { foldsToCompare } from '../training/choose-extractor.ts';
import { poolRows, type SplitRows } from '../training/pool.ts';

type FoldOptions = Pick<RetrainOptions, 'folds' | 'seed'>;

/**
 * Refuses before any extraction more folds than can be made, and a choice of the network where nothing
 * can be held out.
 * @throws InputError
 */
export function checkFolds(
  { files, failures, dataset, split }: PlannedSplit,
  { folds, seed, extractor }: FoldOptions & Pick<RetrainOptions, 'extractor'>,
): void {
  if (folds === 0 && extractor !== AUTO) return;
  const rows = [...files.keys()].filter((i) => split.splitOf[i] && split.splitOf[i] !== 'testing');
  const units = rows.map((i) => split.unitOf[i]);
  const targets = Uint16Array.from(rows, (i) => dataset.labels.indexOf(files[i].label));
  try {
    if (folds > 0) assignFolds(units, targets, dataset.labels, folds, seed);
    if (extractor === AUTO) foldsToCompare({ units, targets }, dataset.labels, seed);
  } catch (error) {
    throw withReasons(error, failures, dataset.files);
  }
}

/**
 * As training will assign them, `[n]`; -1 for test images.
 * @returns undefined without folds, and where there are too few units, which training refuses
 */
export function foldsOf(
  images: SplitRows & { readonly labels: readonly string[] },
  { folds: count, seed }: FoldOptions,
): number[] | undefined {
  if (count === 0) return undefined;
  const rows = poolRows(images);
  const units = rows.map((row) => images.units[row]);
  const targets = rows.map((row) => images.targets[row]);
  if (fewestUnits(units, targets, images.labels.length) < count) return undefined;
  const assigned = assignFolds(units, targets, images.labels, count, seed);
  const folds = images.splits.map(() => -1);
  for (const [i, row] of rows.entries()) folds[row] = assigned[i];
  return folds;
}
