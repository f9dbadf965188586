// Made-up rows of images for tests of what is trained on them: clouds that overlap a little.

import { createMatrix } from '../../src/base/matrix.ts';
import type { SplitName } from '../../src/data/split-names.ts';
import { type FitOptions, PLAIN_HEAD } from '../../src/head/fit.ts';
import { createPool, type Pool, type SplitRows } from '../../src/training/pool.ts';
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
