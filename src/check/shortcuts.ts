// Shortcuts: properties of the files that predict the label by themselves, which a network may
// learn instead of what the images show.

import { assignFolds } from '../data/folds.ts';
import { balancedAccuracyOf, countTopLabels } from '../metrics/confusion.ts';
import { percentText } from '../metrics/format.ts';
import type { Finding } from './findings.ts';
import { type CheckInput, propertyOf } from './input.ts';

const FOLDS = 5;
/** Balanced accuracies are averaged over this many assignments to folds. */
const ROUNDS = 5;
/** Numbers are divided into at most this many bins of equal size. */
const MOST_BINS = 8;
/** Training images of each label that a bin should have at least. */
const PER_BIN = 10;
/**
 * Standard errors above chance from which a shortcut is reported. Without any association, the
 * standard deviation of the metric is 1.0 to 1.3 of them (docs/decisions.md): with a dozen
 * properties, one dataset in 200 shows a false shortcut.
 */
const LEAST_ERRORS = 4;
/** And at least this much above chance, as a share of the difference between chance and 100 %. */
const LEAST_GAIN = 0.1;

/** One value per image: numbers, or words. */
export interface Property {
  readonly name: string;
  readonly values: readonly number[] | readonly string[];
}

/** The properties that are cached with the features, and what follows from them. */
export function cachedProperties(input: Pick<CheckInput, 'properties'>): Property[] {
  const column = (name: Parameters<typeof propertyOf>[1]) => [...propertyOf(input, name)];
  const [width, height] = [column('width'), column('height')];
  const aspect = width.map((value, row) => value / Math.max(1, height[row]));
  return [
    { name: 'width', values: width },
    { name: 'height', values: height },
    { name: 'aspect ratio', values: aspect },
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
    // Images of one unit are not independent cases.
    const variance = groups.reduce((sum, count) => sum + (chance * (1 - chance)) / count, 0);
    const error = Math.sqrt(variance) / labels.length;
    const gain = (accuracy - chance) / (1 - chance);
    if (accuracy - chance < LEAST_ERRORS * error || gain < LEAST_GAIN) return [];
    const subject = /^(file|EXIF) /.test(property.name) ? property.name : `image ${property.name}`;
    return [
      {
        kind: 'shortcut',
        severity: 'warning',
        sentence: `${subject} alone predicts the label (balanced accuracy ${percentText(accuracy)}; chance ${percentText(chance)})`,
        items: [],
        value: accuracy,
        property: property.name,
      },
    ];
  });
  return found.sort((a, b) => (b.value as number) - (a.value as number));
}

/** Of the rule that predicts the most typical label of a bin; cross-validated by whole units. */
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
      const binOf = binning(values, training, targets, labels.length);
      const shares = sharesByBin(training.map(binOf), training, targets, labels.length);
      for (const [row, own] of folds.entries()) {
        if (own === fold) scores.set(shares(binOf(row)), row * labels.length);
      }
    }
    sum += balancedAccuracyOf(countTopLabels(scores, targets, labels.length));
  }
  return sum / ROUNDS;
}

function assignRounds({ labels, targets, units, seed }: Labelled): Uint16Array[] {
  return Array.from({ length: ROUNDS }, (_, round) =>
    assignFolds(units, targets, labels, FOLDS, seed + round),
  );
}

/** The bin of a row: its word, or the range between quantiles of the training rows. */
function binning(
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

/** How typical a bin is of each label: its share of the label's rows, with one row added. */
function sharesByBin(
  bins: readonly (string | number)[],
  training: readonly number[],
  targets: ArrayLike<number>,
  labels: number,
): (bin: string | number) => Float64Array {
  const counts = new Map<string | number, Float64Array>();
  const totals = new Float64Array(labels);
  for (const [i, bin] of bins.entries()) {
    const target = targets[training[i]];
    const own = counts.get(bin) ?? new Float64Array(labels);
    own[target]++;
    counts.set(bin, own);
    totals[target]++;
  }
  const none = new Float64Array(labels);
  return (bin) =>
    (counts.get(bin) ?? none).map((count, label) => (count + 1) / (totals[label] + counts.size));
}
