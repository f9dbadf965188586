// Trainings for the head's tests: plain options, and a run to the end with all its reports.

import {
  type FitOptions,
  type FitProgress,
  type FitResult,
  fitHead,
  type StepReport,
} from '../../src/head/fit.ts';
import type { Examples, Network } from '../../src/head/network.ts';
import { makeMatrix } from './make-examples.ts';

export const NO_EXAMPLES: Examples = { features: makeMatrix(0, 4), targets: [] };

/** 60 plain steps of gradient descent on batches of ten. */
export const PLAIN_FIT: FitOptions = {
  optimizer: 'sgd',
  steps: 60,
  batchSize: 10,
  learningRate: 0.1,
  learningRateSchedule: 'constant',
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
  start?: Network,
): Promise<WholeFit> {
  const run = fitHead(training, validation, labels, { ...PLAIN_FIT, ...change }, start);
  const progress: FitProgress[] = [];
  let next = await run.next();
  for (; !next.done; next = await run.next()) progress.push(next.value);
  const reports = progress.flatMap(({ report }) => report ?? []);
  return { ...next.value, reports, progress };
}
