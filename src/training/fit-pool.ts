// Fits a head on all rows of a pool; it takes raw features, at the pool's label shares.

import { UsageError } from '../base/errors.ts';
import { type FitOptions, type FitProgress, type FitResult, fitHead, runFit } from '../head/fit.ts';
import { foldHead, type Head } from '../head/head.ts';
import type { Examples, Network } from '../head/network.ts';
import { effectiveShares, labelShares, logPriorOffset, withLogitOffset } from '../head/prior.ts';
import { fitParetoScaling, type Standardisation, standardise } from '../head/standardise.ts';
import { fittingExamples, type Pool } from './pool.ts';

export interface FittedHead {
  readonly head: Head;
  readonly standardisation: Standardisation;
  readonly result: FitResult;
  /** Share of each label among the images fitted on; the head's probabilities apply at these shares. */
  readonly shares: readonly number[];
}

/** Makes the initial network for features standardised this way. */
export type InitialNetwork = (standardisation: Standardisation) => Network;

export interface FitStep extends FitProgress {
  /** Standardisation of the network's input features. */
  readonly standardisation: Standardisation;
}

export interface FitPoolOptions {
  /** Raw features to monitor, for log lines and early stopping. */
  readonly validation?: Examples | undefined;
  readonly initial?: InitialNetwork | undefined;
  /** Called after each step, with a `report` where a log line is due. */
  readonly onStep?: ((step: FitStep) => void | Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws UsageError where the weights diverge, as with too high a learning rate */
export async function fitPool(
  pool: Pool,
  labels: number,
  fit: FitOptions,
  { validation, initial, onStep = () => {}, signal }: FitPoolOptions = {},
): Promise<FittedHead> {
  const examples = fittingExamples(pool);
  const standardisation = fitParetoScaling(examples.features);
  const scaled = ({ features, targets }: Examples): Examples => ({
    features: standardise(features, standardisation),
    targets,
  });
  const run = fitHead(scaled(examples), labels, fit, {
    validation: validation && scaled(validation),
    start: initial && { network: initial(standardisation) },
  });
  const result = await runFit(run, signal, (progress) => onStep({ ...progress, standardisation }));
  const shares = labelShares(pool.targets, labels);
  // Variants may have changed the shares, since only training images have them.
  const fitted = labelShares(examples.targets, labels);
  const offset = logPriorOffset(effectiveShares(fitted, fit.classWeights), shares);
  const head = foldHead(withLogitOffset(result.network, offset), standardisation);
  checkFinite(head, fit);
  return { head, standardisation, result, shares };
}

/** The same fit without validation: for the number of steps that early stopping found best. */
export function withFixedSteps(fit: FitOptions, bestSteps: number): FitOptions {
  const { optimizer, earlyStoppingPatience: patience } = fit;
  return {
    ...fit,
    optimizer: patience > 0 ? { ...optimizer, steps: bestSteps } : optimizer,
    earlyStoppingPatience: 0,
    evalStepInterval: 0,
  };
}

/** A head with infinite weights cannot score and could not be saved. */
function checkFinite({ layers }: Head, { optimizer }: FitOptions): void {
  const finite = layers.every(({ weights, bias }) =>
    [weights, bias].every((values) => values.every(Number.isFinite)),
  );
  if (finite) return;
  const rate = optimizer.kind === 'lbfgs' ? '' : `, --learning_rate ${optimizer.learningRate}`;
  throw new UsageError(
    `expected training to converge, found that the weights diverged (${optimizer.kind}${rate})`,
    { hint: 'lower --learning_rate, or use --optimizer lbfgs, which needs none' },
  );
}
