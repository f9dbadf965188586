// Images that are dark, bright, blurred, tiny, or elongated.

import type { Finding, FindingItem, FindingKind } from './findings.ts';
import { type CheckInput, imagesAre, propertyOf } from './input.ts';
import { median, OUTLYING, robustScores } from './robust.ts';

/** Grey levels, 0..255: nearly all pixels are within two standard deviations of the mean. */
const DARK_BELOW = 50;
const BRIGHT_ABOVE = 205;
const DEVIATIONS = 2;
/** Shorter side in pixels: below this, the network's input is enlarged more than three times. */
const TINY_BELOW = 64;
/** Longer side / shorter side: above this, an image scaled to a square is hard to recognise. */
const ODD_ASPECT = 3;
/** Sharpness of a blurred image, as a share of the median. */
const BLURRED_SHARE = 1 / 6;

type Rows = Pick<CheckInput, 'files' | 'properties'>;

interface Oddity {
  readonly kind: FindingKind;
  readonly what: string;
  /** Larger is worse; undefined: nothing odd. */
  score(row: number): number | undefined;
  detail(row: number): string;
}

/** Findings from the properties that are cached with the features. */
export function findOddities(input: Rows): Finding[] {
  const [mean, variance, width, height] = (['mean', 'variance', 'width', 'height'] as const).map(
    (name) => propertyOf(input, name),
  );
  const spread = (row: number) => DEVIATIONS * Math.sqrt(variance[row]);
  const shorter = (row: number) => Math.min(width[row], height[row]);
  const aspect = (row: number) => Math.max(width[row], height[row]) / Math.max(1, shorter(row));
  const size = (row: number) => `${width[row]} x ${height[row]} pixels`;
  const over = (excess: number) => (excess > 0 ? excess : undefined);
  const oddities: Oddity[] = [
    {
      kind: 'dark',
      what: 'almost entirely black',
      score: (row) => over(DARK_BELOW - mean[row] - spread(row)),
      detail: (row) => `mean grey level ${mean[row].toFixed(0)} of 255`,
    },
    {
      kind: 'bright',
      what: 'almost entirely white',
      score: (row) => over(mean[row] - spread(row) - BRIGHT_ABOVE),
      detail: (row) => `mean grey level ${mean[row].toFixed(0)} of 255`,
    },
    {
      kind: 'tiny',
      what: `less than ${TINY_BELOW} pixels wide or high`,
      score: (row) => over(TINY_BELOW - shorter(row)),
      detail: size,
    },
    {
      kind: 'odd_aspect',
      what: `more than ${ODD_ASPECT} times as long as wide`,
      score: (row) => over(aspect(row) - ODD_ASPECT),
      detail: size,
    },
  ];
  return oddities.flatMap((oddity) => findingOf(input, oddity));
}

/** @param sharpness of each image, as `sharpnessOf` gives it */
export function findBlurred(input: Rows, sharpness: ArrayLike<number>): Finding[] {
  if (sharpness.length === 0) return [];
  const logs = Float64Array.from(sharpness, (value) => Math.log(Math.max(value, 1e-9)));
  const scores = robustScores(logs);
  const usual = Math.exp(median(logs));
  return findingOf(input, {
    kind: 'blurred',
    what: 'much blurrier than the others',
    score: (row) =>
      scores[row] < -OUTLYING && sharpness[row] < BLURRED_SHARE * usual ? -scores[row] : undefined,
    detail: (row) => `sharpness ${(sharpness[row] / usual).toFixed(2)} times the median`,
  });
}

function findingOf({ files }: Rows, { kind, what, score, detail }: Oddity): Finding[] {
  const items = files.flatMap(({ path }, row): FindingItem[] => {
    const found = score(row);
    return found === undefined ? [] : [{ paths: [path], detail: detail(row), score: found }];
  });
  if (items.length === 0) return [];
  return [
    {
      kind,
      severity: 'note',
      sentence: `${imagesAre(items.length)} ${what}`,
      items: items.sort((a, b) => b.score - a.score),
    },
  ];
}
