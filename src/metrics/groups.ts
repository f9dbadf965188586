// Groups of images that are not independent of each other: patients, studies.

/** Groups numbered from 0 in order of appearance. */
export interface GroupIndex {
  /** `[n]`, group number of each image. */
  readonly of: Uint32Array;
  readonly count: number;
}

/** With fewer groups, the variance between groups is unreliable: Cameron & Miller, J Hum Resour 2015. */
export const FEW_UNITS = 10;

/** @param ids one per image; equal ids are one group */
export function indexGroups(ids: ArrayLike<string | number>): GroupIndex {
  const numberOf = new Map<string | number, number>();
  const of = Uint32Array.from({ length: ids.length }, (_, image) => {
    const known = numberOf.get(ids[image]) ?? numberOf.size;
    numberOf.set(ids[image], known);
    return known;
  });
  return { of, count: numberOf.size };
}

/** Number of independent units among the given images: groups, or images where no groups are known. */
export function countUnits(images: readonly number[], groups: GroupIndex | null): number {
  return groups === null ? images.length : new Set(images.map((image) => groups.of[image])).size;
}

/** The independent images or groups that a metric is based on. */
export interface Units {
  readonly all: number;
  /** The metric's label; for a metric over labels, the rarest label that has images. */
  readonly label: string;
  /** Units with the label, and with other labels; a group that has both counts in both. */
  readonly cases: number;
  readonly others: number;
}

/** In the order of the labels. @param targets `[n]`, label indices */
export function unitsPerLabel(
  targets: ArrayLike<number>,
  labels: readonly string[],
  groups: GroupIndex | null,
): Units[] {
  const images = Array.from({ length: targets.length }, (_, image) => image);
  const count = (among: readonly number[]) => countUnits(among, groups);
  const all = count(images);
  return labels.map((label, k) => ({
    all,
    label,
    cases: count(images.filter((image) => targets[image] === k)),
    others: count(images.filter((image) => targets[image] !== k)),
  }));
}

/** The units of a metric over labels. */
export function rarestOf(units: readonly Units[]): Units {
  const present = units.filter(({ cases }) => cases > 0);
  return present.reduce((rarest, one) => (one.cases < rarest.cases ? one : rarest));
}

/** A note for intervals based on too few units; empty where there are enough. */
export function fewUnitsNote(
  units: number,
  groups: GroupIndex | null,
  whose = '',
): { readonly note?: string } {
  if (units >= FEW_UNITS) return {};
  const noun = groups === null ? 'image' : 'group';
  return {
    note: `the interval is unreliable: only ${units} ${noun}${units === 1 ? '' : 's'}${whose}`,
  };
}
