// Predictions by heads that were not trained on the image: the basis of calibration and thresholds.

import type { FitOptions } from '../head/fit.ts';
import { applyHead } from '../head/head.ts';
import { outOfFoldPredictions } from '../head/out-of-fold.ts';
import { hasEnoughValidation } from './choose-l2.ts';
import type { CrossValidated } from './cross-validate.ts';
import { fitPool, withFixedSteps } from './fit-pool.ts';
import { innerFolds, TOO_FEW } from './inner-folds.ts';
import { type Pool, takePool, validationRows } from './pool.ts';
import type { TrainedHead } from './train-head.ts';

export interface HeldOut {
  readonly of: 'out-of-fold predictions' | 'validation images';
  /** Rows of the pool. */
  readonly rows: readonly number[];
  /** `[rows.length]`, label indices. */
  readonly targets: Uint16Array;
  /** `[rows.length, labels]`, at the training label shares. */
  readonly probabilities: Float64Array;
  /** `[rows.length]`: folds for cross-fitting, units kept whole; all 0 where there is only one. */
  readonly folds: ArrayLike<number>;
}

/** Why there are no held-out predictions. */
const SEEN_BEFORE = 'the initial head may have been trained on these images';

export interface HeldOutOptions {
  readonly fit: FitOptions;
  /** Whether training starts from another model's head: `--init_from`. */
  readonly hasInitialHead: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * On the validation images where there are enough (24 of them gave temperatures from 0.02 to 6.8),
 * else out-of-fold on training and validation images, by the folds of `--folds` or inner folds.
 * @returns the reason where there are none
 */
export async function predictHeldOut(
  pool: Pool,
  labels: readonly string[],
  { beforeRefit }: TrainedHead,
  crossValidated: CrossValidated | undefined,
  { fit, hasInitialHead, signal }: HeldOutOptions,
): Promise<HeldOut | string> {
  // L-BFGS reaches the same head from any start; SGD and Adam keep traces of the initial head.
  if (hasInitialHead && fit.optimizer.kind !== 'lbfgs') return SEEN_BEFORE;
  if (hasEnoughValidation(pool, labels.length)) {
    const rows = validationRows(pool);
    const validation = takePool(pool, rows);
    return {
      of: 'validation images',
      rows,
      targets: validation.targets,
      probabilities: applyHead(beforeRefit.head, validation.features),
      folds: innerFolds(validation, labels, fit.seed) ?? new Uint16Array(rows.length),
    };
  }
  const { targets } = pool;
  const common = { of: 'out-of-fold predictions', rows: [...targets.keys()], targets } as const;
  if (crossValidated !== undefined)
    return { ...common, folds: crossValidated.folds, probabilities: crossValidated.probabilities };
  const folds = innerFolds(pool, labels, fit.seed);
  if (folds === undefined) return TOO_FEW;
  const again = withFixedSteps(fit, beforeRefit.result.bestSteps);
  const probabilities = await outOfFoldPredictions(
    folds,
    labels.length,
    async ({ fitted, held }) => {
      const { head } = await fitPool(takePool(pool, fitted), labels.length, again, { signal });
      return applyHead(head, takePool(pool, held).features);
    },
    signal,
  );
  return { ...common, folds, probabilities };
}
