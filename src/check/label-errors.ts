// Images that are probably mislabelled, by confident learning: Northcutt, Jiang and Chuang 2021,
// Confident Learning: Estimating Uncertainty in Dataset Labels, arXiv 1911.00068.

import { scoreText } from '../base/score-text.ts';
import { assignFolds, fewestUnits } from '../data/folds.ts';
import { PLAIN_HEAD } from '../head/fit.ts';
import { searchL2 } from '../head/search-l2.ts';
import type { Finding } from './findings.ts';
import { type CheckInput, images } from './input.ts';
import type { Near } from './nearest.ts';

/** Folds of the predictions, if every label has that many units. */
const FOLDS = 5;
/** Predictions are averaged over this many assignments to folds: a single one depends on chance. */
const ROUNDS = 3;

export interface Suspicion {
  readonly row: number;
  /** The label that it looks like instead. */
  readonly other: number;
  /** Probability of that label, 0..1. */
  readonly probability: number;
  /** That probability minus that of the given label, -1..1: the normalised margin, negated. */
  readonly margin: number;
  /** Whether confident learning counts it as an error, not only as the next in rank. */
  readonly confident: boolean;
}

/**
 * Probabilities that do not depend on the image's own label: the mean of the predictions of heads
 * that were fitted without its unit, and of the shares of labels among its nearest neighbours.
 * @returns `[n, labels]`; undefined when a label has fewer than two units
 */
export async function heldOutProbabilities(
  input: CheckInput,
  neighbours: readonly (readonly Near[])[],
  signal?: AbortSignal,
): Promise<Float64Array | undefined> {
  const { labels, targets } = input;
  const probabilities = await meanOutOfFold(input, signal);
  if (probabilities === undefined) return undefined;
  return probabilities.map((probability, at) => {
    const near = neighbours[Math.floor(at / labels.length)];
    if (near.length === 0) return probability;
    const votes = near.filter(({ row }) => targets[row] === at % labels.length).length;
    return (probability + votes / near.length) / 2;
  });
}

/** Mean out-of-fold predictions over the rounds. */
async function meanOutOfFold(
  { features, targets, units, labels, seed }: CheckInput,
  signal: AbortSignal | undefined,
): Promise<Float64Array | undefined> {
  const folds = Math.min(FOLDS, fewestUnits(units, targets, labels.length));
  if (folds < 2) return undefined;
  const mean = new Float64Array(targets.length * labels.length);
  let path: readonly number[] | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const assigned = assignFolds(units, targets, labels, folds, seed + round);
    const head = { ...PLAIN_HEAD, seed };
    const examples = { features, targets };
    const choice = await searchL2(examples, assigned, labels.length, head, { path, signal });
    for (const [i, value] of choice.probabilities.entries()) mean[i] += value / ROUNDS;
    // The L2 strength hardly depends on the folds, and searching its path is most of the work.
    path = [choice.l2];
  }
  return mean;
}

/**
 * All rows, most suspect first: by normalised margin, the ranking of the paper that found most of
 * the labels that were changed on purpose (docs/decisions.md).
 * @param probabilities `[n, labels]`, out of fold
 */
export function rankSuspicions(
  probabilities: Float64Array,
  targets: ArrayLike<number>,
  labels: number,
): Suspicion[] {
  const thresholds = selfConfidences(probabilities, targets, labels);
  const found = Array.from({ length: targets.length }, (_, row): Suspicion => {
    const given = targets[row];
    const of = (label: number) => probabilities[row * labels + label];
    const others = [...Array(labels).keys()].filter((label) => label !== given);
    const other = others.reduce((best, label) => (of(label) > of(best) ? label : best));
    return {
      row,
      other,
      probability: of(other),
      margin: of(other) - of(given),
      confident: of(other) >= thresholds[other] && of(other) > of(given),
    };
  });
  return found.sort((a, b) => b.margin - a.margin || a.row - b.row);
}

/** Mean probability of a label over the images that have it: the paper's thresholds. */
function selfConfidences(
  probabilities: Float64Array,
  targets: ArrayLike<number>,
  labels: number,
): Float64Array {
  const sums = new Float64Array(labels);
  const counts = new Float64Array(labels);
  for (let row = 0; row < targets.length; row++) {
    sums[targets[row]] += probabilities[row * labels + targets[row]];
    counts[targets[row]]++;
  }
  return sums.map((sum, label) => (counts[label] === 0 ? 1 : sum / counts[label]));
}

export async function findLabelErrors(
  input: CheckInput,
  neighbours: readonly (readonly Near[])[],
  signal?: AbortSignal,
): Promise<Finding[]> {
  const probabilities = await heldOutProbabilities(input, neighbours, signal);
  if (probabilities === undefined) return [];
  const { labels, targets, files } = input;
  const suspects = rankSuspicions(probabilities, targets, labels.length).filter((s) => s.confident);
  if (suspects.length === 0) return [];
  return [
    {
      kind: 'label_errors',
      severity: 'note',
      sentence: `${images(suspects.length)} may be mislabelled, or just hard to classify: review before changing anything`,
      items: suspects.map(({ row, other, probability, margin }) => ({
        paths: [files[row].path],
        detail: `looks like ${labels[other]} (${scoreText(probability, 2)})`,
        score: margin,
      })),
    },
  ];
}
