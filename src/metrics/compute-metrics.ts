// Everything that is said of the scores of one set of images, with 95 % intervals.

import { collapseStrata, DRAWS, strataOf } from './bootstrap.ts';
import { correctOf, countPairs, supportOf } from './confusion.ts';
import { curvesOf } from './curves.ts';
import { countUnits, type GroupIndex, indexGroups } from './groups.ts';
import { areaOf, macroAreaOf, ratesOf } from './label-metrics.ts';
import { reliabilityBins, type ScoredSet } from './probability-scores.ts';
import { proportionOf } from './proportions.ts';
import { prepare, resample, type Statistic } from './resample.ts';
import type { SplitMetrics } from './split-metrics.ts';
import { majorityOf } from './split-summary.ts';
import { labelStatistics, unitsOfLabels, wholeStatistics } from './statistics.ts';

export interface MetricOptions {
  /** One for each image; equal ids are one patient or study. Left out: images are independent. */
  readonly groups?: readonly (string | number)[] | undefined;
  /** Of the bootstrap. */
  readonly seed?: number | undefined;
}

/** @returns null for a set without images: there is no metric to give */
export function computeSplitMetrics(
  set: ScoredSet,
  labels: readonly string[],
  options: MetricOptions = {},
): SplitMetrics | null {
  const { targets } = set;
  if (targets.length === 0) return null;
  const groups = options.groups === undefined ? null : indexGroups(options.groups);
  const prepared = prepare(set, labels.length);
  const { predicted, rankings, scores } = prepared;
  const images = [...predicted.keys()];
  const confusion = countPairs(targets, predicted, labels.length);
  const units = unitsOfLabels(images, targets, labels, groups);
  const whole = wholeStatistics(scores, countUnits(images, groups), units);
  const perLabel = units.map((one, k) => labelStatistics(k, one));
  const statistics: Statistic[] = [whole, ...perLabel].flatMap((some) => Object.values(some));
  const strata = collapseStrata(strataOf(targets, labels.length, groups));
  const resampled = resample(prepared, statistics, strata, groups, options.seed ?? 0);
  const metric = (statistic: Statistic) => resampled[statistics.indexOf(statistic)];
  const support = supportOf(confusion);
  const labelMetrics = labels.map((label, k) => ({
    label,
    support: support[k],
    ...ratesOf(label, images, groups, {
      isCase: (image) => targets[image] === k,
      isTaken: (image) => predicted[image] === k,
    }),
    f1: metric(perLabel[k].f1),
    auc: areaOf(metric(perLabel[k].auc), rankings[k], groups),
    pr_auc: metric(perLabel[k].pr_auc),
  }));
  return {
    images: images.length,
    groups: groups === null ? null : groups.count,
    correct: correctOf(confusion),
    confusion,
    accuracy: proportionOf(images, (i) => predicted[i] === targets[i], groups, 'no images'),
    balanced_accuracy: metric(whole.balanced_accuracy),
    mcc: metric(whole.mcc),
    auc: macroAreaOf(metric(whole.auc), labelMetrics, groups),
    pr_auc: metric(whole.pr_auc),
    log_loss: metric(whole.log_loss),
    brier: metric(whole.brier),
    ece: metric(whole.ece),
    majority_baseline: majorityOf(support, labels),
    labels: labelMetrics,
    reliability: reliabilityBins(scores),
    curves: labels.map((label, k) => curvesOf(label, rankings[k])),
    intervals: describeIntervals(groups),
  };
}

function describeIntervals(groups: GroupIndex | null): string {
  const draws = `${DRAWS.toLocaleString('en-GB')} seeded draws`;
  return groups === null
    ? `95 %: Wilson for proportions, DeLong on the logit scale for ROC AUC, bootstrap of images within labels (${draws}) for the rest; that of the calibration error begins at 0 where chance alone may give it`
    : `95 %: Wilson on the effective sample size for proportions, bootstrap of whole groups within labels (${draws}) for the rest; that of the calibration error begins at 0 where chance alone may give it`;
}
