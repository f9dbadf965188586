// Training, validation and testing: retrain.py's hash rule, applied to whole units.

import { createHash } from 'node:crypto';
import { InputError } from '../base/errors.ts';
import { hashedPart, type SplitFile, type SplitUnit, splitUnits } from './units.ts';

export type SetName = 'training' | 'validation' | 'testing';
export const SET_NAMES: readonly SetName[] = ['training', 'validation', 'testing'];

/** Shares in percent; what is left over is for training. */
export interface SplitPercentages {
  readonly testing: number;
  readonly validation: number;
}

export interface Split {
  /** Set of each file, in the order given; undefined for a file that is not usable. */
  readonly sets: readonly (SetName | undefined)[];
  /** Units that were moved so that no label lacks a set, as sentences for the log. */
  readonly moves: readonly string[];
  /** Number of units in each set. */
  readonly unitCounts: Readonly<Record<SetName, number>>;
}

/** 2^27 - 1, the constant of retrain.py (MAX_NUM_IMAGES_PER_CLASS). */
const HASH_RANGE = 2 ** 27 - 1;

/** Where a path falls between 0 and 100: SHA-1 mod 2^27, scaled, as retrain.py computes it. */
export function hashPercentage(path: string): number {
  const digest = createHash('sha1').update(hashedPart(path)).digest();
  return (digest.readUInt32BE(16) % (HASH_RANGE + 1)) * (100 / HASH_RANGE);
}

/**
 * Assigns every usable file to a set. A unit keeps its place when another file is unusable, since
 * its key comes from all of its members.
 * @param labels every label that must be in each set wanted
 * @throws InputError when a label has too few independent units to be in every set wanted
 */
export function splitFiles(
  files: readonly SplitFile[],
  labels: readonly string[],
  percentages: SplitPercentages,
  usable: (index: number) => boolean = () => true,
): Split {
  const wanted = SET_NAMES.filter((name) => name === 'training' || percentages[name] > 0);
  const placed: Placed[] = splitUnits(files)
    .map((unit) => ({ ...unit, members: unit.members.filter(usable) }))
    .filter(({ members }) => members.length > 0)
    .map((unit) => {
      const percent = hashPercentage(unit.key);
      return { ...unit, percent, set: setAt(percent, percentages), labels: labelsOf(unit, files) };
    });
  for (const label of labels) checkLabel(label, placed, wanted);
  const moves = labels.flatMap((label) => fillSets(label, placed, wanted, percentages));

  const sets: (SetName | undefined)[] = files.map(() => undefined);
  const unitCounts = { training: 0, validation: 0, testing: 0 };
  for (const { members, set } of placed) {
    unitCounts[set]++;
    for (const index of members) sets[index] = set;
  }
  return { sets, moves, unitCounts };
}

interface Placed extends SplitUnit {
  readonly percent: number;
  /** Number of members of each label; nearly always one label. */
  readonly labels: ReadonlyMap<string, number>;
  set: SetName;
}

/** Half-open interval of hash percentages that belongs to a set. */
function rangeOf(set: SetName, { validation, testing }: SplitPercentages): [number, number] {
  if (set === 'validation') return [0, validation];
  if (set === 'testing') return [validation, validation + testing];
  return [validation + testing, 100];
}

function setAt(percent: number, percentages: SplitPercentages): SetName {
  if (percent < percentages.validation) return 'validation';
  return percent < percentages.validation + percentages.testing ? 'testing' : 'training';
}

function labelsOf(unit: SplitUnit, files: readonly SplitFile[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const index of unit.members) {
    const { label } = files[index];
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}

function checkLabel(label: string, placed: readonly Placed[], wanted: readonly SetName[]): void {
  const units = placed.filter(({ labels }) => labels.has(label));
  if (units.length >= wanted.length) return;
  const images = units.reduce((sum, { labels }) => sum + (labels.get(label) ?? 0), 0);
  const found =
    images === units.length ? `${images}` : `${images} in only ${units.length} independent groups`;
  throw new InputError(
    `expected at least ${wanted.length} readable images of label ${label} (one each for ${wanted.join(', ')}), found ${found}`,
    {
      hint: 'add images of that label, or leave a set out with --testing_percentage 0 or --validation_percentage 0',
    },
  );
}

/** Moves whole units with the nearest hash into every wanted set that lacks `label`. */
function fillSets(
  label: string,
  placed: readonly Placed[],
  wanted: readonly SetName[],
  percentages: SplitPercentages,
): string[] {
  const moves: string[] = [];
  for (const set of wanted) {
    if (placed.some((unit) => unit.set === set && unit.labels.has(label))) continue;
    const [low, high] = rangeOf(set, percentages);
    const distance = ({ percent }: Placed) => Math.max(low - percent, percent - high, 0);
    const nearest = placed
      .filter((unit) => unit.labels.has(label) && !empties(unit, placed))
      .reduce<Placed | undefined>(
        (best, unit) => (best === undefined || distance(unit) < distance(best) ? unit : best),
        undefined,
      );
    if (nearest === undefined) {
      throw new InputError(
        `no ${set} images of label ${label} can be found without emptying another set`,
        {
          hint: 'files with identical bytes stay together; add different images of that label',
        },
      );
    }
    moves.push(
      `the hash rule left ${label} without ${set} images: moved ${describe(nearest)} there from ${nearest.set}`,
    );
    nearest.set = set;
  }
  return moves;
}

/** Whether taking `unit` away would leave its set without one of the labels that it holds. */
function empties(unit: Placed, placed: readonly Placed[]): boolean {
  return [...unit.labels.keys()].some(
    (label) =>
      !placed.some((other) => other !== unit && other.set === unit.set && other.labels.has(label)),
  );
}

function describe({ key, members }: Placed): string {
  return members.length === 1 ? key : `${key} and ${members.length - 1} files that belong to it`;
}
