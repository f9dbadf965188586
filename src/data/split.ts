// Training, validation and testing: what was given or recorded, else retrain.py's hash rule.

import { createHash } from 'node:crypto';
import { InputError } from '../base/errors.ts';
import type { Message } from '../base/messages.ts';
import { fillSets, type Placed } from './fill-sets.ts';
import { SPLIT_NAMES, type SplitName, type SplitPercentages } from './split-names.ts';
import {
  hashedPart,
  type SplitFile,
  type SplitUnit,
  splitUnits,
  tiesOf,
  unitNumbers,
} from './units.ts';

/** The set in which an earlier run had the files with this tie (`tiesOf`). */
export type RecordedSplit = (tie: string) => SplitName | undefined;

export interface SplitRule extends SplitPercentages {
  readonly recorded?: RecordedSplit | undefined;
}

/** A file whose set somebody has decided: pre-split folders, or a column of a table. */
export interface GivenFile extends SplitFile {
  readonly split?: SplitName | undefined;
}

export interface Split {
  /** Set of each file, in the order given; undefined for a file that is not usable. */
  readonly sets: readonly (SplitName | undefined)[];
  /** The unit of each file: equal numbers stay together. */
  readonly unitOf: readonly number[];
  /** What was moved, joined or kept, for the log. */
  readonly notes: readonly Message[];
  /** Number of units in each set. */
  readonly unitCounts: Readonly<Record<SplitName, number>>;
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
  files: readonly GivenFile[],
  labels: readonly string[],
  rule: SplitRule,
  usable: (index: number) => boolean = () => true,
): Split {
  const units = splitUnits(files)
    .map((unit) => ({ ...unit, members: unit.members.filter(usable) }))
    .filter(({ members }) => members.length > 0);
  if (files.some(({ split }) => split !== undefined)) return keepGiven(files, labels, units);
  const wanted = SPLIT_NAMES.filter((name) => name === 'training' || rule[name] > 0);
  const notes: Message[] = [];
  const placed: Placed[] = units.map((unit) => {
    const percent = hashPercentage(unit.key);
    const recorded = recordedSets(unit, files, rule.recorded);
    if (recorded.length > 1) {
      notes.push([
        'info',
        `${describeUnit(unit)}: joins images recorded in ${recorded.join(' and ')}; all go to training`,
      ]);
    }
    const set = recorded.length > 1 ? 'training' : (recorded[0] ?? setAt(percent, rule));
    return { ...unit, percent, set, settled: recorded.length > 0, labels: labelsOf(unit, files) };
  });
  for (const label of labels) checkLabel(label, placed, wanted);
  const settled = placed.filter((unit) => unit.settled);
  if (settled.length > 0) {
    const images = settled.reduce((sum, { members }) => sum + members.length, 0);
    notes.push(['info', `${images} images keep the set that the model folder has recorded`]);
  }
  for (const label of labels) notes.push(...fillSets(label, placed, wanted, rule));
  return summarise(files, placed, notes);
}

/** The sets in which earlier runs had members of a unit, in the order of `SPLIT_NAMES`. */
function recordedSets(
  { members }: SplitUnit,
  files: readonly SplitFile[],
  recorded: RecordedSplit = () => undefined,
): SplitName[] {
  const found = new Set(members.flatMap((index) => tiesOf(files[index]).map(recorded)));
  return SPLIT_NAMES.filter((name) => found.has(name));
}

/** Keeps what was given: no unit is moved, but a leak is told. */
function keepGiven(
  files: readonly GivenFile[],
  labels: readonly string[],
  units: readonly SplitUnit[],
): Split {
  const leaks: string[] = [];
  const setOf = (index: number): SplitName => files[index].split ?? 'training';
  for (const unit of units) {
    const sets = SPLIT_NAMES.filter((name) => unit.members.some((index) => setOf(index) === name));
    if (sets.length < 2) continue;
    const group = unit.members.map((index) => files[index].group).find((name) => name);
    if (group !== undefined) {
      throw new InputError(
        `expected all images of group ${group} in one set, found some in ${sets.join(' and ')}`,
        {
          hint: 'give all images of a group the same split, or leave the split to imgdiag',
        },
      );
    }
    leaks.push(`${describeUnit(unit)} in ${sets.join(' and ')}`);
  }
  const notes: Message[] =
    leaks.length === 0
      ? []
      : [
          [
            'warning',
            `${leaks.length} images stand on both sides of the split, which flatters (${leaks[0]})`,
          ],
        ];
  const sets = new Map(units.flatMap(({ members }) => members.map((i) => [i, setOf(i)] as const)));
  for (const label of labels) {
    const present = [...sets].some(([i, set]) => set === 'training' && files[i].label === label);
    if (present) continue;
    throw new InputError(
      `expected training images of label ${label}, found none that can be read`,
      {
        hint: 'put images of every label into the training part',
      },
    );
  }
  const unitCounts = { training: 0, validation: 0, testing: 0 };
  for (const { members } of units) {
    for (const set of new Set(members.map(setOf))) unitCounts[set]++;
  }
  return {
    sets: files.map((_, index) => sets.get(index)),
    unitOf: unitNumbers(files.length, units),
    notes,
    unitCounts,
  };
}

function summarise(
  files: readonly SplitFile[],
  placed: readonly Placed[],
  notes: readonly Message[],
): Split {
  const sets: (SplitName | undefined)[] = files.map(() => undefined);
  const unitCounts = { training: 0, validation: 0, testing: 0 };
  for (const { members, set } of placed) {
    unitCounts[set]++;
    for (const index of members) sets[index] = set;
  }
  return { sets, unitOf: unitNumbers(files.length, placed), notes, unitCounts };
}

function setAt(percent: number, { validation, testing }: SplitPercentages): SplitName {
  if (percent < validation) return 'validation';
  return percent < validation + testing ? 'testing' : 'training';
}

function labelsOf(unit: SplitUnit, files: readonly SplitFile[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const index of unit.members) {
    const { label } = files[index];
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}

function checkLabel(label: string, placed: readonly Placed[], wanted: readonly SplitName[]): void {
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

function describeUnit({ key, members }: SplitUnit): string {
  const others = members.length - 1;
  if (others === 0) return key;
  return `${key} and ${others} ${others === 1 ? 'image that belongs' : 'images that belong'} to it`;
}
