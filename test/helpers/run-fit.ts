// Trainings for the head's tests: plain options, and a run to the end with all its reports.

import {
  type FitOptions,
  type FitProgress,
  type FitResult,
  fitHead,
  type Optimizer,
  type StepReport,
} from '../../src/head/fit.ts';
import type { BatchOptimizer } from '../../src/head/fit-batches.ts';
import type { Examples, Network } from '../../src/head/network.ts';
import { makeMatrix } from './make-examples.ts';

export const NO_EXAMPLES: Examples = { features: makeMatrix(0, 4), targets: [] };

/** Batches of ten at a rate of 0.1, for those that take batches. */
export function optimizer(
  kind: Optimizer['kind'],
  steps: number,
  batches: Partial<BatchOptimizer> = {},
): Optimizer {
  if (kind === 'lbfgs') return { kind, steps };
  return { kind, steps, batchSize: 10, learningRate: 0.1, schedule: 'constant', ...batches };
}

/** 60 plain steps of gradient descent. */
export const PLAIN_FIT: FitOptions = {
  optimizer: optimizer('sgd', 60),
  hiddenUnits: 0,
  l2: 0,
  labelSmoothing: 0,
  classWeights: 'none',
  earlyStoppingPatience: 0,
  evalStepInterval: 10,
  seed: 0,
};

export interface WholeFit extends FitResult {
  readonly reports: readonly StepReport[];
  readonly progress: readonly FitProgress[];
}

export async function fitWhole(
  training: Examples,
  change: Partial<FitOptions> = {},
  validation = NO_EXAMPLES,
  labels = 3,
  network?: Network,
): Promise<WholeFit> {
  const start = network && { network };
  const run = fitHead(training, labels, { ...PLAIN_FIT, ...change }, { validation, start });
  const progress: FitProgress[] = [];
  let next = await run.next();
  for (; !next.done; next = await run.next()) progress.push(next.value);
  const reports = progress.flatMap(({ report }) => report ?? []);
  return { ...next.value, reports, progress };
}
