// Learning from a pool: fit on training images, watched on validation images, then refit on both.

import { UsageError } from '../base/errors.ts';
import {
  type FitOptions,
  type FitProgress,
  type FitResult,
  fitHead,
  runFit,
  type StepReport,
} from '../head/fit.ts';
import { foldHead, type Head } from '../head/head.ts';
import type { Examples, Network } from '../head/network.ts';
import { effectiveShares, labelShares, logPriorOffset, withLogitOffset } from '../head/prior.ts';
import { fitStandardisation, type Standardisation, standardise } from '../head/standardise.ts';
import { fittingExamples, type Pool, plainExamples, rowsWhere } from './pool.ts';

/** A fitted head, ready for raw features, and how it came about. */
export interface Fitted {
  readonly head: Head;
  readonly standardisation: Standardisation;
  readonly result: FitResult;
  /** Share of each label among the images fitted on, which its probabilities hold at. */
  readonly shares: readonly number[];
}

export interface Learned {
  readonly final: Fitted;
  /** The head before the refit: what validation metrics are of. The same when nothing was refitted. */
  readonly watched: Fitted;
  readonly history: readonly StepReport[];
  readonly refitted: boolean;
}

export interface LearnHooks {
  /** After each step; `report` where a log line is due. */
  onStep(step: FitStep): void | Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

export interface FitStep extends FitProgress {
  /** What the network's features are standardised by. */
  readonly standardisation: Standardisation;
}

/** What to fit, and from where. */
export interface LearnOptions {
  readonly fit: FitOptions;
  /** A head to begin with, for features standardised so. */
  readonly start?: ((standardisation: Standardisation) => Network) | undefined;
}

const SILENT: LearnHooks = { onStep() {} };

/** Fits on the pool's training images; with validation images, then refits on all of them. */
export async function learn(
  pool: Pool,
  labels: number,
  options: LearnOptions,
  hooks: LearnHooks,
): Promise<Learned> {
  const history: StepReport[] = [];
  const validation = rowsWhere(pool, (row) => pool.isValidation[row]);
  const training = rowsWhere(pool, (row) => !pool.isValidation[row]);
  const watched = await fit(pool, training, validation, labels, options, {
    signal: hooks.signal,
    async onStep(step) {
      if (step.report) history.push(step.report);
      await hooks.onStep(step);
    },
  });
  if (validation.length === 0) return { final: watched, watched, history, refitted: false };
  const { fit: fitOptions } = options;
  // What early stopping has found is repeated; there is nothing left to watch.
  const stopping = fitOptions.earlyStoppingPatience > 0;
  const steps = stopping ? watched.result.bestSteps : fitOptions.steps;
  const again = { ...options, fit: { ...fitOptions, steps, earlyStoppingPatience: 0 } };
  const both = rowsWhere(pool, () => true);
  const final = await fit(pool, both, [], labels, again, { ...SILENT, signal: hooks.signal });
  return { final, watched, history, refitted: true };
}

/** Fits on the rows named and their variants; `watch` are validation rows. */
export async function fit(
  pool: Pool,
  rows: readonly number[],
  watch: readonly number[],
  labels: number,
  { fit: fitOptions, start }: LearnOptions,
  { onStep, signal }: LearnHooks = SILENT,
): Promise<Fitted> {
  const examples = fittingExamples(pool, rows);
  const standardisation = fitStandardisation(examples.features);
  const scale = ({ features, targets }: Examples): Examples => ({
    features: standardise(features, standardisation),
    targets,
  });
  const run = fitHead(
    scale(examples),
    scale(plainExamples(pool, watch)),
    labels,
    fitOptions,
    start?.(standardisation),
  );
  const result = await runFit(run, signal, (progress) => onStep({ ...progress, standardisation }));
  const shares = labelShares(plainExamples(pool, rows).targets, labels);
  // Variants may have changed the shares: only training images have any.
  const fitted = labelShares(examples.targets, labels);
  const offset = logPriorOffset(effectiveShares(fitted, fitOptions.classWeights), shares);
  const network = withLogitOffset(result.network, offset);
  const head = foldHead(network, standardisation);
  checkFinite(head, fitOptions);
  return { head, standardisation, result, shares };
}

/** A head that has run away to infinity scores nothing, and could not be saved. */
function checkFinite({ layers }: Head, { optimizer, learningRate }: FitOptions): void {
  const finite = layers.every(({ weights, bias }) =>
    [weights, bias].every((values) => values.every(Number.isFinite)),
  );
  if (finite) return;
  throw new UsageError(
    `expected training to settle, found weights beyond all bounds (${optimizer}, --learning_rate ${learningRate})`,
    { hint: 'give a smaller --learning_rate, or use --optimizer lbfgs, which needs none' },
  );
}
