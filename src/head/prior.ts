// Prior correction: adapts a head from the label shares of training to the expected ones.

import { UsageError } from '../base/errors.ts';
import { copyNetwork, type Network } from './network.ts';
import { softmaxRows, TINY } from './softmax.ts';

/** Share of each label, `[labels]`, 0..1. */
export function labelShares(targets: ArrayLike<number>, labels: number): number[] {
  const shares = Array.from({ length: labels }, () => 0);
  for (let i = 0; i < targets.length; i++) shares[targets[i]] += 1 / targets.length;
  return shares;
}

/** Effective label shares of training: with `balanced`, equal for all labels seen. */
export function effectiveShares(
  shares: readonly number[],
  classWeights: 'balanced' | 'none',
): readonly number[] {
  if (classWeights === 'none') return shares;
  const present = shares.filter((share) => share > 0).length;
  return shares.map((share) => (share > 0 ? 1 / present : 0));
}

/**
 * Prevalence of every label when some are stated: the others share the rest in proportion to their
 * training shares.
 * @param stated by label index, each above 0 and below 1
 * @throws UsageError when they leave nothing for the others, or when all are stated and do not sum
 *   to 1
 */
export function statePrevalence(
  shares: readonly number[],
  stated: ReadonlyMap<number, number>,
): number[] {
  const sum = [...stated.values()].reduce((total, share) => total + share, 0);
  const rest = shares.reduce((total, share, k) => total + (stated.has(k) ? 0 : share), 0);
  const complete = stated.size === shares.length;
  if (complete ? Math.abs(sum - 1) > 1e-6 : sum >= 1) {
    throw new UsageError(
      complete
        ? `expected the prevalences of all labels to sum to 1, found ${sum}`
        : `expected the stated prevalences to sum to less than 1, found ${sum}`,
      { hint: 'give shares such as --prevalence brokenleg=0.05' },
    );
  }
  return shares.map((share, k) => stated.get(k) ?? ((1 - sum) * share) / rest);
}

/**
 * What to add to each logit to adapt probabilities learnt at shares `from` to shares `to`:
 * `ln(to / from)` (Saerens, Latinne & Decaestecker 2002,
 * https://doi.org/10.1162/089976602753284446; for logistic regression, King & Zeng 2001). It does
 * not change how images rank by one label against another. A label without training rows keeps its
 * logit.
 */
export function logPriorOffset(from: readonly number[], to: readonly number[]): Float64Array {
  return Float64Array.from(from, (share, k) =>
    share > 0 && to[k] > 0 ? Math.log(to[k] / share) : 0,
  );
}

/**
 * Adapts probabilities to other shares, as the offset of logits does.
 * @param probabilities `[n, labels]`, 0..1
 * @param offset `[labels]`, as `logPriorOffset` gives it
 */
export function offsetProbabilities(
  probabilities: Float64Array,
  offset: ArrayLike<number>,
): Float64Array {
  const labels = offset.length;
  // Logarithms as logits: their softmax is the same probabilities.
  const moved = probabilities.map((p, at) => Math.log(Math.max(p, TINY)) + offset[at % labels]);
  softmaxRows(moved, labels);
  return moved;
}

/** Offset that corrects a head to the shares of its own training rows; undefined: none needed. */
export function trainingOffset(
  targets: ArrayLike<number>,
  labels: number,
  classWeights: 'balanced' | 'none',
): Float64Array | undefined {
  if (classWeights === 'none') return undefined;
  const shares = labelShares(targets, labels);
  return logPriorOffset(effectiveShares(shares, classWeights), shares);
}

/** A copy with the offset in the last layer's bias. @param offset `[labels]` */
export function withLogitOffset(network: Network, offset: ArrayLike<number>): Network {
  const moved = copyNetwork(network);
  const { bias } = moved.layers[moved.layers.length - 1];
  for (let k = 0; k < bias.length; k++) bias[k] += offset[k];
  return moved;
}
