// K-fold cross-validation over all images that are not for testing, every choice made inside.

import { takeRows } from '../base/matrix.ts';
import { assignFolds } from '../data/folds.ts';
import { applyHead } from '../head/head.ts';
import { logPriorOffset, offsetProbabilities } from '../head/prior.ts';
import { balancedAccuracyOf, countConfusion } from '../metrics/confusion.ts';
import { macroAuc } from '../metrics/ranking.ts';
import { fitBaselines } from './baselines.ts';
import { type ChooseOptions, fewestUnitsOf, settleL2 } from './l2-strength.ts';
import { fit, type LearnOptions } from './learn.ts';
import { type Pool, plainExamples, rowsWhere } from './pool.ts';

/** Mean and standard deviation (divided by folds - 1) over the folds. */
export interface Spread {
  readonly mean: number;
  readonly sd: number;
}

interface Spreads {
  readonly accuracy: Spread;
  readonly balanced_accuracy: Spread;
}

/** Metrics named as they are saved. */
export interface CrossValidation extends Spreads {
  readonly folds: number;
  readonly images: number;
  readonly auc: Spread | null;
  readonly majority_baseline: { readonly accuracy: Spread };
  readonly nearest_centroid_baseline: Spreads;
  readonly metadata_baseline: Spreads;
}

export interface CrossValidated {
  readonly metrics: CrossValidation;
  /** Fold of each row of the pool. */
  readonly folds: ArrayLike<number>;
  /**
   * Of each row, by the head of the folds that it was not in, at those folds' shares of labels:
   * `[rows, labels]`.
   */
  readonly probabilities: Float64Array;
}

export interface CrossValidationOptions {
  readonly folds: number;
  readonly seed: number;
  readonly fit: ChooseOptions['fit'];
  /** Stated prevalence of each label, made of the training shares; undefined: those. */
  readonly prevalence: ((shares: readonly number[]) => readonly number[]) | undefined;
  /** `--l2`. */
  readonly l2: number | undefined;
  readonly signal: AbortSignal | undefined;
  onFold(fold: number, accuracy: number, images: number): void;
}

/** @throws InputError when a label has fewer units than there are folds */
export async function crossValidate(
  pool: Pool,
  labels: readonly string[],
  options: CrossValidationOptions,
): Promise<CrossValidated> {
  const { folds: count, seed, signal } = options;
  const folds = assignFolds(pool.units, pool.targets, labels, count, seed);
  const probabilities = new Float64Array(pool.units.length * labels.length);
  const perFold: FoldMetrics[] = [];
  for (let fold = 0; fold < count; fold++) {
    const rows = rowsWhere(pool, (row) => folds[row] !== fold);
    const held = rowsWhere(pool, (row) => folds[row] === fold);
    const { fit: fitOptions, prevalence } = options;
    const chosen = await settleL2(
      { ...pool, isValidation: pool.units.map(() => false) },
      rows,
      labels,
      {
        fit: fitOptions,
        given: options.l2,
        mayFold: true,
        seed,
        signal,
      },
    );
    const learnOptions = { fit: { ...fitOptions, l2: chosen.l2 } };
    const steps = await stepsOf(pool, rows, labels, learnOptions, options);
    const { head, shares } = await fit(
      pool,
      rows,
      [],
      labels.length,
      { fit: { ...learnOptions.fit, steps, earlyStoppingPatience: 0 } },
      { onStep() {}, signal },
    );
    const examples = plainExamples(pool, held);
    const found = applyHead(head, examples.features);
    for (const [i, row] of held.entries()) {
      probabilities.set(
        found.subarray(i * labels.length, (i + 1) * labels.length),
        row * labels.length,
      );
    }
    const score = await fitBaselines(pool, rows, labels.length);
    const baselines = score({ ...examples, properties: takeRows(pool.properties, held) });
    const offset = logPriorOffset(shares, prevalence?.(shares) ?? shares);
    const stated = offsetProbabilities(found, offset);
    const metrics = { ...metricsOf(stated, examples.targets, labels.length), ...baselines };
    perFold.push(metrics);
    options.onFold(fold, metrics.accuracy, held.length);
  }
  return { metrics: summarise(perFold, count, pool.units.length), folds, probabilities };
}

/** Early stopping looks at a tenth of the fold's own training part, never at the images held out. */
async function stepsOf(
  pool: Pool,
  rows: readonly number[],
  labels: readonly string[],
  options: LearnOptions,
  { seed, signal }: Pick<CrossValidationOptions, 'seed' | 'signal'>,
): Promise<number> {
  const { steps, earlyStoppingPatience: patience } = options.fit;
  const folds = Math.min(10, fewestUnitsOf(pool, rows, labels.length));
  if (patience === 0 || folds < 2) return steps;
  const units = rows.map((row) => pool.units[row]);
  const targets = rows.map((row) => pool.targets[row]);
  const tenth = assignFolds(units, targets, labels, folds, seed);
  const watch = rows.filter((_, index) => tenth[index] === 0);
  const others = rows.filter((_, index) => tenth[index] !== 0);
  const hooks = { onStep() {}, signal };
  const { result } = await fit(pool, others, watch, labels.length, options, hooks);
  return result.bestSteps;
}

type FoldMetrics = ReturnType<typeof metricsOf> &
  ReturnType<Awaited<ReturnType<typeof fitBaselines>>>;

function metricsOf(found: Float64Array, targets: ArrayLike<number>, labels: number) {
  const confusion = countConfusion(found, targets, labels);
  const support = confusion.map((row) => row.reduce((sum, cases) => sum + cases, 0));
  const correct = confusion.reduce((sum, row, k) => sum + row[k], 0);
  return {
    accuracy: correct / targets.length,
    balanced_accuracy: balancedAccuracyOf(confusion),
    auc: macroAuc(found, targets, labels),
    majority: Math.max(...support) / targets.length,
  };
}

function summarise(
  perFold: readonly FoldMetrics[],
  folds: number,
  images: number,
): CrossValidation {
  const over = (pick: (metrics: FoldMetrics) => number) => spreadOf(perFold.map(pick));
  const areas = perFold.flatMap(({ auc }) => auc ?? []);
  return {
    folds,
    images,
    accuracy: over((f) => f.accuracy),
    balanced_accuracy: over((f) => f.balanced_accuracy),
    auc: areas.length === perFold.length ? spreadOf(areas) : null,
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

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
