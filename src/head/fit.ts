// Trains a head: the loop around the optimizers, with its reports and early stopping.

import { setImmediate as breathe } from 'node:timers/promises';
import { type BatchOptimizer, createBatchStepper } from './fit-batches.ts';
import { type Curvature, createFullStepper, type Stepper } from './fit-full.ts';
import { copyNetwork, type Examples, type Network, startNetwork } from './network.ts';
import { balancedWeights, type Loss } from './objective.ts';
import type { Arithmetic } from './objective-full.ts';
import { scoreExamples } from './predict.ts';
import { trainingOffset, withLogitOffset } from './prior.ts';

/** How the loss is made small: each way with the settings that it has. */
export type Optimizer = BatchOptimizer | LbfgsOptimizer;

/** Takes all rows in each step. */
export interface LbfgsOptimizer {
  readonly kind: 'lbfgs';
  /** Most iterations: it ends sooner, once it has converged. */
  readonly steps: number;
  /** Relative decrease of the loss, twice in a row, at which it has converged. */
  readonly tolerance?: number;
}

/** Which head is wanted, however it is found. */
export interface HeadOptions {
  /** Units of one hidden layer; 0: none, a convex problem. */
  readonly hiddenUnits: number;
  /** 0 or more, below 1. */
  readonly labelSmoothing: number;
  /** `balanced`: every label counts the same in sum, however many rows it has. */
  readonly classWeights: 'balanced' | 'none';
  /** Decides batches, and where hidden units begin. */
  readonly seed: number;
  /** Of lbfgs: where the large products are computed. */
  readonly arithmetic?: Arithmetic;
}

export interface FitOptions extends HeadOptions {
  readonly optimizer: Optimizer;
  /** Strength of the L2 penalty, 0 or more; see `Loss`. */
  readonly l2: number;
  /**
   * Stops after this many reports without a lower validation loss, and gives back the weights of
   * the lowest; 0: off, as without validation rows.
   */
  readonly earlyStoppingPatience: number;
  /** A report after every so many steps, and after the last; 0: none. */
  readonly evalStepInterval: number;
}

/** One layer on plain cross-entropy: all that a rule beside the head needs. */
export const PLAIN_HEAD: HeadOptions = {
  hiddenUnits: 0,
  labelSmoothing: 0,
  classWeights: 'none',
  seed: 0,
};

export interface FitExtras {
  /** For reports and early stopping; standardised like the training rows. */
  readonly validation?: Examples | undefined;
  /** Where to begin, of the same sizes; stays as it is. */
  readonly start?: FitStart | undefined;
}

export interface FitStart {
  readonly network: Network;
  /** Of lbfgs: from the fit of the same rows that gave this network. */
  readonly curvature?: Curvature | undefined;
}

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
const FINAL_TOLERANCE = 1e-7;

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
 */
export async function* fitHead(
  training: Examples,
  labels: number,
  options: FitOptions,
  { validation, start }: FitExtras = {},
): AsyncGenerator<FitProgress, FitResult> {
  const hidden = options.hiddenUnits > 0 ? [options.hiddenUnits] : [];
  const sizes = [training.features.columns, ...hidden, labels];
  const network = start ? copyNetwork(start.network) : startNetwork(sizes, options.seed);
  const loss: Loss = {
    l2: options.l2,
    labelSmoothing: options.labelSmoothing,
    labelWeights:
      options.classWeights === 'balanced' ? balancedWeights(training.targets, labels) : undefined,
  };
  const { optimizer, evalStepInterval: interval } = options;
  const stepper: Stepper =
    optimizer.kind === 'lbfgs'
      ? await createFullStepper(network, training, loss, {
          tolerance: optimizer.tolerance ?? FINAL_TOLERANCE,
          arithmetic: options.arithmetic,
          curvature: start?.curvature,
        })
      : createBatchStepper(network, training, loss, optimizer, options.seed);
  const offset = trainingOffset(training.targets, labels, options.classWeights);
  const asSaved = () => (offset ? withLogitOffset(network, offset) : network);
  const patience = validation && validation.features.rows > 0 ? options.earlyStoppingPatience : 0;
  const best = { loss: Number.POSITIVE_INFINITY, network, steps: 0, evaluationsSince: 0 };
  let [step, converged, stoppedEarly] = [0, false, false];
  while (step < optimizer.steps && !converged && !stoppedEarly) {
    converged = await stepper.step(step);
    const last = converged || step === optimizer.steps - 1;
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
    curvature: stepper.curvature,
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
  validation: Examples | undefined,
): StepReport {
  const { accuracy, crossEntropy } = stepper.score(network);
  const held = validation && scoreExamples(network, validation);
  return {
    step,
    trainAccuracy: accuracy,
    crossEntropy,
    validationAccuracy: held?.accuracy,
    validationCrossEntropy: held?.crossEntropy,
  };
}
