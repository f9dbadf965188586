// Chooses the L2 strength with the lowest log loss on held-out rows.

import { takeRows } from '../base/matrix.ts';
import { type FoldRows, foldRows, NO_FOLD } from '../data/folds.ts';
import { type FitOptions, type FitResult, fitHead, type HeadOptions, runFit } from './fit.ts';
import type { Examples } from './network.ts';
import { outOfFoldPredictions } from './out-of-fold.ts';
import { predict } from './predict.ts';
import { trainingOffset, withLogitOffset } from './prior.ts';
import { logLoss } from './softmax.ts';
import { fitParetoScaling, standardise } from './standardise.ts';

/** From strong to weak in half decades, the resolution of the held-out loss: docs/decisions.md. */
export const L2_PATH: readonly number[] = [
  30, 10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001,
];
/** All strengths down to this one are tried: the loss may rise before it falls. */
const ALWAYS_DOWN_TO = 0.01;
/** Below it, the path ends after this many in a row that lie this much above the lowest so far, ... */
const [RISES, CLEAR_RISE] = [2, 0.02];
/**
 * ... or once all rows held out lose less than this together, in nats: there is nothing left to
 * gain but scores closer to 1 than so few rows can justify.
 */
const NOTHING_TO_GAIN = 3;
/**
 * Tolerance of lbfgs along the path: 1e-6 to 3e-3 gave the same choice in 20 of 20 runs, 1e-3 in
 * half the time of 1e-6; the held-out loss changes by about as much.
 */
const SEARCH_TOLERANCE = 1e-3;
const SEARCH_STEPS = 500;
/** Losses within this relative difference are equal up to rounding: the stronger penalty is chosen. */
const ROUNDING = 1e-6;

export interface PathPoint {
  readonly l2: number;
  /** Mean cross-entropy in nats over all rows held out. */
  readonly logLoss: number;
}

export interface L2Search {
  readonly l2: number;
  /** All strengths tried, strongest first. */
  readonly path: readonly PathPoint[];
  /**
   * Out-of-fold, at that strength: `[rows, labels]`, at the label shares of training; zeros for
   * rows that are in no fold.
   */
  readonly probabilities: Float64Array;
  /** If it is the first or last of the whole path: the best may be beyond. */
  readonly end: 'strongest' | 'weakest' | undefined;
}

export interface L2SearchOptions {
  readonly path?: readonly number[] | undefined;
  /** Tolerance of lbfgs; the default is enough for the choice. */
  readonly tolerance?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries strengths from strong to weak by L-BFGS, the fastest way to the optimum, whatever optimizer
 * trains later. Each fold starts from its fit at the previous strength.
 * @param examples raw features; standardised by the rows that each fold is fitted on
 * @param folds fold of each row, or `NO_FOLD` for one that is never held out
 */
export async function searchL2(
  examples: Examples,
  folds: ArrayLike<number>,
  labels: number,
  head: HeadOptions,
  { path = L2_PATH, tolerance = SEARCH_TOLERANCE, signal }: L2SearchOptions = {},
): Promise<L2Search> {
  const states = new Map(
    foldRows(folds).map(({ fold, fitted, held }) => {
      const rows = [takeExamples(examples, fitted), takeExamples(examples, held)] as const;
      return [fold, prepareFold(...rows, labels, head)];
    }),
  );
  const optimizer = { kind: 'lbfgs', steps: SEARCH_STEPS, tolerance } as const;
  const fit = { ...head, optimizer, earlyStoppingPatience: 0, evalStepInterval: 0 };
  const strengths = [...path].sort((a, b) => b - a);
  const held = Array.from(folds).filter((fold) => fold !== NO_FOLD).length;
  const scored: Trial[] = [];
  let best: Trial | undefined;
  let rises = 0;
  for (const l2 of strengths) {
    const trial = await tryStrength(folds, states, labels, { ...fit, l2 }, signal);
    scored.push(trial);
    if (!best || trial.logLoss < best.logLoss * (1 - ROUNDING)) best = trial;
    const rose = l2 < ALWAYS_DOWN_TO && trial.logLoss > best.logLoss * (1 + CLEAR_RISE);
    rises = rose ? rises + 1 : 0;
    const justified = best.logLoss * held < NOTHING_TO_GAIN;
    if (rises === RISES || (justified && l2 <= ALWAYS_DOWN_TO)) break;
  }
  if (!best) throw new RangeError('expected at least one L2 strength');
  const { l2, probabilities } = best;
  const [strongest, weakest] = [strengths[0], strengths[strengths.length - 1]];
  return {
    l2,
    path: scored.map(({ l2, logLoss }) => ({ l2, logLoss })),
    probabilities,
    end: l2 === strongest ? 'strongest' : l2 === weakest ? 'weakest' : undefined,
  };
}

type Trial = PathPoint & Pick<L2Search, 'probabilities'>;

async function tryStrength(
  folds: ArrayLike<number>,
  states: ReadonlyMap<number, FoldState>,
  labels: number,
  fit: FitOptions,
  signal: AbortSignal | undefined,
): Promise<Trial> {
  let [sum, count] = [0, 0];
  const predictFold = async ({ fold }: FoldRows) => {
    const state = states.get(fold) as FoldState;
    const { training, held, offset, last: start } = state;
    const result = await runFit(fitHead(training, labels, fit, { start }), signal);
    // Hidden layers start from new weights: after a strong penalty all units are near 0.
    if (fit.hiddenUnits === 0) state.last = result;
    const network = offset ? withLogitOffset(result.network, offset) : result.network;
    const found = predict(network, held.features);
    sum += logLoss(found, held.targets, labels) * held.targets.length;
    count += held.targets.length;
    return found;
  };
  const probabilities = await outOfFoldPredictions(folds, labels, predictFold, signal);
  return { l2: fit.l2, logLoss: sum / count, probabilities };
}

/** State of a fold between strengths. */
interface FoldState {
  /** Standardised by the rows fitted on. */
  readonly training: Examples;
  readonly held: Examples;
  /** Corrects probabilities to the label shares of training; undefined: not needed. */
  readonly offset: Float64Array | undefined;
  /** Fit at the previous strength, from which few steps are needed. */
  last: FitResult | undefined;
}

function prepareFold(
  training: Examples,
  held: Examples,
  labels: number,
  { classWeights }: HeadOptions,
): FoldState {
  const standardisation = fitParetoScaling(training.features);
  const scaled = ({ features, targets }: Examples): Examples => ({
    features: standardise(features, standardisation),
    targets,
  });
  return {
    training: scaled(training),
    held: scaled(held),
    offset: trainingOffset(training.targets, labels, classWeights),
    last: undefined,
  };
}

/** A copy of `rows`. */
export function takeExamples({ features, targets }: Examples, rows: ArrayLike<number>): Examples {
  return {
    features: takeRows(features, rows),
    targets: Uint16Array.from({ length: rows.length }, (_, i) => targets[rows[i]]),
  };
}
