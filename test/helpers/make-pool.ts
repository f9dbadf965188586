// A pool of made-up features for tests of what is done with it: clouds that overlap a little.

import { createMatrix } from '../../src/base/matrix.ts';
import type { FitOptions } from '../../src/head/fit.ts';
import { learn } from '../../src/training/learn.ts';
import type { Pool } from '../../src/training/pool.ts';
import { makeMatrix, makeTargets } from './make-examples.ts';

export const FIT: FitOptions = {
  optimizer: 'lbfgs',
  steps: 200,
  hiddenUnits: 0,
  l2: 0.1,
  labelSmoothing: 0,
  classWeights: 'none',
  earlyStoppingPatience: 0,
  evalStepInterval: 50,
  batchSize: 10,
  learningRate: 0.01,
  learningRateSchedule: 'constant',
  seed: 0,
};

/** Rows of labels 0, 1, ... in turn; every `nth` row is for validation, 0: none. */
export function makePool(rows: number, labels: number, nth: number): Pool {
  const features = makeMatrix(rows, 6, 3);
  const targets = makeTargets(rows, labels);
  for (const [row, target] of targets.entries()) features.data[row * 6 + target] += 1.5;
  const numbers = Array.from({ length: rows }, (_, row) => row);
  return {
    features,
    targets,
    units: numbers,
    isValidation: numbers.map((row) => nth > 0 && row % nth === 0),
    properties: createMatrix(rows, 5),
    variants: undefined,
  };
}

export const learnPool = (pool: Pool, labels: number) =>
  learn(pool, labels, { fit: FIT }, { onStep() {} });
