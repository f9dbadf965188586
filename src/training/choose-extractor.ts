// Which of several networks --extractor auto keeps: the cheapest that is about as good as the best.

import { InputError } from '../base/errors.ts';
import { assignFolds, foldRows } from '../data/folds.ts';
import type { HeadOptions } from '../head/fit.ts';
import { searchL2 } from '../head/search-l2.ts';
import { TINY } from '../head/softmax.ts';
import { standardErrorOfMean } from '../metrics/standard-error.ts';
import { innerFolds } from './inner-folds.ts';
import type { ImageRows, Pool } from './pool.ts';

/** One network against the one with the lowest log loss, in nats. */
export interface Compared {
  /** Mean over images. */
  readonly logLoss: number;
  /** Mean difference to the best over the same images; 0 for the best itself. */
  readonly difference: number;
  /** Of that difference. */
  readonly standardError: number;
}

export interface Comparison {
  /** In the order of the networks. */
  readonly networks: readonly Compared[];
  /** Index of the one that is kept. */
  readonly kept: number;
}

/**
 * Keeps the cheapest whose mean paired difference to the best is within one standard error of it.
 * @param losses of each network, the losses of the same held-out images
 * @param costs of each network; of equal costs, the lower loss is kept
 * @param groups of the images, equal numbers are one group
 */
export function compareNetworks(
  losses: readonly Float64Array[],
  costs: readonly number[],
  groups: ArrayLike<number>,
): Comparison {
  const means = losses.map(meanOf);
  const best = means.indexOf(Math.min(...means));
  const networks = losses.map((of, at): Compared => {
    const differences = of.map((loss, image) => loss - losses[best][image]);
    return {
      logLoss: means[at],
      difference: meanOf(differences),
      standardError: standardErrorOfMean(differences, groups),
    };
  });
  const near = [...networks.keys()].filter(
    (at) => networks[at].difference <= networks[at].standardError,
  );
  const [kept] = near.sort((a, b) => costs[a] - costs[b] || means[a] - means[b]);
  return { networks, kept };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface CompareOptions {
  readonly head: HeadOptions;
  /** `--l2`; undefined: for each network the strength that suits it best. */
  readonly l2: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * By inner folds, which keep units whole.
 * @returns log loss of each row of the pool, in nats, by a head that was not fitted on its unit
 * @throws InputError where a label has a single unit
 */
export async function heldOutLosses(
  pool: Pool,
  labels: readonly string[],
  { head, l2, signal }: CompareOptions,
): Promise<Float64Array> {
  const folds = foldsToCompare(pool, labels, head.seed);
  const path = l2 === undefined ? undefined : [l2];
  const { probabilities } = await searchL2(pool, folds, labels.length, head, { path, signal });
  return Float64Array.from(
    pool.targets,
    (target, row) => -Math.log(Math.max(probabilities[row * labels.length + target], TINY)),
  );
}

/** @throws InputError where a label has a single unit */
export function foldsToCompare(
  rows: Pick<ImageRows, 'units' | 'targets'>,
  labels: readonly string[],
  seed: number,
): ArrayLike<number> {
  const folds = innerFolds(rows, labels, seed);
  if (folds !== undefined) return folds;
  const counts = labels.map((_, label) => {
    const units = rows.units.filter((_, row) => rows.targets[row] === label);
    return new Set(units).size;
  });
  const fewest = Math.min(...counts);
  const label = labels[counts.indexOf(fewest)];
  throw new InputError(
    `expected at least 2 independent groups of label ${label} to compare networks on, found ${fewest}`,
    { tooFew: label, hint: 'add images of that label, or name one network: --extractor NAME' },
  );
}

/**
 * The rows of a pool that a network is chosen on: first all, for the saved model, then for each fold of
 * `--folds` those outside it.
 */
export function choosingRows(
  { units, targets }: Pick<ImageRows, 'units' | 'targets'>,
  labels: readonly string[],
  { folds, seed }: { readonly folds: number; readonly seed: number },
): (readonly number[])[] {
  const all = [...units.keys()];
  if (folds === 0) return [all];
  const assigned = assignFolds(units, targets, labels, folds, seed);
  return [all, ...foldRows(assigned).map(({ fitted }) => fitted)];
}
