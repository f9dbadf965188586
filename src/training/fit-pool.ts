// Fits a head on all rows of a pool, ready for raw features and the pool's shares of labels.

import { UsageError } from '../base/errors.ts';
import { type FitOptions, type FitProgress, type FitResult, fitHead, runFit } from '../head/fit.ts';
import { foldHead, type Head } from '../head/head.ts';
import type { Examples, Network } from '../head/network.ts';
import { effectiveShares, labelShares, logPriorOffset, withLogitOffset } from '../head/prior.ts';
import { fitStandardisation, type Standardisation, standardise } from '../head/standardise.ts';
import { fittingExamples, type Pool } from './pool.ts';

export interface FittedHead {
  readonly head: Head;
  readonly standardisation: Standardisation;
  readonly result: FitResult;
  /** Share of each label among the images fitted on, which its probabilities hold at. */
  readonly shares: readonly number[];
}

/** A network to begin with, for features standardised so. */
export type InitialNetwork = (standardisation: Standardisation) => Network;

export interface FitStep extends FitProgress {
  /** What the network's features are standardised by. */
  readonly standardisation: Standardisation;
}

export interface FitPoolOptions {
  /** Raw features to watch, for reports and early stopping. */
  readonly validation?: Examples | undefined;
  readonly initial?: InitialNetwork | undefined;
  /** After each step; `report` where a log line is due. */
  readonly onStep?: ((step: FitStep) => void | Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws UsageError where a learning rate lets the weights grow beyond all bounds */
export async function fitPool(
  pool: Pool,
  labels: number,
  fit: FitOptions,
  { validation, initial, onStep = () => {}, signal }: FitPoolOptions = {},
): Promise<FittedHead> {
  const examples = fittingExamples(pool);
  const standardisation = fitStandardisation(examples.features);
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
  // Variants may have changed the shares: only training images have any.
  const fitted = labelShares(examples.targets, labels);
  const offset = logPriorOffset(effectiveShares(fitted, fit.classWeights), shares);
  const head = foldHead(withLogitOffset(result.network, offset), standardisation);
  checkFinite(head, fit);
  return { head, standardisation, result, shares };
}

/** The same fit with nothing to watch: as many steps as early stopping has found best. */
export function unwatched(fit: FitOptions, bestSteps: number): FitOptions {
  const { optimizer, earlyStoppingPatience: patience } = fit;
  return {
    ...fit,
    optimizer: patience > 0 ? { ...optimizer, steps: bestSteps } : optimizer,
    earlyStoppingPatience: 0,
    evalStepInterval: 0,
  };
}

/** A head that has run away to infinity scores nothing, and could not be saved. */
function checkFinite({ layers }: Head, { optimizer }: FitOptions): void {
  const finite = layers.every(({ weights, bias }) =>
    [weights, bias].every((values) => values.every(Number.isFinite)),
  );
  if (finite) return;
  const rate = optimizer.kind === 'lbfgs' ? '' : `, --learning_rate ${optimizer.learningRate}`;
  throw new UsageError(
    `expected training to converge, found weights beyond all bounds (${optimizer.kind}${rate})`,
    { hint: 'give a smaller --learning_rate, or use --optimizer lbfgs, which needs none' },
  );
}
