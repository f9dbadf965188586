// K-fold cross-validation over all but the test images, with every choice made within the fold.

import { assignFolds, type FoldRows, foldRows } from '../data/folds.ts';
import type { FitOptions } from '../head/fit.ts';
import { applyHead } from '../head/head.ts';
import { outOfFoldPredictions } from '../head/out-of-fold.ts';
import { offsetProbabilities } from '../head/prior.ts';
import { accuracyOf, balancedAccuracyOf, countTopLabels } from '../metrics/confusion.ts';
import { macroAuc } from '../metrics/ranking.ts';
import type { Baselines } from '../metrics/split-metrics.ts';
import { chooseL2 } from './choose-l2.ts';
import { fitBaselines } from './fit-baselines.ts';
import { fitPool, withFixedSteps } from './fit-pool.ts';
import { innerFolds } from './inner-folds.ts';
import { type Pool, takePool } from './pool.ts';
import { prevalenceOffset, type StatedShares } from './prevalence.ts';

/** Mean and standard deviation (divided by folds - 1) over the folds. */
export interface MeanAndSd {
  readonly mean: number;
  readonly sd: number;
}

interface Accuracies {
  readonly accuracy: MeanAndSd;
  readonly balanced_accuracy: MeanAndSd;
}

/** Named as in the manifest. */
export interface CrossValidation extends Accuracies {
  readonly folds: number;
  readonly images: number;
  readonly auc: MeanAndSd | null;
  readonly majority_baseline: { readonly accuracy: MeanAndSd };
  readonly nearest_centroid_baseline: Accuracies;
  readonly metadata_baseline: Accuracies;
}

export interface CrossValidated {
  readonly metrics: CrossValidation;
  /** Fold of each row of the pool. */
  readonly folds: ArrayLike<number>;
  /** Out-of-fold, `[rows, labels]`, at the label shares of the other folds. */
  readonly probabilities: Float64Array;
}

export interface CrossValidationOptions {
  readonly folds: number;
  /** Its seed assigns the folds. */
  readonly fit: Omit<FitOptions, 'l2'>;
  /** `--l2`; undefined: chosen in each fold. */
  readonly l2: number | undefined;
  readonly prevalence: StatedShares | undefined;
  /** For each fold the rows of the pool by the network chosen for it; default: the pool. */
  readonly foldPools?: readonly Pool[] | undefined;
  readonly signal?: AbortSignal | undefined;
  onFold?(fold: number, accuracy: number, images: number): void;
}

/** @throws InputError when a label has fewer units than there are folds */
export async function crossValidate(
  pool: Pool,
  labels: readonly string[],
  options: CrossValidationOptions,
): Promise<CrossValidated> {
  const { folds: count, fit, l2: given, prevalence, signal } = options;
  const folds = assignFolds(pool.units, pool.targets, labels, count, fit.seed);
  const isValidation = pool.isValidation.map(() => false);
  const perFold: FoldMetrics[] = [];
  const predictFold = async ({ fold, fitted, held }: FoldRows) => {
    const whole = { ...(options.foldPools?.[fold] ?? pool), isValidation };
    const training = takePool(whole, fitted);
    const heldOut = takePool(whole, held);
    const { l2 } = await chooseL2(training, labels, { head: fit, given, signal });
    const fixed = await chooseSteps(training, labels, { ...fit, l2 }, signal);
    const { head, shares } = await fitPool(training, labels.length, fixed, { signal });
    const found = applyHead(head, heldOut.features);
    const stated = offsetProbabilities(found, prevalenceOffset(shares, prevalence));
    const scoreBaselines = await fitBaselines(training, labels.length, signal);
    const metrics = {
      ...metricsOf(stated, heldOut.targets, labels.length),
      ...scoreBaselines(heldOut),
    };
    perFold.push(metrics);
    options.onFold?.(fold, metrics.accuracy, held.length);
    return found;
  };
  const probabilities = await outOfFoldPredictions(folds, labels.length, predictFold, signal);
  return { metrics: summarise(perFold, count, folds.length), folds, probabilities };
}

/** Early stopping monitors a tenth of the fold's training images, never the images held out. */
async function chooseSteps(
  training: Pool,
  labels: readonly string[],
  fit: FitOptions,
  signal: AbortSignal | undefined,
): Promise<FitOptions> {
  const stops = fit.earlyStoppingPatience > 0;
  const tenths = stops ? innerFolds(training, labels, fit.seed, 10) : undefined;
  if (tenths === undefined) return withFixedSteps(fit, fit.optimizer.steps);
  const [{ fitted, held }] = foldRows(tenths);
  const validation = takePool(training, held);
  const options = { validation, signal };
  const { result } = await fitPool(takePool(training, fitted), labels.length, fit, options);
  return withFixedSteps(fit, result.bestSteps);
}

type FoldMetrics = ReturnType<typeof metricsOf> & Baselines;

function metricsOf(found: Float64Array, targets: ArrayLike<number>, labels: number) {
  const counts = countTopLabels(found, targets, labels);
  return {
    accuracy: accuracyOf(counts),
    balanced_accuracy: balancedAccuracyOf(counts),
    auc: macroAuc(found, targets, labels),
    majority: Math.max(...counts.support) / targets.length,
  };
}

function summarise(
  perFold: readonly FoldMetrics[],
  folds: number,
  images: number,
): CrossValidation {
  const over = (pick: (metrics: FoldMetrics) => number) => meanAndSd(perFold.map(pick));
  const areas = perFold.flatMap(({ auc }) => auc ?? []);
  return {
    folds,
    images,
    accuracy: over((f) => f.accuracy),
    balanced_accuracy: over((f) => f.balanced_accuracy),
    auc: areas.length === perFold.length ? meanAndSd(areas) : null,
    majority_baseline: { accuracy: over((f) => f.majority) },
    nearest_centroid_baseline: {
      accuracy: over((f) => f.nearest_centroid_baseline.accuracy),
      balanced_accuracy: over((f) => f.nearest_centroid_baseline.balanced_accuracy),
    },
    metadata_baseline: {
      accuracy: over((f) => f.metadata_baseline.accuracy),
      balanced_accuracy: over((f) => f.metadata_baseline.balanced_accuracy),
    },
  };
}

export function meanAndSd(values: readonly number[]): MeanAndSd {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
