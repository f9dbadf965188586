// Chooses the strength of the L2 penalty by the loss on rows that the training did not see.

import { setImmediate as breathe } from 'node:timers/promises';
import { takeRows } from '../base/matrix.ts';
import { type FitOptions, type FitResult, fitHead, runFit } from './fit.ts';
import type { Examples } from './network.ts';
import { predict } from './predict.ts';
import { trainingOffset, withLogitOffset } from './prior.ts';
import { crossEntropy } from './softmax.ts';
import { fitStandardisation, standardise } from './standardise.ts';

/** From strong to weak in half decades, about as fine as the held-out loss can tell: docs/decisions.md. */
export const L2_PATH: readonly number[] = [
  10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001,
];
/** The path ends where the held-out loss lies this much above the lowest so far. */
const CLEAR_RISE = 0.02;
/**
 * Tolerance of lbfgs on the way: 1e-6 to 3e-3 gave the same choice in 20 of 20 runs, 1e-3 in half
 * the time of 1e-6; the held-out loss moves by about as much.
 */
const CHOICE_TOLERANCE = 1e-3;
/** Losses this close to each other, relatively, are as good: the stronger penalty is taken. */
const TIE = 1e-3;

/** Rows held out: a set of their own, or each fold in turn. */
export type HeldOut =
  | { readonly validation: Examples }
  /** Fold index of each example, `[n]`, from 0; at least two folds. */
  | { readonly folds: ArrayLike<number> };

export interface PathPoint {
  readonly l2: number;
  /** Mean cross-entropy in nats over all rows held out. */
  readonly logLoss: number;
}

export interface L2Choice {
  readonly l2: number;
  /** As far as it was followed, strongest first. */
  readonly path: readonly PathPoint[];
  /**
   * At the choice, of rows that took no part in training: of the validation set, or of every
   * example by the folds that it was not in. `[rows, labels]`, at the training shares of labels.
   */
  readonly probabilities: Float64Array;
  /** Where the choice is the first or last of the whole path: the best may lie beyond. */
  readonly end: 'strongest' | 'weakest' | undefined;
  /** Steps after which the held-out loss was lowest, mean over folds; all steps unless stopped early. */
  readonly steps: number;
}

export interface ChooseL2Options {
  readonly fit: Omit<FitOptions, 'l2'>;
  readonly path?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries strengths from strong to weak, each on every part, each begun where the one before ended.
 * @param examples raw features; standardised by each part's training rows
 */
export async function chooseL2(
  examples: Examples,
  heldOut: HeldOut,
  labels: number,
  { fit, path = L2_PATH, signal }: ChooseL2Options,
): Promise<L2Choice> {
  const parts = partsOf(examples, heldOut).map((part) => prepare(part, labels, fit));
  const strengths = [...path].sort((a, b) => b - a);
  const [strongest, weakest] = [strengths[0], strengths[strengths.length - 1]];
  const options = {
    ...fit,
    tolerance: fit.tolerance ?? CHOICE_TOLERANCE,
    evalStepInterval: fit.earlyStoppingPatience > 0 ? fit.evalStepInterval : 0,
  };
  const scored: Trial[] = [];
  let best: Trial | undefined;
  for (const l2 of strengths) {
    const trial = await tryStrength(parts, labels, { ...options, l2 }, signal);
    scored.push(trial);
    if (!best || trial.logLoss < best.logLoss * (1 - TIE)) best = trial;
    if (trial.logLoss > best.logLoss * (1 + CLEAR_RISE)) break;
  }
  if (!best) throw new RangeError('expected at least one L2 strength');
  const { l2, probabilities, steps } = best;
  return {
    l2,
    path: scored.map(({ l2, logLoss }) => ({ l2, logLoss })),
    probabilities,
    end: l2 === strongest ? 'strongest' : l2 === weakest ? 'weakest' : undefined,
    steps,
  };
}

type Trial = PathPoint & Pick<L2Choice, 'probabilities' | 'steps'>;

async function tryStrength(
  parts: readonly PreparedPart[],
  labels: number,
  options: FitOptions,
  signal: AbortSignal | undefined,
): Promise<Trial> {
  // Hidden layers start afresh: from a strong penalty all their units are near 0.
  const goesOn = options.hiddenUnits === 0 && options.optimizer === 'lbfgs';
  const rows = parts.reduce((sum, { held }) => sum + held.targets.length, 0);
  const probabilities = new Float64Array(rows * labels);
  let sum = 0;
  let steps = 0;
  for (const part of parts) {
    await breathe();
    signal?.throwIfAborted();
    const { training, held, offset, last } = part;
    const fit = { ...options, curvature: last?.curvature };
    const result = await runFit(fitHead(training, held, labels, fit, last?.network), signal);
    if (goesOn) part.last = result;
    steps += result.bestSteps / parts.length;
    const saved = offset ? withLogitOffset(result.network, offset) : result.network;
    const found = predict(saved, held.features);
    sum += crossEntropy(found, held.targets, labels) * held.targets.length;
    for (const [i, row] of part.rows.entries()) {
      probabilities.set(found.subarray(i * labels, (i + 1) * labels), row * labels);
    }
  }
  return {
    l2: options.l2,
    logLoss: sum / rows,
    probabilities,
    steps: Math.max(1, Math.round(steps)),
  };
}

interface Part {
  readonly training: Examples;
  readonly held: Examples;
  /** Place in the result of each row held out. */
  readonly rows: readonly number[];
}

interface PreparedPart extends Part {
  /** Brings probabilities to the training shares of labels; undefined: they are there. */
  readonly offset: Float64Array | undefined;
  /** Fit at the strength before: from there the way is short. */
  last: FitResult | undefined;
}

function partsOf(examples: Examples, heldOut: HeldOut): Part[] {
  if ('validation' in heldOut) {
    const held = heldOut.validation;
    return [{ training: examples, held, rows: [...Array(held.targets.length).keys()] }];
  }
  const { folds } = heldOut;
  const all = Array.from({ length: examples.targets.length }, (_, row) => row);
  const count = 1 + all.reduce((most, row) => Math.max(most, folds[row]), -1);
  return Array.from({ length: count }, (_, fold) => {
    const rows = all.filter((row) => folds[row] === fold);
    const others = all.filter((row) => folds[row] !== fold);
    return { training: takeExamples(examples, others), held: takeExamples(examples, rows), rows };
  }).filter(({ rows }) => rows.length > 0);
}

function prepare(
  { training, held, rows }: Part,
  labels: number,
  { classWeights }: Omit<FitOptions, 'l2'>,
): PreparedPart {
  const standardisation = fitStandardisation(training.features);
  const scaled = ({ features, targets }: Examples): Examples => ({
    features: standardise(features, standardisation),
    targets,
  });
  return {
    training: scaled(training),
    held: scaled(held),
    rows,
    offset: trainingOffset(training.targets, labels, classWeights),
    last: undefined,
  };
}

/** The rows named, copied. */
export function takeExamples({ features, targets }: Examples, rows: ArrayLike<number>): Examples {
  return {
    features: takeRows(features, rows),
    targets: Uint16Array.from({ length: rows.length }, (_, i) => targets[rows[i]]),
  };
}
