// Trains the head: a fit on training images, monitored on validation images, then a refit on both.

import type { FitOptions, StepReport } from '../head/fit.ts';
import { type FitPoolOptions, type FittedHead, fitPool, withFixedSteps } from './fit-pool.ts';
import { type Pool, takePool, trainingRows, validationRows } from './pool.ts';

export interface TrainedHead {
  readonly final: FittedHead;
  /** Used for validation metrics; the same as `final` where nothing was refitted. */
  readonly beforeRefit: FittedHead;
  readonly history: readonly StepReport[];
  readonly refitted: boolean;
}

/** @param options of the first fit; the refit starts from the same network, without validation */
export async function trainHead(
  pool: Pool,
  labels: number,
  fit: FitOptions,
  options: Omit<FitPoolOptions, 'validation'> = {},
): Promise<TrainedHead> {
  const history: StepReport[] = [];
  const validation = takePool(pool, validationRows(pool));
  const beforeRefit = await fitPool(takePool(pool, trainingRows(pool)), labels, fit, {
    ...options,
    validation,
    async onStep(step) {
      if (step.report) history.push(step.report);
      await options.onStep?.(step);
    },
  });
  const refitted = validation.targets.length > 0;
  if (!refitted) return { final: beforeRefit, beforeRefit, history, refitted };
  const again = withFixedSteps(fit, beforeRefit.result.bestSteps);
  const { initial, signal } = options;
  const final = await fitPool(pool, labels, again, { initial, signal });
  return { final, beforeRefit, history, refitted };
}
