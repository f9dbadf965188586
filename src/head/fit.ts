// Trains a head: the loop around the optimizers, with reports and early stopping.

import { createBreather } from '../base/breathe.ts';
import { type BatchOptimizer, createBatchStepper } from './fit-batches.ts';
import { type Curvature, createFullStepper, type Stepper } from './fit-full.ts';
import { copyNetwork, type Examples, type Network, startNetwork } from './network.ts';
import { balancedWeights, type Loss } from './objective.ts';
import type { Arithmetic } from './objective-full.ts';
import { scoreExamples } from './predict.ts';
import { trainingOffset, withLogitOffset } from './prior.ts';

/** The optimizers, each with its own settings. */
export type Optimizer = BatchOptimizer | LbfgsOptimizer;

/** Uses all rows in each step. */
export interface LbfgsOptimizer {
  readonly kind: 'lbfgs';
  /** Maximum number of iterations; it stops earlier once it has converged. */
  readonly steps: number;
  /** Converged at this relative decrease of the loss, twice in a row. */
  readonly tolerance?: number;
}

/** Settings of the head, independent of the optimizer. */
export interface HeadOptions {
  /** Units of one hidden layer; 0: none, a convex problem. */
  readonly hiddenUnits: number;
  /** 0 or more, below 1. */
  readonly labelSmoothing: number;
  /** `balanced`: every label has the same total weight, whatever its number of rows. */
  readonly classWeights: 'balanced' | 'none';
  /** Decides the batches, and the initial weights of hidden units. */
  readonly seed: number;
  /** lbfgs: where the large products are computed. */
  readonly arithmetic?: Arithmetic;
}

export interface FitOptions extends HeadOptions {
  readonly optimizer: Optimizer;
  /** Strength of the L2 penalty, 0 or more; see `Loss`. */
  readonly l2: number;
  /**
   * Stops after this many reports without a lower validation loss, and returns the weights of the
   * lowest; 0: off, as it is without validation rows.
   */
  readonly earlyStoppingPatience: number;
  /** Steps between reports; there is one after the last step too. 0: none. */
  readonly evalStepInterval: number;
}

/** One layer, plain cross-entropy: enough for baselines and the check of labels. */
export const PLAIN_HEAD: HeadOptions = {
  hiddenUnits: 0,
  labelSmoothing: 0,
  classWeights: 'none',
  seed: 0,
};

export interface FitExtras {
  /** For reports and early stopping; standardised like the training rows. */
  readonly validation?: Examples | undefined;
  /** Initial network, of the same sizes; it is not changed. */
  readonly start?: FitStart | undefined;
}

export interface FitStart {
  readonly network: Network;
  /** lbfgs: curvature from the fit of the same rows that gave this network. */
  readonly curvature?: Curvature | undefined;
}

/**
 * What retrain.py prints every eval_step_interval. With balanced weights, the metrics are those of
 * the network corrected to the label shares of training, as it will be saved.
 */
export interface StepReport {
  /** From 0. */
  readonly step: number;
  /**
   * After the update, 0..1: sgd and adam on the batch of the step, as in retrain.py, lbfgs on all
   * training rows.
   */
  readonly trainAccuracy: number;
  /** On the same rows: plain mean cross-entropy in nats, without weights, smoothing or penalty. */
  readonly logLoss: number;
  /** On all validation rows; undefined when there are none. */
  readonly validationAccuracy: number | undefined;
  readonly validationLogLoss: number | undefined;
}

export interface FitResult {
  /** For standardised features; with balanced weights, at equal label shares: see prior.ts. */
  readonly network: Network;
  /** Steps taken. */
  readonly steps: number;
  /** Number of steps to the network returned: fewer than `steps` after early stopping. */
  readonly bestSteps: number;
  /** lbfgs: for another L2 strength on the same rows. */
  readonly curvature: Curvature | undefined;
  /** Whether lbfgs has met its tolerance; false for the others. */
  readonly converged: boolean;
  readonly stoppedEarly: boolean;
}

/** Relative decrease: at most 1e-4 of the loss is left to gain, measured on real features. */
const FINAL_TOLERANCE = 1e-7;

/** State of a training after a step. */
export interface FitProgress {
  /** From 0. */
  readonly step: number;
  /** For standardised features; it changes with the next step. */
  readonly network: Network;
  /** If one is due. */
  readonly report: StepReport | undefined;
}

/**
 * Yields after each step, so that the caller can stop, yield to the event loop, or print.
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
      const held = report.validationLogLoss ?? Number.POSITIVE_INFINITY;
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

/**
 * Runs a training to its end.
 * @param onStep called after each step
 * @throws the signal's reason, soon after it is aborted
 */
export async function runFit(
  run: AsyncGenerator<FitProgress, FitResult>,
  signal?: AbortSignal,
  onStep: (progress: FitProgress) => unknown = () => {},
): Promise<FitResult> {
  const breathe = createBreather(signal);
  let next = await run.next();
  for (; !next.done; next = await run.next()) {
    await onStep(next.value);
    await breathe();
  }
  return next.value;
}

function reportOf(
  step: number,
  stepper: Stepper,
  network: Network,
  validation: Examples | undefined,
): StepReport {
  const { accuracy, logLoss } = stepper.score(network);
  const held = validation && scoreExamples(network, validation);
  return {
    step,
    trainAccuracy: accuracy,
    logLoss,
    validationAccuracy: held?.accuracy,
    validationLogLoss: held?.logLoss,
  };
}
