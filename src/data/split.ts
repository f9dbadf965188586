// Training, validation and testing: what was given or recorded, else retrain.py's hash rule.

import { createHash } from 'node:crypto';
import { InputError } from '../base/errors.ts';
import { type Message, shorten } from '../base/messages.ts';
import { fillSplits, type Placed } from './fill-splits.ts';
import { SPLIT_NAMES, type SplitName, type SplitPercentages } from './split-names.ts';
import {
  hashedPart,
  type SplitFile,
  type SplitUnit,
  splitUnits,
  tiesOf,
  unitNumbers,
} from './units.ts';

/** The split in which an earlier run had the files with this tie (`tiesOf`). */
export type RecordedSplit = (tie: string) => SplitName | undefined;

export interface SplitRule extends SplitPercentages {
  readonly recorded?: RecordedSplit | undefined;
}

/** A file with the split that the data gives it, if any: by its folder, or a column of a table. */
export interface GivenFile extends SplitFile {
  readonly givenSplit?: SplitName | undefined;
}

export interface Split {
  /** Split of each file, in the order given; undefined for a file that is not usable. */
  readonly splitOf: readonly (SplitName | undefined)[];
  /** The unit of each file: equal numbers stay together. */
  readonly unitOf: readonly number[];
  /** What was moved, joined or kept, for the log. */
  readonly notes: readonly Message[];
  /** Number of units in each split. */
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
 * Assigns every usable file to a split. A unit keeps its place when another file is unusable, since
 * its key comes from all of its members.
 * @param labels every label that must be in each split wanted
 * @throws InputError when a label has too few independent units to be in every split wanted
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
  if (files.some(({ givenSplit }) => givenSplit !== undefined))
    return keepGiven(files, labels, units);
  const wanted = SPLIT_NAMES.filter((name) => name === 'training' || rule[name] > 0);
  const joined: Message[] = [];
  const placed: Placed[] = units.map((unit) => {
    const percent = hashPercentage(unit.key);
    const recorded = recordedSplits(unit, files, rule.recorded);
    if (recorded.length > 1) {
      joined.push([
        'info',
        `${describeUnit(unit)}: recorded in ${recorded.join(' and ')}, but belong together now; all go to training`,
      ]);
    }
    const split = recorded.length > 1 ? 'training' : (recorded[0] ?? splitAt(percent, rule));
    return { ...unit, percent, split, settled: recorded.length > 0, labels: labelsOf(unit, files) };
  });
  const unitsOf = new Map(labels.map((label): [string, Placed[]] => [label, []]));
  for (const unit of placed) {
    for (const label of unit.labels.keys()) unitsOf.get(label)?.push(unit);
  }
  for (const [label, own] of unitsOf) checkLabel(label, own, wanted);
  const notes = [
    ...shorten(joined, (count) => `${count} more were recorded in two splits; all go to training`),
  ];
  const settled = placed.filter((unit) => unit.settled);
  if (settled.length > 0) {
    const images = settled.reduce((sum, { members }) => sum + members.length, 0);
    notes.push(['info', `${images} images stay in the split that the model folder records`]);
  }
  const moves = labels.flatMap((label) => fillSplits(label, unitsOf, wanted, rule));
  notes.push(
    ...shorten(
      moves,
      (count) =>
        `the hash rule left ${count} more splits of labels empty: moved images there as well`,
    ),
  );
  return summarise(files, placed, notes);
}

/** The splits in which earlier runs had members of a unit, in the order of `SPLIT_NAMES`. */
function recordedSplits(
  { members }: SplitUnit,
  files: readonly SplitFile[],
  recorded: RecordedSplit = () => undefined,
): SplitName[] {
  const found = new Set(members.flatMap((index) => tiesOf(files[index]).map(recorded)));
  return SPLIT_NAMES.filter((name) => found.has(name));
}

/** Keeps the given split: no unit is moved, but a leak is reported. */
function keepGiven(
  files: readonly GivenFile[],
  labels: readonly string[],
  units: readonly SplitUnit[],
): Split {
  const leaks: string[] = [];
  const givenOf = (index: number): SplitName => files[index].givenSplit ?? 'training';
  for (const unit of units) {
    const splits = SPLIT_NAMES.filter((name) => unit.members.some((i) => givenOf(i) === name));
    if (splits.length < 2) continue;
    const group = unit.members.map((index) => files[index].group).find((name) => name);
    if (group !== undefined) {
      throw new InputError(
        `expected all images of group ${group} in one split, found some in ${splits.join(' and ')}`,
        {
          hint: 'put all images of a group into the same split, or let imgdiag split them',
        },
      );
    }
    leaks.push(`${describeUnit(unit)} in ${splits.join(' and ')}`);
  }
  const notes: Message[] =
    leaks.length === 0
      ? []
      : [
          [
            'warning',
            `images in more than one split: ${leaks.length}, so metrics are optimistic (${leaks[0]})`,
          ],
        ];
  const used = new Set(units.flatMap(({ members }) => members));
  for (const label of labels) {
    const present = [...used].some((i) => givenOf(i) === 'training' && files[i].label === label);
    if (present) continue;
    throw new InputError(
      `expected training images of label ${label}, found none that can be read`,
      {
        tooFew: label,
        hint: 'put images of every label into the training split',
      },
    );
  }
  const unitCounts = { training: 0, validation: 0, testing: 0 };
  for (const { members } of units) {
    for (const split of new Set(members.map(givenOf))) unitCounts[split]++;
  }
  return {
    splitOf: files.map((_, index) => (used.has(index) ? givenOf(index) : undefined)),
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
  const splitOf: (SplitName | undefined)[] = files.map(() => undefined);
  const unitCounts = { training: 0, validation: 0, testing: 0 };
  for (const { members, split } of placed) {
    unitCounts[split]++;
    for (const index of members) splitOf[index] = split;
  }
  return { splitOf, unitOf: unitNumbers(files.length, placed), notes, unitCounts };
}

function splitAt(percent: number, { validation, testing }: SplitPercentages): SplitName {
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

function checkLabel(label: string, units: readonly Placed[], wanted: readonly SplitName[]): void {
  if (units.length >= wanted.length) return;
  const images = units.reduce((sum, { labels }) => sum + (labels.get(label) ?? 0), 0);
  const found =
    images === units.length ? `${images}` : `${images} in only ${units.length} independent groups`;
  throw new InputError(
    `expected at least ${wanted.length} readable images of label ${label} (one each for ${wanted.join(', ')}), found ${found}`,
    {
      tooFew: label,
      hint: 'add images of that label, or do without a split: --testing_percentage 0 or --validation_percentage 0',
    },
  );
}

function describeUnit({ key, members }: SplitUnit): string {
  const others = members.length - 1;
  if (others === 0) return key;
  return `${key} and ${others} ${others === 1 ? 'image that belongs' : 'images that belong'} to it`;
}
