// Properties of the files that tell the label by themselves: what a network may learn instead of
// what the images show.

import { assignFolds } from '../data/folds.ts';
import { balancedAccuracyOf, countConfusion } from '../metrics/confusion.ts';
import type { Finding } from './findings.ts';
import { type CheckInput, propertyOf } from './input.ts';

const FOLDS = 5;
/** Balanced accuracies are averaged over so many assignments to folds. */
const ROUNDS = 5;
/** Parts of equal size into which numbers are cut. */
const MOST_BINS = 8;
/** Training images that a part should have at least of each label. */
const PER_BIN = 10;
/**
 * Standard errors above chance from which on it is told. Without any relation the metric spreads by
 * 1.0 to 1.3 of them (docs/decisions.md): a dozen properties show a shortcut in one set of 200.
 */
const CLEARLY = 4;
/** And by how much at least, as a share of the way from chance to certainty. */
const WORTH_TELLING = 0.1;

/** A value of each image, numbers or words. */
export interface Property {
  readonly name: string;
  readonly values: readonly number[] | readonly string[];
}

/** What the properties tell that are cached with the features. */
export function cachedProperties(input: Pick<CheckInput, 'properties'>): Property[] {
  const column = (name: Parameters<typeof propertyOf>[1]) => [...propertyOf(input, name)];
  const [width, height] = [column('width'), column('height')];
  const aspect = width.map((value, row) => value / Math.max(1, height[row]));
  return [
    { name: 'width', values: width },
    { name: 'height', values: height },
    { name: 'aspect', values: aspect },
    { name: 'orientation', values: aspect.map(orientationOf) },
    { name: 'brightness', values: column('mean') },
    { name: 'file size', values: column('bytes') },
  ];
}

function orientationOf(aspect: number): string {
  if (aspect === 1) return 'square';
  return aspect > 1 ? 'landscape' : 'portrait';
}

type Labelled = Pick<CheckInput, 'labels' | 'targets' | 'units' | 'seed'>;

export function findShortcuts(input: Labelled, properties: readonly Property[]): Finding[] {
  const { labels, targets, units } = input;
  const groups = labels.map(
    (_, label) => new Set(units.filter((_, row) => targets[row] === label)).size,
  );
  if (Math.min(...groups) < FOLDS) return [];
  const chance = 1 / labels.length;
  const rounds = assignRounds(input);
  const found = properties.flatMap((property): Finding[] => {
    const accuracy = balancedAccuracy(input, property, rounds);
    // Images of one unit are no independent cases.
    const variance = groups.reduce((sum, count) => sum + (chance * (1 - chance)) / count, 0);
    const error = Math.sqrt(variance) / labels.length;
    const gain = (accuracy - chance) / (1 - chance);
    if (accuracy - chance < CLEARLY * error || gain < WORTH_TELLING) return [];
    const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
    return [
      {
        kind: 'shortcut',
        severity: 'warning',
        sentence: `${property.name} alone tells the label: balanced accuracy ${percent(accuracy)}, ${percent(chance)} by chance`,
        items: [],
        value: accuracy,
        property: property.name,
      },
    ];
  });
  return found.sort((a, b) => (b.value as number) - (a.value as number));
}

/** Cross-validated, whole units held out: of the rule that takes the most typical label of a part. */
export function balancedAccuracy(
  input: Labelled,
  { values }: Property,
  rounds = assignRounds(input),
): number {
  const { labels, targets } = input;
  if (new Set<unknown>(values).size < 2) return 1 / labels.length;
  let sum = 0;
  for (const folds of rounds) {
    const scores = new Float64Array(targets.length * labels.length);
    for (let fold = 0; fold < FOLDS; fold++) {
      const training = [...folds.keys()].filter((row) => folds[row] !== fold);
      const partOf = partition(values, training, targets, labels.length);
      const shares = sharesByPart(training.map(partOf), training, targets, labels.length);
      for (const [row, own] of folds.entries()) {
        if (own === fold) scores.set(shares(partOf(row)), row * labels.length);
      }
    }
    sum += balancedAccuracyOf(countConfusion(scores, targets, labels.length));
  }
  return sum / ROUNDS;
}

function assignRounds({ labels, targets, units, seed }: Labelled): Uint16Array[] {
  return Array.from({ length: ROUNDS }, (_, round) =>
    assignFolds(units, targets, labels, FOLDS, seed + round),
  );
}

/** The part that a row falls into: its word, or the range between quantiles of the training rows. */
function partition(
  values: readonly number[] | readonly string[],
  training: readonly number[],
  targets: ArrayLike<number>,
  labels: number,
): (row: number) => string | number {
  if (typeof values[0] === 'string') return (row) => values[row];
  const numbers = values as readonly number[];
  const counts = new Array<number>(labels).fill(0);
  for (const row of training) counts[targets[row]]++;
  const bins = Math.max(2, Math.min(MOST_BINS, Math.floor(Math.min(...counts) / PER_BIN)));
  const sorted = training.map((row) => numbers[row]).sort((a, b) => a - b);
  const edges = Array.from(
    { length: bins - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)],
  );
  return (row) => edges.filter((edge) => numbers[row] >= edge).length;
}

/** How typical a part is of each label: its share among the label's rows, one row added to each. */
function sharesByPart(
  parts: readonly (string | number)[],
  training: readonly number[],
  targets: ArrayLike<number>,
  labels: number,
): (part: string | number) => Float64Array {
  const counts = new Map<string | number, Float64Array>();
  const totals = new Float64Array(labels);
  for (const [i, part] of parts.entries()) {
    const target = targets[training[i]];
    const own = counts.get(part) ?? new Float64Array(labels);
    own[target]++;
    counts.set(part, own);
    totals[target]++;
  }
  const none = new Float64Array(labels);
  return (part) =>
    (counts.get(part) ?? none).map((count, label) => (count + 1) / (totals[label] + counts.size));
}
