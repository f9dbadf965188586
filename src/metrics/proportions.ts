// Proportions with Wilson's 95 % intervals, on an effective sample size where images come in groups.

import type { Confusion } from './confusion.ts';
import type { Estimate, Interval } from './estimate.ts';
import { countUnits, fewUnitsNote, type GroupIndex } from './groups.ts';

/** The 97.5 % point of the standard normal distribution. */
export const Z95 = 1.959963984540054;

/**
 * Wilson's score interval, J Am Stat Assoc 1927; never empty, and recommended for small
 * samples by Brown, Cai & DasGupta (Stat Sci 2001).
 * @param share 0..1
 * @param size images, or an effective number of them; above 0, need not be whole
 */
export function wilsonInterval(share: number, size: number): Interval {
  const z2 = Z95 * Z95;
  const centre = share + z2 / (2 * size);
  const half = Z95 * Math.sqrt((share * (1 - share)) / size + z2 / (4 * size * size));
  const scale = 1 + z2 / size;
  return [
    share === 0 ? 0 : Math.max(0, (centre - half) / scale),
    share === 1 ? 1 : Math.min(1, (centre + half) / scale),
  ];
}

/**
 * The number of independent images that carry as much information as these grouped ones: n / design
 * effect, and less where the design effect is estimated from few groups (Korn & Graubard, Survey Methodology 1998; with
 * Wilson's interval as Franco et al., J Surv Stat Methodol 2019, recommend). The design effect is
 * the variance of a ratio estimator over groups, over the binomial variance; at least 1.
 * Where all images are hits, or none is, the correlation within groups cannot be estimated and is
 * taken to be 1, which gives Kish's n^2 / sum of squared group sizes.
 * @param hits `[n]`, 0 or 1; n at least 1
 * @param groups `[n]`, equal numbers are one group
 * @returns 1..n
 */
export function effectiveSize(hits: ArrayLike<number>, groups: ArrayLike<number>): number {
  const images = hits.length;
  const tally = new Map<number, { size: number; hits: number }>();
  let allHits = 0;
  for (let i = 0; i < images; i++) {
    const group = tally.get(groups[i]) ?? { size: 0, hits: 0 };
    tally.set(groups[i], { size: group.size + 1, hits: group.hits + hits[i] });
    allHits += hits[i];
  }
  const share = allHits / images;
  const all = [...tally.values()];
  const sum = (of: (group: { size: number; hits: number }) => number) =>
    all.reduce((total, group) => total + of(group), 0);
  if (share === 0 || share === 1 || all.length === 1) {
    return images ** 2 / sum(({ size }) => size ** 2);
  }
  const spread = sum((group) => (group.hits - share * group.size) ** 2);
  const variance = (spread * all.length) / (all.length - 1) / images ** 2;
  const binomial = (share * (1 - share)) / (images - 1);
  const designEffect = Math.max(1, variance / binomial);
  const fewGroups = (studentT95(all.length - 1) / Z95) ** 2;
  return Math.max(1, images / designEffect / fewGroups);
}

/**
 * The 97.5 % point of Student's t by Abramowitz & Stegun 26.7.5: 0.1 % low at 5 degrees of freedom,
 * 0.7 % at 3.
 */
function studentT95(degrees: number): number {
  const z = Z95;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}

/** Wilson's interval for a value, rescaled from its range to 0..1 and back. */
export function scaledWilson(value: number, size: number, [low, high]: Interval): Interval {
  const [from, to] = wilsonInterval((value - low) / (high - low), size);
  return [low + (high - low) * from, low + (high - low) * to];
}

/** Whether an image counts; `label` is the index of the share's label. */
type Rule = (truth: number, predicted: number, label: number) => boolean;

/** A metric that is a share of images. */
export interface Share {
  /** Which images are in the denominator. */
  readonly counts: Rule;
  /** Which of these are in the numerator. */
  readonly hits: Rule;
  /** Why it is undefined where no image counts, to be followed by the label's name. */
  readonly lack: string;
}

/**
 * @param split `[n]` each, label indices
 * @param label index of the label, `name` its name
 */
export function estimateShare(
  { counts, hits, lack }: Share,
  { targets, predicted }: Readonly<Record<'targets' | 'predicted', ArrayLike<number>>>,
  label: number,
  name: string,
  groups: GroupIndex | null,
): Estimate {
  const holds = (rule: Rule) => (image: number) => rule(targets[image], predicted[image], label);
  const images = Array.from({ length: targets.length }, (_, image) => image).filter(holds(counts));
  if (images.length === 0) return { value: null, interval: null, note: `${lack} ${name}` };
  const found = images.map((image) => Number(holds(hits)(image)));
  const value = found.reduce((sum, hit) => sum + hit, 0) / images.length;
  if (groups === null) return { value, interval: wilsonInterval(value, images.length) };
  const size = effectiveSize(
    found,
    images.map((image) => groups.of[image]),
  );
  const note = fewUnitsNote(countUnits(images, groups), groups);
  return { value, interval: wilsonInterval(value, size), ...note };
}

/** The denominator of a share: its number of images. */
export function countOf({ counts }: Share, confusion: Confusion, label: number): number {
  const sizes = confusion.flatMap((row, truth) => row.filter((_, k) => counts(truth, k, label)));
  return sizes.reduce((sum, images) => sum + images, 0);
}
