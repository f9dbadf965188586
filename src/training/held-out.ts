// Predictions of images by heads that had not seen them: what calibration and thresholds rest on.

import { assignFolds } from '../data/folds.ts';
import { applyHead } from '../head/head.ts';
import type { CrossValidated } from './cross-validate.ts';
import { fewestUnitsOf, INNER_FOLDS, isEnough } from './l2-strength.ts';
import { fit, type Learned, type LearnOptions } from './learn.ts';
import { type Pool, plainExamples, rowsWhere } from './pool.ts';

export interface HeldOut {
  readonly of: 'out-of-fold predictions' | 'validation images';
  /** Rows of the pool. */
  readonly rows: readonly number[];
  /** `[rows.length]`, label indices. */
  readonly targets: Uint16Array;
  /** `[rows.length, labels]`, at the training shares of labels. */
  readonly probabilities: Float64Array;
  /** `[rows.length]`: parts for cross-fitting, units whole; all 0 where there is no second part. */
  readonly folds: ArrayLike<number>;
}

/** Why nothing is held out. */
const SEEN_BEFORE = 'the head that training began at may have seen these images';
export const TOO_FEW = 'a label has too few independent images to hold any out';

export interface HeldOutOptions {
  readonly learn: LearnOptions;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Of the validation images where these are enough (24 of them gave temperatures from 0.02 to 6.8),
 * else of training and validation images by inner folds, or by those of `--folds`.
 * @returns why there are none, where there are none
 */
export async function predictHeldOut(
  pool: Pool,
  labels: readonly string[],
  learned: Learned,
  crossValidated: CrossValidated | undefined,
  options: HeldOutOptions,
): Promise<HeldOut | string> {
  const { seed, learn } = options;
  // L-BFGS arrives at the same head wherever it begins; the others keep what they began with.
  if (learn.start !== undefined && learn.fit.optimizer !== 'lbfgs') return SEEN_BEFORE;
  const validation = rowsWhere(pool, (row) => pool.isValidation[row]);
  if (isEnough(pool, validation, labels.length)) {
    const { features, targets } = plainExamples(pool, validation);
    return {
      of: 'validation images',
      rows: validation,
      targets: Uint16Array.from(targets),
      probabilities: applyHead(learned.watched.head, features),
      folds: foldsOf(pool, validation, labels, seed) ?? new Uint16Array(validation.length),
    };
  }
  const rows = rowsWhere(pool, () => true);
  const common = { of: 'out-of-fold predictions', rows, targets: pool.targets } as const;
  if (crossValidated !== undefined) return { ...common, ...crossValidated };
  const folds = foldsOf(pool, rows, labels, seed);
  if (folds === undefined) return TOO_FEW;
  const probabilities = await outOfFold(pool, labels.length, folds, learned, options);
  return { ...common, folds, probabilities };
}

/** Parts of the rows, at most five, units whole; undefined where a label has too few units. */
export function foldsOf(
  pool: Pool,
  rows: readonly number[],
  labels: readonly string[],
  seed: number,
): Uint16Array | undefined {
  const count = Math.min(INNER_FOLDS, fewestUnitsOf(pool, rows, labels.length));
  if (count < 2) return undefined;
  const units = rows.map((row) => pool.units[row]);
  const targets = rows.map((row) => pool.targets[row]);
  return assignFolds(units, targets, labels, count, seed);
}

/** `[pool rows, labels]`, each by a head like the final one, fitted without the row's fold. */
async function outOfFold(
  pool: Pool,
  labels: number,
  folds: Uint16Array,
  { watched }: Learned,
  { learn, signal }: HeldOutOptions,
): Promise<Float64Array> {
  const probabilities = new Float64Array(folds.length * labels);
  const stopping = learn.fit.earlyStoppingPatience > 0;
  const steps = stopping ? watched.result.bestSteps : learn.fit.steps;
  const options = { fit: { ...learn.fit, steps, earlyStoppingPatience: 0 } };
  for (let fold = 0; fold <= Math.max(...folds); fold++) {
    const rows = rowsWhere(pool, (row) => folds[row] !== fold);
    const held = rowsWhere(pool, (row) => folds[row] === fold);
    const { head } = await fit(pool, rows, [], labels, options, { onStep() {}, signal });
    const found = applyHead(head, plainExamples(pool, held).features);
    for (const [i, row] of held.entries()) {
      probabilities.set(found.subarray(i * labels, (i + 1) * labels), row * labels);
    }
  }
  return probabilities;
}
