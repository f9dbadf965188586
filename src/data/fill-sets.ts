// The rescue rule: no label lacks a set that is wanted, as long as it has units to spare.

import { InputError } from '../base/errors.ts';
import type { Message } from '../base/messages.ts';
import type { SplitName, SplitPercentages } from './split-names.ts';
import type { SplitUnit } from './units.ts';

/** A unit that has been given a set. */
export interface Placed extends SplitUnit {
  /** Hash of its key, 0..100. */
  readonly percent: number;
  /** Number of members of each label; nearly always one label. */
  readonly labels: ReadonlyMap<string, number>;
  /** Recorded by an earlier run: moved only when nothing else can be. */
  readonly settled: boolean;
  set: SplitName;
}

/**
 * Moves whole units with the nearest hash into every wanted set that lacks `label`, in place,
 * never emptying another set.
 * @returns what was moved
 */
export function fillSets(
  label: string,
  placed: readonly Placed[],
  wanted: readonly SplitName[],
  percentages: SplitPercentages,
): Message[] {
  const moves: Message[] = [];
  for (const set of wanted) {
    if (placed.some((unit) => unit.set === set && unit.labels.has(label))) continue;
    const nearest = nearestUnit(label, placed, rangeOf(set, percentages));
    if (nearest === undefined) {
      throw new InputError(
        `expected ${set} images of label ${label}, found none that leave another set some`,
        { hint: 'files with identical bytes stay together; add different images of that label' },
      );
    }
    moves.push([
      'info',
      `the hash rule left ${label} without ${set} images: moved ${describe(nearest)} there from ${nearest.set}`,
    ]);
    nearest.set = set;
  }
  return moves;
}

function nearestUnit(
  label: string,
  placed: readonly Placed[],
  [low, high]: readonly [number, number],
): Placed | undefined {
  const distance = ({ percent, settled }: Placed) =>
    Math.max(low - percent, percent - high, 0) + (settled ? 100 : 0);
  return placed
    .filter((unit) => unit.labels.has(label) && !empties(unit, placed))
    .reduce<Placed | undefined>(
      (best, unit) => (best === undefined || distance(unit) < distance(best) ? unit : best),
      undefined,
    );
}

/** Half-open interval of hash percentages that belongs to a set. */
function rangeOf(set: SplitName, { validation, testing }: SplitPercentages): [number, number] {
  if (set === 'validation') return [0, validation];
  if (set === 'testing') return [validation, validation + testing];
  return [validation + testing, 100];
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
