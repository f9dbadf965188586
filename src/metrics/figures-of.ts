// Everything that is said of the scores of one set of images, with 95 % intervals.

import { collapseStrata, DRAWS, strataOf } from './bootstrap.ts';
import { correctOf, countPairs, supportOf } from './confusion.ts';
import { curvesOf } from './curves.ts';
import { majorityOf, type ScoredSet } from './evaluate.ts';
import { countUnits, type GroupIndex, indexGroups } from './groups.ts';
import { areaOf, macroAreaOf, ratesOf } from './label-figures.ts';
import { reliabilityBins } from './probability-scores.ts';
import { proportionOf } from './proportions.ts';
import { prepare, resample, type Statistic } from './resample.ts';
import type { SetFigures } from './set-figures.ts';
import { labelStatistics, unitsOfLabels, wholeStatistics } from './statistics.ts';

export interface FigureOptions {
  /** One for each image; equal ids are one patient or study. Left out: images are independent. */
  readonly groups?: readonly (string | number)[] | undefined;
  /** Of the bootstrap. */
  readonly seed?: number | undefined;
}

/** @returns null for a set without images: there is no figure to give */
export function evaluateFigures(
  set: ScoredSet,
  labels: readonly string[],
  options: FigureOptions = {},
): SetFigures | null {
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
  const figure = (statistic: Statistic) => resampled[statistics.indexOf(statistic)];
  const support = supportOf(confusion);
  const labelFigures = labels.map((label, k) => ({
    label,
    support: support[k],
    ...ratesOf(label, images, groups, {
      isCase: (image) => targets[image] === k,
      isTaken: (image) => predicted[image] === k,
    }),
    f1: figure(perLabel[k].f1),
    roc_auc: areaOf(figure(perLabel[k].roc_auc), rankings[k], groups),
    pr_auc: figure(perLabel[k].pr_auc),
  }));
  return {
    images: images.length,
    groups: groups === null ? null : groups.count,
    correct: correctOf(confusion),
    confusion,
    accuracy: proportionOf(images, (i) => predicted[i] === targets[i], groups, 'no images'),
    balanced_accuracy: figure(whole.balanced_accuracy),
    mcc: figure(whole.mcc),
    roc_auc: macroAreaOf(figure(whole.roc_auc), labelFigures, groups),
    pr_auc: figure(whole.pr_auc),
    log_loss: figure(whole.log_loss),
    brier: figure(whole.brier),
    ece: figure(whole.ece),
    majority_baseline: majorityOf(support, labels),
    labels: labelFigures,
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
