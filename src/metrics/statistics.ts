// The metrics that are resampled: what each is, and what is said of it where draws cannot tell.

import { TINY } from '../head/softmax.ts';
import { newcombeInterval } from './auc-interval.ts';
import { balancedAccuracyOf, f1Of, matthewsCorrelation } from './confusion.ts';
import type { Interval } from './estimate.ts';
import { countUnits, type GroupIndex } from './groups.ts';
import {
  calibrationError,
  calibrationGaps,
  type ImageScores,
  weightedMean,
} from './probability-scores.ts';
import { wilsonInterval } from './proportions.ts';
import { meanOfDefined } from './ranking.ts';
import type { Statistic } from './resample.ts';

/** Independent images or groups with one label, and with others. */
export interface LabelUnits {
  readonly label: string;
  readonly cases: number;
  readonly others: number;
}

/** A group that holds cases and others counts on both sides. */
export function unitsOfLabels(
  images: readonly number[],
  targets: ArrayLike<number>,
  labels: readonly string[],
  groups: GroupIndex | null,
): LabelUnits[] {
  return labels.map((label, k) => ({
    label,
    cases: countUnits(
      images.filter((image) => targets[image] === k),
      groups,
    ),
    others: countUnits(
      images.filter((image) => targets[image] !== k),
      groups,
    ),
  }));
}

const ONE_LABEL = 'all images are of one label';

/** Of the whole set. @param units all images or groups */
export function wholeStatistics(scores: ImageScores, units: number, labels: readonly LabelUnits[]) {
  const rarest = rarestOf(labels);
  const resting = { units: rarest.cases, whose: ` of ${rarest.label}` };
  const gaps = calibrationGaps(scores, new Float64Array(scores.bins.length).fill(1));
  return {
    balanced_accuracy: {
      of: ({ confusion }) => balancedAccuracyOf(confusion),
      reason: 'no images',
      ...resting,
      withoutSpread: (value) => wilsonInterval(value, rarest.cases),
    },
    mcc: {
      of: ({ confusion }) => matthewsCorrelation(confusion),
      reason:
        labels.filter(({ cases }) => cases > 0).length < 2
          ? ONE_LABEL
          : 'all images are taken for one label',
      ...resting,
      withoutSpread: (value) =>
        scaled(wilsonInterval((value + 1) / 2, rarest.cases), (x) => 2 * x - 1),
    },
    auc: {
      of: ({ areas }) => meanOfDefined(areas.map(({ roc }) => roc)),
      reason: ONE_LABEL,
      ...resting,
      withoutSpread: (value) => newcombeInterval(value, rarest.cases, rarest.others),
    },
    pr_auc: {
      of: ({ areas }) => meanOfDefined(areas.map(({ pr }) => pr)),
      reason: ONE_LABEL,
      ...resting,
      withoutSpread: (value) => wilsonInterval(value, rarest.cases),
    },
    log_loss: {
      of: ({ weights }) => weightedMean(scores.losses, weights),
      reason: 'no images',
      ...resting,
      // Of the geometric mean of the probabilities of the truth.
      withoutSpread: (value) => {
        const [low, high] = wilsonInterval(Math.exp(-value), units);
        return [-Math.log(high), -Math.log(Math.max(low, TINY))];
      },
    },
    brier: {
      of: ({ weights }) => weightedMean(scores.squares, weights),
      reason: 'no images',
      ...resting,
      withoutSpread: (value) => scaled(wilsonInterval(value / 2, units), (x) => 2 * x),
    },
    ece: {
      of: ({ weights }) => calibrationError(calibrationGaps(scores, weights)),
      noise: ({ weights }) =>
        calibrationError(calibrationGaps(scores, weights).map((gap, bin) => gap - gaps[bin])),
      reason: 'no images',
      ...resting,
      withoutSpread: (value) => wilsonInterval(value, units),
    },
  } as const satisfies Record<string, Statistic>;
}

/**
 * Of the label at place `k`. Where all draws agree the metric is taken for a proportion of the
 * fewer of cases and others: no mean of values within 0..1 varies more than a proportion does.
 */
export function labelStatistics(k: number, { label, cases, others }: LabelUnits) {
  const units = Math.min(cases, others);
  const lacking = cases === 0 ? `no image of ${label}` : `every image is of ${label}`;
  return {
    f1: {
      of: ({ confusion, support, taken }) => f1Of(confusion[k][k], support[k], taken[k]),
      reason: `no image of ${label}`,
      units: cases,
      withoutSpread: (value) => wilsonInterval(value, cases),
    },
    auc: {
      of: ({ areas }) => areas[k].roc,
      reason: lacking,
      units,
      withoutSpread: (value) => newcombeInterval(value, cases, others),
    },
    pr_auc: {
      of: ({ areas }) => areas[k].pr,
      reason: lacking,
      units,
      withoutSpread: (value) => wilsonInterval(value, cases),
    },
  } as const satisfies Record<string, Statistic>;
}

function rarestOf(labels: readonly LabelUnits[]): LabelUnits {
  const present = labels.filter(({ cases }) => cases > 0);
  return present.reduce((rarest, one) => (one.cases < rarest.cases ? one : rarest), present[0]);
}

function scaled([low, high]: Interval, to: (end: number) => number): Interval {
  return [to(low), to(high)];
}
