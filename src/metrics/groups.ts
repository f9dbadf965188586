// Groups of images that are not independent of each other: patients, studies.

/** Groups numbered from 0 in order of appearance. */
export interface GroupIndex {
  /** `[n]`, number of the group of each image. */
  readonly of: Uint32Array;
  readonly count: number;
}

/** Below this many groups a variance between groups is a guess: Cameron & Miller, J Hum Resour 2015. */
export const FEW_UNITS = 10;

/** @param ids one for each image; equal ids are one group */
export function indexGroups(ids: ArrayLike<string | number>): GroupIndex {
  const numberOf = new Map<string | number, number>();
  const of = Uint32Array.from({ length: ids.length }, (_, image) => {
    const known = numberOf.get(ids[image]) ?? numberOf.size;
    numberOf.set(ids[image], known);
    return known;
  });
  return { of, count: numberOf.size };
}

/** How many independent units the images named hold: groups, or images where no groups are known. */
export function countUnits(images: readonly number[], groups: GroupIndex | null): number {
  return groups === null ? images.length : new Set(images.map((image) => groups.of[image])).size;
}

/** What a metric rests on, in independent images or groups. */
export interface Units {
  readonly all: number;
  /** The label of the metric; of one over labels the rarest that has images. */
  readonly label: string;
  /** With the label, and with others: a group that holds both counts on both sides. */
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
  return labels.map((label, k) => ({
    all: count(images),
    label,
    cases: count(images.filter((image) => targets[image] === k)),
    others: count(images.filter((image) => targets[image] !== k)),
  }));
}

/** Of a metric over labels. */
export function rarestOf(units: readonly Units[]): Units {
  const present = units.filter(({ cases }) => cases > 0);
  return present.reduce((rarest, one) => (one.cases < rarest.cases ? one : rarest));
}

/** A note for metrics whose interval rests on too few units; nothing where there are enough. */
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
