// Gives every label images in each split that is wanted, as long as it has units to spare.

import { InputError } from '../base/errors.ts';
import type { Message } from '../base/messages.ts';
import type { SplitName, SplitPercentages } from './split-names.ts';
import type { SplitUnit } from './units.ts';

/** A unit that has been assigned to a split. */
export interface Placed extends SplitUnit {
  /** Hash of its key, 0..100. */
  readonly percent: number;
  /** Number of members of each label; nearly always one label. */
  readonly labels: ReadonlyMap<string, number>;
  /** Recorded by an earlier run: moved only when nothing else can be. */
  readonly settled: boolean;
  split: SplitName;
}

/** Of each label, in the order of the labels. */
export type UnitsOf = ReadonlyMap<string, readonly Placed[]>;

/**
 * Moves whole units with the nearest hash into every wanted split that lacks `label`, in place,
 * never emptying another split.
 * @param unitsOf all units that have images of each label
 * @returns what was moved
 */
export function fillSplits(
  label: string,
  unitsOf: UnitsOf,
  wanted: readonly SplitName[],
  percentages: SplitPercentages,
): Message[] {
  const moves: Message[] = [];
  const own = unitsOf.get(label) ?? [];
  for (const split of wanted) {
    if (own.some((unit) => unit.split === split)) continue;
    const nearest = nearestUnit(own, unitsOf, rangeOf(split, percentages));
    if (nearest === undefined) {
      throw new InputError(
        `expected ${split} images of label ${label}, found none that another split can spare`,
        {
          tooFew: label,
          hint: 'files with identical bytes stay together; add different images of that label',
        },
      );
    }
    moves.push([
      'info',
      `the hash rule left ${label} without ${split} images: moved ${describe(nearest)} there from ${nearest.split}`,
    ]);
    nearest.split = split;
  }
  return moves;
}

function nearestUnit(
  units: readonly Placed[],
  unitsOf: UnitsOf,
  [low, high]: readonly [number, number],
): Placed | undefined {
  const distance = ({ percent, settled }: Placed) =>
    Math.max(low - percent, percent - high, 0) + (settled ? 100 : 0);
  return units
    .filter((unit) => !empties(unit, unitsOf))
    .reduce<Placed | undefined>(
      (best, unit) => (best === undefined || distance(unit) < distance(best) ? unit : best),
      undefined,
    );
}

/** Half-open interval of hash percentages that belongs to a split. */
function rangeOf(split: SplitName, { validation, testing }: SplitPercentages): [number, number] {
  if (split === 'validation') return [0, validation];
  if (split === 'testing') return [validation, validation + testing];
  return [validation + testing, 100];
}

/** Whether taking `unit` away would leave its split without one of the labels that it holds. */
function empties(unit: Placed, unitsOf: UnitsOf): boolean {
  return [...unit.labels.keys()].some(
    (label) => !unitsOf.get(label)?.some((other) => other !== unit && other.split === unit.split),
  );
}

function describe({ key, members }: Placed): string {
  return members.length === 1 ? key : `${key} and ${members.length - 1} files that belong to it`;
}
