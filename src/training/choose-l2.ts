// The L2 strength: given, chosen on held-out images, or the default.

import { NO_FOLD } from '../data/folds.ts';
import type { HeadOptions } from '../head/fit.ts';
import { type L2Search, searchL2 } from '../head/search-l2.ts';
import { innerFolds, TOO_FEW } from './inner-folds.ts';
import { type Pool, validationRows } from './pool.ts';

/** Where nothing can be held out: about the value chosen on the data sets of docs/decisions.md. */
export const DEFAULT_L2 = 0.1;
/** With fewer validation images, inner folds are used: so few say too little. */
const ENOUGH_IMAGES = 200;
const ENOUGH_OF_EACH_LABEL = 30;

export interface ChosenL2 {
  readonly l2: number;
  readonly by: 'given' | 'validation' | 'inner folds' | 'default';
  /** Strengths tried, strongest first. */
  readonly path: L2Search['path'];
  /** Set where the best strength may lie beyond those tried. */
  readonly end?: L2Search['end'];
}

export interface ChooseL2Options {
  readonly head: HeadOptions;
  /** `--l2`. */
  readonly given: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function chooseL2(
  pool: Pool,
  labels: readonly string[],
  { head, given, signal }: ChooseL2Options,
): Promise<ChosenL2> {
  if (given !== undefined) return { l2: given, by: 'given', path: [] };
  const { isValidation } = pool;
  const alone = hasEnoughValidation(pool, labels.length);
  const folds = alone
    ? isValidation.map((held) => (held ? 0 : NO_FOLD))
    : innerFolds(pool, labels, head.seed);
  if (folds === undefined) return { l2: DEFAULT_L2, by: 'default', path: [] };
  const { l2, path, end } = await searchL2(pool, folds, labels.length, head, { signal });
  return { l2, by: alone ? 'validation' : 'inner folds', path, end };
}

/** Whether there are enough validation images to choose on them alone. */
export function hasEnoughValidation(pool: Pool, labels: number): boolean {
  const validation = validationRows(pool);
  if (validation.length < ENOUGH_IMAGES) return false;
  const counts = new Array<number>(labels).fill(0);
  for (const row of validation) counts[pool.targets[row]]++;
  return Math.min(...counts) >= ENOUGH_OF_EACH_LABEL;
}

/** A line for the log. */
export function describeL2({ l2, by, end }: ChosenL2): string {
  if (by === 'given') return `L2 strength ${l2}, as given`;
  if (by === 'default') return `L2 strength ${l2}, the default: ${TOO_FEW}`;
  const how =
    by === 'validation'
      ? 'on the validation images'
      : 'by inner folds over training and validation images';
  return `L2 strength ${l2}, chosen ${how}${end === undefined ? '' : `; the ${end} tried`}`;
}
