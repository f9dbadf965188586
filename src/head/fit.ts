// Trains a head: the loop around the optimizers, with its reports and early stopping.

import { setImmediate as breathe } from 'node:timers/promises';
import { type BatchOptions, createBatchStepper, type Stepper } from './fit-batches.ts';
import { type Curvature, createFullStepper } from './fit-full.ts';
import { copyNetwork, type Examples, type Network, startNetwork } from './network.ts';
import { balancedWeights, type Loss } from './objective.ts';
import type { Arithmetic } from './objective-full.ts';
import { scoreExamples } from './predict.ts';
import { trainingOffset, withLogitOffset } from './prior.ts';

export type Optimizer = 'lbfgs' | 'sgd' | 'adam';

export interface FitOptions extends Omit<BatchOptions, 'optimizer'> {
  /** `lbfgs` takes all rows in each step, the others a batch. */
  readonly optimizer: Optimizer;
  /** Most steps to make; of `lbfgs` iterations, which end sooner when they have arrived. */
  readonly steps: number;
  /** Units of one hidden layer; 0: none, a convex problem. */
  readonly hiddenUnits: number;
  /** Strength of the L2 penalty, 0 or more; see `Loss`. */
  readonly l2: number;
  /** 0 or more, below 1. */
  readonly labelSmoothing: number;
  /** `balanced`: every label counts the same in sum, however many rows it has. */
  readonly classWeights: 'balanced' | 'none';
  /**
   * Stops after this many reports without a lower validation loss, and gives back the weights of
   * the lowest; 0: off, as without validation rows.
   */
  readonly earlyStoppingPatience: number;
  /** A report after every so many steps, and after the last; 0: none. */
  readonly evalStepInterval: number;
  /** Of lbfgs: relative decrease of the loss, twice in a row, at which it has arrived. */
  readonly tolerance?: number;
  /** Of lbfgs: where the large products are computed. */
  readonly arithmetic?: Arithmetic;
  /** Of lbfgs: from an earlier fit of the same rows, whose network is the start. */
  readonly curvature?: Curvature | undefined;
}

/** L-BFGS on plain cross-entropy with a penalty, all that a rule beside the head needs. */
export const PLAIN_FIT: Omit<FitOptions, 'l2'> = {
  optimizer: 'lbfgs',
  steps: 500,
  hiddenUnits: 0,
  labelSmoothing: 0,
  classWeights: 'none',
  earlyStoppingPatience: 0,
  evalStepInterval: 0,
  batchSize: 1,
  learningRate: 0,
  learningRateSchedule: 'constant',
  seed: 0,
};

/**
 * What retrain.py prints every eval_step_interval. With balanced weights the metrics are those of
 * the network corrected to the training shares of labels, as it will be saved.
 */
export interface StepReport {
  /** From 0. */
  readonly step: number;
  /**
   * After the update: of sgd and adam on the batch that the step used, as retrain.py measures it,
   * of lbfgs on all training rows. 0..1
   */
  readonly trainAccuracy: number;
  /** On the same rows: plain mean cross-entropy in nats, without weights, smoothing or penalty. */
  readonly crossEntropy: number;
  /** On all validation rows; undefined when there are none. */
  readonly validationAccuracy: number | undefined;
  readonly validationCrossEntropy: number | undefined;
}

export interface FitResult {
  /** For standardised features; with balanced weights at equal shares of labels: see prior.ts. */
  readonly network: Network;
  /** Steps made. */
  readonly steps: number;
  /** Number of steps after which the network was as it is given back: fewer after early stopping. */
  readonly bestSteps: number;
  /** Of lbfgs, for another strength on the same rows. */
  readonly curvature: Curvature | undefined;
  /** lbfgs has met its tolerance; never true of the others. */
  readonly converged: boolean;
  readonly stoppedEarly: boolean;
}

/** Relative decrease: 1e-4 of the loss or less is left to gain, measured on real features. */
export const FINAL_TOLERANCE = 1e-7;

/** Where a training stands after a step. */
export interface FitProgress {
  /** From 0. */
  readonly step: number;
  /** For standardised features; it changes with the next step. */
  readonly network: Network;
  /** Where one is due. */
  readonly report: StepReport | undefined;
}

/**
 * Yields after each step, so that the caller can stop, draw breath, or print.
 * @param training standardised features
 * @param validation standardised alike; no rows: no validation
 * @param start where to begin, of the same sizes; stays as it is
 */
export async function* fitHead(
  training: Examples,
  validation: Examples,
  labels: number,
  options: FitOptions,
  start?: Network,
): AsyncGenerator<FitProgress, FitResult> {
  const hidden = options.hiddenUnits > 0 ? [options.hiddenUnits] : [];
  const sizes = [training.features.columns, ...hidden, labels];
  const network = start ? copyNetwork(start) : startNetwork(sizes, options.seed);
  const loss: Loss = {
    l2: options.l2,
    labelSmoothing: options.labelSmoothing,
    labelWeights:
      options.classWeights === 'balanced' ? balancedWeights(training.targets, labels) : undefined,
  };
  const { optimizer, evalStepInterval: interval } = options;
  const full =
    optimizer === 'lbfgs'
      ? await createFullStepper(network, training, loss, {
          tolerance: options.tolerance ?? FINAL_TOLERANCE,
          arithmetic: options.arithmetic,
          curvature: options.curvature,
        })
      : undefined;
  const stepper =
    full ??
    createBatchStepper(network, training, loss, {
      ...options,
      optimizer: optimizer === 'adam' ? 'adam' : 'sgd',
    });
  const offset = trainingOffset(training.targets, labels, options.classWeights);
  const asSaved = () => (offset ? withLogitOffset(network, offset) : network);
  const patience = validation.features.rows > 0 ? options.earlyStoppingPatience : 0;
  const best = { loss: Number.POSITIVE_INFINITY, network, steps: 0, evaluationsSince: 0 };
  let [step, converged, stoppedEarly] = [0, false, false];
  while (step < options.steps && !converged && !stoppedEarly) {
    converged = await stepper.step(step);
    const last = converged || step === options.steps - 1;
    const due = interval > 0 && (last || step % interval === 0);
    const report = due ? reportOf(step, stepper, asSaved(), validation) : undefined;
    step++;
    if (report && patience > 0) {
      const held = report.validationCrossEntropy ?? Number.POSITIVE_INFINITY;
      if (held < best.loss) {
        Object.assign(best, { loss: held, network: copyNetwork(network), steps: step });
        best.evaluationsSince = 0;
      } else {
        best.evaluationsSince++;
        stoppedEarly = best.evaluationsSince >= patience;
      }
    }
    yield { step: step - 1, network, report };
  }
  const kept = best.steps > 0 ? best : { network, steps: step };
  return {
    network: kept.network,
    steps: step,
    bestSteps: kept.steps,
    curvature: full?.curvature,
    converged,
    stoppedEarly,
  };
}

/** A training gives way to other work this often, so that Ctrl-C is heard. In milliseconds. */
const BREATHE_EVERY = 50;

/**
 * Runs a training to its end.
 * @param onStep is told of each step
 * @throws the signal's reason, within a moment, when it is aborted
 */
export async function runFit(
  run: AsyncGenerator<FitProgress, FitResult>,
  signal?: AbortSignal,
  onStep: (progress: FitProgress) => unknown = () => {},
): Promise<FitResult> {
  let breathed = performance.now();
  let next = await run.next();
  for (; !next.done; next = await run.next()) {
    await onStep(next.value);
    if (performance.now() - breathed < BREATHE_EVERY) continue;
    await breathe();
    signal?.throwIfAborted();
    breathed = performance.now();
  }
  return next.value;
}

function reportOf(
  step: number,
  stepper: Stepper,
  network: Network,
  validation: Examples,
): StepReport {
  const { accuracy, crossEntropy } = stepper.score(network);
  const held = scoreExamples(network, validation);
  return {
    step,
    trainAccuracy: accuracy,
    crossEntropy,
    validationAccuracy: held?.accuracy,
    validationCrossEntropy: held?.crossEntropy,
  };
}
