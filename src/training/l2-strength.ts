// Settles the strength of the L2 penalty: given, chosen on held-out images, or the default.

import { assignFolds, fewestUnits } from '../data/folds.ts';
import { chooseL2, type L2Choice } from '../head/choose-l2.ts';
import type { FitOptions } from '../head/fit.ts';
import { type Pool, plainExamples, rowsWhere } from './pool.ts';

/** Without held-out images: about what is chosen on the sets of docs/decisions.md. */
export const DEFAULT_L2 = 0.1;
/** Validation images from which on they choose alone: fewer say too little. */
const ENOUGH_IMAGES = 200;
const ENOUGH_OF_EACH_LABEL = 30;
/** Folds of the inner cross-validation, if every label has so many units. */
export const INNER_FOLDS = 5;

export type ChosenBy = 'given' | 'validation' | 'inner folds' | 'default';

export interface Strength {
  readonly l2: number;
  readonly by: ChosenBy;
  /** The path that was tried; undefined when nothing was. */
  readonly choice: L2Choice | undefined;
}

/** What is best for the problem is found by the quickest way to solve it, whatever trains later. */
const CHOICE: Pick<FitOptions, 'optimizer' | 'steps' | 'earlyStoppingPatience'> = {
  optimizer: 'lbfgs',
  steps: 500,
  earlyStoppingPatience: 0,
};

export interface ChooseOptions {
  readonly fit: Omit<FitOptions, 'l2'>;
  /** `--l2`. */
  readonly given: number | undefined;
  /** Whether images may be held out although there is no validation set: under `--folds`. */
  readonly mayFold: boolean;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** @param rows rows of the pool that may take part in the choice */
export async function settleL2(
  pool: Pool,
  rows: readonly number[],
  labels: readonly string[],
  { fit: wanted, given, mayFold, seed, signal }: ChooseOptions,
): Promise<Strength> {
  const fit = { ...wanted, ...CHOICE };
  if (given !== undefined) return { l2: given, by: 'given', choice: undefined };
  const validation = rows.filter((row) => pool.isValidation[row]);
  if (validation.length === 0 && !mayFold) {
    return { l2: DEFAULT_L2, by: 'default', choice: undefined };
  }
  if (isEnough(pool, validation, labels.length)) {
    const training = rows.filter((row) => !pool.isValidation[row]);
    const heldOut = { validation: plainExamples(pool, validation) };
    const choice = await chooseL2(plainExamples(pool, training), heldOut, labels.length, {
      fit,
      signal,
    });
    return { l2: choice.l2, by: 'validation', choice };
  }
  const folds = Math.min(INNER_FOLDS, fewestUnitsOf(pool, rows, labels.length));
  if (folds < 2) return { l2: DEFAULT_L2, by: 'default', choice: undefined };
  const examples = plainExamples(pool, rows);
  const units = rows.map((row) => pool.units[row]);
  const assigned = assignFolds(units, examples.targets, labels, folds, seed);
  const choice = await chooseL2(examples, { folds: assigned }, labels.length, { fit, signal });
  return { l2: choice.l2, by: 'inner folds', choice };
}

/** Whether the validation rows can decide something alone. */
export function isEnough(pool: Pool, validation: readonly number[], labels: number): boolean {
  if (validation.length < ENOUGH_IMAGES) return false;
  const counts = new Array<number>(labels).fill(0);
  for (const row of validation) counts[pool.targets[row]]++;
  return Math.min(...counts) >= ENOUGH_OF_EACH_LABEL;
}

/** Units of the label that has the fewest among the rows named. */
export function fewestUnitsOf(pool: Pool, rows: readonly number[], labels: number): number {
  const units = rows.map((row) => pool.units[row]);
  const targets = rows.map((row) => pool.targets[row]);
  return fewestUnits(units, targets, labels);
}

/** All rows of the pool. */
export function allRows(pool: Pool): number[] {
  return rowsWhere(pool, () => true);
}
