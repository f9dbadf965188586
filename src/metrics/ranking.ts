// How well a label's score ranks its images above all others: areas under ROC and PR curves.

import { sumOf } from '../base/matrix.ts';

/** Images by descending score of one label; images with the label are its cases. */
export interface Ranking {
  /** `[n]`, indices of the images. */
  readonly order: Uint32Array;
  /** `[n]`, 1 where the image at this position of `order` is a case. */
  readonly isCase: Uint8Array;
  /** `[n]`, 1 where a run of equal scores ends at this position of `order`. */
  readonly isLast: Uint8Array;
  /** Position after the run of equal scores that holds the last case; 0 without cases. */
  readonly end: number;
}

export function rankImages(
  count: number,
  scoreOf: (image: number) => number,
  isCase: (image: number) => boolean,
): Ranking {
  const scores = Float64Array.from({ length: count }, (_, image) => scoreOf(image));
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  const cases = Uint8Array.from(order, (image) => Number(isCase(image)));
  const isLast = Uint8Array.from(order, (image, at) =>
    Number(at === count - 1 || scores[order[at + 1]] !== scores[image]),
  );
  const lastCase = cases.lastIndexOf(1);
  const end = lastCase === -1 ? 0 : isLast.indexOf(1, lastCase) + 1;
  return { order, isCase: cases, isLast, end };
}

/** For one label against the rest, 0..1; both NaN without cases or without others. */
export interface Areas {
  /** Mann-Whitney: share of pairs in the right order; ties count half. */
  readonly roc: number;
  /**
   * Average precision, sum of (increase in recall) x precision over descending thresholds, without
   * interpolation, as scikit-learn's `average_precision_score`.
   */
  readonly pr: number;
}

/**
 * In time linear in the images down to the last case, which a rare label has near the top.
 * @param weights `[n]`, how often each image counts, by image index
 * @param images sum of the weights
 */
export function areasUnder(
  { order, isCase, isLast, end }: Ranking,
  weights: Float64Array,
  images = sumOf(weights),
): Areas {
  let cases = 0;
  let othersAbove = 0;
  let inverted = 0;
  let precisions = 0;
  let equalCases = 0;
  let equalOthers = 0;
  for (let at = 0; at < end; at++) {
    if (isCase[at] === 1) equalCases += weights[order[at]];
    else equalOthers += weights[order[at]];
    if (isLast[at] === 0) continue;
    inverted += equalCases * (othersAbove + equalOthers / 2);
    cases += equalCases;
    othersAbove += equalOthers;
    if (equalCases > 0) precisions += (equalCases * cases) / (cases + othersAbove);
    equalCases = 0;
    equalOthers = 0;
  }
  const others = images - cases;
  // Weights may be fractions: a difference of nothing may round to about 1e-13.
  if (cases === 0 || others < 1e-9) return { roc: Number.NaN, pr: Number.NaN };
  return { roc: 1 - inverted / (cases * others), pr: precisions / cases };
}

/** Mean of the values that are not NaN; NaN where all are. */
export function meanOfDefined(values: Float64Array): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return sumOf(defined) / defined.length;
}

/** One ranking per label, against the rest. */
export function rankImagesPerLabel(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  labelCount: number,
): Ranking[] {
  return Array.from({ length: labelCount }, (_, k) =>
    rankImages(
      targets.length,
      (image) => scores[image * labelCount + k],
      (image) => targets[image] === k,
    ),
  );
}

/**
 * Area under the ROC curve, one label against the rest, averaged over the labels that have cases
 * and others (with two labels, both areas are equal).
 * @returns null with images of fewer than two labels
 */
export function macroAuc(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  labelCount: number,
): number | null {
  const once = new Float64Array(targets.length).fill(1);
  const rankings = rankImagesPerLabel(scores, targets, labelCount);
  const areas = Float64Array.from(rankings, (ranking) => areasUnder(ranking, once).roc);
  const area = meanOfDefined(areas);
  return Number.isNaN(area) ? null : area;
}

/** A run of equal scores, with its numbers of cases and others. */
export interface TieRun {
  /** Position of its last image in `order`. */
  readonly last: number;
  readonly cases: number;
  readonly others: number;
}

/** By descending score. */
export function runsOf({ isCase, isLast }: Ranking): TieRun[] {
  const runs: TieRun[] = [];
  let first = 0;
  let cases = 0;
  for (let at = 0; at < isLast.length; at++) {
    cases += isCase[at];
    if (isLast[at] === 0) continue;
    runs.push({ last: at, cases, others: at + 1 - first - cases });
    first = at + 1;
    cases = 0;
  }
  return runs;
}
