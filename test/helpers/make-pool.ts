// Made-up rows of images for tests of what is trained on them: clouds that overlap a little.

import { createMatrix, rowOf, takeRows } from '../../src/base/matrix.ts';
import type { SplitName } from '../../src/data/split-names.ts';
import { type FitOptions, PLAIN_HEAD } from '../../src/head/fit.ts';
import { createPool, type ImageRows, type Pool, type SplitRows } from '../../src/training/pool.ts';
import { trainHead } from '../../src/training/train-head.ts';
import type { TrainSettings } from '../../src/training/train-model.ts';
import { makeMatrix, makeTargets } from './make-examples.ts';

export const FIT: FitOptions = {
  ...PLAIN_HEAD,
  optimizer: { kind: 'lbfgs', steps: 200 },
  l2: 0.1,
  earlyStoppingPatience: 0,
  evalStepInterval: 50,
};

export const SETTINGS: TrainSettings = {
  fit: FIT,
  l2: 0.1,
  folds: 0,
  initial: undefined,
  calibration: 'temperature',
  prevalence: undefined,
  threshold: { positive: undefined, target_sensitivity: undefined, target_specificity: undefined },
};

/** Rows of labels 0, 1, ... in turn, each a unit of its own, in the split that is named. */
export function makeSplitRows(
  count: number,
  labels: number,
  splitOf: (row: number) => SplitName,
): SplitRows {
  const features = makeMatrix(count, 6, 3);
  const targets = makeTargets(count, labels);
  for (const [row, target] of targets.entries()) features.data[row * 6 + target] += 1.5;
  const units = Array.from({ length: count }, (_, row) => row);
  const properties = createMatrix(count, 5);
  return { features, properties, targets, units, splits: units.map(splitOf) };
}

/** Every `nth` row is for validation, 0: none. */
export function makePool(rows: number, labels: number, nth: number): Pool {
  const splitOf = (row: number) => (nth > 0 && row % nth === 0 ? 'validation' : 'training');
  return createPool(makeSplitRows(rows, labels, splitOf));
}

export const trainPool = (pool: Pool, labels: number) => trainHead(pool, labels, FIT);

/**
 * Training rows of noise that says nothing of the labels, each image twice: a head that has seen
 * one of the two knows the other, so that predictions are too good where folds cut units.
 * @param whole whether the two are one unit
 */
export function makeTwins(pairs: number, labels: number, whole: boolean): Pool {
  const noise = makeMatrix(pairs, 40, 7);
  const rows = Array.from({ length: 2 * pairs }, (_, row) => row >> 1);
  return {
    features: takeRows(noise, rows),
    properties: createMatrix(rows.length, 5),
    targets: Uint16Array.from(rows, (pair) => pair % labels),
    units: whole ? rows : [...rows.keys()],
    isValidation: rows.map(() => false),
  };
}

/** Gives the rows named other features and labels, all that could be learnt of them. */
export function changeRows<R extends ImageRows>(
  all: R,
  rows: readonly number[],
  labels: number,
): R {
  const features = { ...all.features, data: all.features.data.slice() };
  const targets = all.targets.slice();
  for (const row of rows) {
    rowOf(features, row).fill(99);
    targets[row] = (targets[row] + 1) % labels;
  }
  return { ...all, features, targets };
}
