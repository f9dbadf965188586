// Mini-batch gradient descent on the cross-entropy of a softmax head.

import type { Matrix } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';
import {
  accuracy,
  computeGradient,
  computeProbabilities,
  createDense,
  createWorkspace,
  crossEntropy,
  type Dense,
} from './softmax.ts';

export interface TrainOptions {
  /** Number of updates. */
  readonly steps: number;
  /** Rows per update; with fewer rows than this, all of them. */
  readonly batchSize: number;
  readonly learningRate: number;
  /** A report after every so many steps, and after the last. */
  readonly evalStepInterval: number;
  readonly seed: number;
}

/** Standardised features with their label indices. */
export interface Examples {
  /** `[n, features]` */
  readonly features: Matrix;
  /** `[n]`, 0..labels-1 */
  readonly targets: ArrayLike<number>;
}

/** What retrain.py prints every eval_step_interval. */
export interface StepReport {
  readonly step: number;
  /** On the batch that the step used, after the update, as retrain.py measures it. */
  readonly trainAccuracy: number;
  readonly crossEntropy: number;
  /** On all validation rows; undefined when there are none. */
  readonly validationAccuracy: number | undefined;
  readonly validationCrossEntropy: number | undefined;
}

/**
 * Starts at zero weights (the problem is convex, so the start only costs steps) and visits the
 * rows in a seeded order, every row once before any comes again.
 *
 * Yields after each step, so that the caller can stop, draw breath, or print: a report where one
 * is due, else undefined.
 * @returns weights for standardised features
 */
export function* trainHead(
  training: Examples,
  validation: Examples,
  labels: number,
  options: TrainOptions,
): Generator<StepReport | undefined, Dense> {
  const { columns, rows: count } = training.features;
  const dense = createDense(columns, labels);
  const gradient = createDense(columns, labels);
  const size = Math.min(options.batchSize, count);
  const batch = { rows: new Uint32Array(size), targets: new Uint16Array(size) };
  const probabilities = new Float64Array(size * labels);
  const workspace = createWorkspace(size, columns, labels);
  const nextRow = endlessShuffle(count, options.seed);
  const report = (step: number): StepReport => {
    computeProbabilities(dense, training.features, batch.rows, probabilities, workspace);
    const held = scoreExamples(dense, validation);
    return {
      step,
      trainAccuracy: accuracy(probabilities, batch.targets, labels),
      crossEntropy: crossEntropy(probabilities, batch.targets, labels),
      validationAccuracy: held?.accuracy,
      validationCrossEntropy: held?.crossEntropy,
    };
  };
  for (let step = 0; step < options.steps; step++) {
    for (let i = 0; i < size; i++) {
      batch.rows[i] = nextRow();
      batch.targets[i] = training.targets[batch.rows[i]];
    }
    computeGradient(gradient, dense, training.features, batch.rows, batch.targets, workspace);
    descend(dense.weights, gradient.weights, options.learningRate);
    descend(dense.bias, gradient.bias, options.learningRate);
    const due = step % options.evalStepInterval === 0 || step === options.steps - 1;
    yield due ? report(step) : undefined;
  }
  return dense;
}

/** Accuracy and mean cross-entropy over all examples; undefined without any. */
export function scoreExamples(
  dense: Dense,
  { features, targets }: Examples,
): { accuracy: number; crossEntropy: number } | undefined {
  if (features.rows === 0) return undefined;
  const probabilities = predict(dense, features);
  return {
    accuracy: accuracy(probabilities, targets, dense.labels),
    crossEntropy: crossEntropy(probabilities, targets, dense.labels),
  };
}

/** Probabilities of every row, `[n, labels]`. */
export function predict(dense: Dense, features: Matrix): Float64Array {
  const { rows, columns } = features;
  const probabilities = new Float64Array(rows * dense.labels);
  const workspace = createWorkspace(rows, columns, dense.labels);
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  computeProbabilities(dense, features, all, probabilities, workspace);
  return probabilities;
}

function descend(values: Float64Array, gradient: Float64Array, rate: number): void {
  for (let i = 0; i < values.length; i++) values[i] -= rate * gradient[i];
}

function endlessShuffle(count: number, seed: number): () => number {
  const random = createRandom(seed, 'batches');
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let at = count;
  return () => {
    if (at === count) {
      random.shuffle(order);
      at = 0;
    }
    return order[at++];
  };
}
