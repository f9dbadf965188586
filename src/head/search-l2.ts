// Searches for the strength of the L2 penalty with the lowest loss on rows that were held out.

import { takeRows } from '../base/matrix.ts';
import { type FoldRows, foldRows } from '../data/folds.ts';
import { type FitOptions, type FitResult, fitHead, type HeadOptions, runFit } from './fit.ts';
import type { Examples } from './network.ts';
import { outOfFoldPredictions } from './out-of-fold.ts';
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
const SEARCH_TOLERANCE = 1e-3;
const SEARCH_STEPS = 500;
/** Losses this close to each other, relatively, are as good: the stronger penalty is taken. */
const TIE = 1e-3;

export interface PathPoint {
  readonly l2: number;
  /** Mean cross-entropy in nats over all rows held out. */
  readonly logLoss: number;
}

export interface L2Search {
  readonly l2: number;
  /** As far as it was followed, strongest first. */
  readonly path: readonly PathPoint[];
  /**
   * At that strength, of the rows held out, each by a head that was fitted without its fold:
   * `[rows, labels]`, at the training shares of labels; zeros for rows that are in no fold.
   */
  readonly probabilities: Float64Array;
  /** Where it is the first or last of the whole path: the best may lie beyond. */
  readonly end: 'strongest' | 'weakest' | undefined;
}

export interface L2SearchOptions {
  readonly path?: readonly number[] | undefined;
  /** Of lbfgs; the default is enough to choose by. */
  readonly tolerance?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries strengths from strong to weak by L-BFGS, the quickest way to the optimum whatever trains
 * later. Each fold begins where it ended at the strength before.
 * @param examples raw features; standardised by the rows that a fold is fitted on
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
  const scored: Trial[] = [];
  let best: Trial | undefined;
  for (const l2 of strengths) {
    const trial = await tryStrength(folds, states, labels, { ...fit, l2 }, signal);
    scored.push(trial);
    if (!best || trial.logLoss < best.logLoss * (1 - TIE)) best = trial;
    if (trial.logLoss > best.logLoss * (1 + CLEAR_RISE)) break;
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
    // Hidden layers start afresh: from a strong penalty all their units are near 0.
    if (fit.hiddenUnits === 0) state.last = result;
    const network = offset ? withLogitOffset(result.network, offset) : result.network;
    const found = predict(network, held.features);
    sum += crossEntropy(found, held.targets, labels) * held.targets.length;
    count += held.targets.length;
    return found;
  };
  const probabilities = await outOfFoldPredictions(folds, labels, predictFold, signal);
  return { l2: fit.l2, logLoss: sum / count, probabilities };
}

/** What stays the same of a fold from one strength to the next, and where the next begins. */
interface FoldState {
  /** Standardised by the rows fitted on. */
  readonly training: Examples;
  readonly held: Examples;
  /** Brings probabilities to the training shares of labels; undefined: they are there. */
  readonly offset: Float64Array | undefined;
  /** Fit at the strength before: from there the way is short. */
  last: FitResult | undefined;
}

function prepareFold(
  training: Examples,
  held: Examples,
  labels: number,
  { classWeights }: HeadOptions,
): FoldState {
  const standardisation = fitStandardisation(training.features);
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

/** The rows named, copied. */
export function takeExamples({ features, targets }: Examples, rows: ArrayLike<number>): Examples {
  return {
    features: takeRows(features, rows),
    targets: Uint16Array.from({ length: rows.length }, (_, i) => targets[rows[i]]),
  };
}
