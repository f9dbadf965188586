// Computes every metric of the table for one split and for each label, with 95 % intervals.

import { createBreather } from '../base/breathe.ts';
import { sumOf } from '../base/matrix.ts';
import { aucInterval } from './auc-interval.ts';
import { collapseStrata, DRAWS, strataOf } from './bootstrap.ts';
import { countConfusion, countLabels } from './confusion.ts';
import { curvesOf } from './curves.ts';
import type { Estimate } from './estimate.ts';
import { type GroupIndex, indexGroups, rarestOf, type Units, unitsPerLabel } from './groups.ts';
import { reliabilityBins, type ScoredSet } from './probability-scores.ts';
import { estimateShare, type Share, scaledWilson } from './proportions.ts';
import { prepare, resample, type Statistic } from './resample.ts';
import type { LabelMetrics, SplitMetrics } from './split-metrics.ts';
import { majorityOf } from './split-summary.ts';
import { type Formula, INTERVALS, lackOf, METRIC_NAMES, type MetricName, specOf } from './table.ts';

export interface MetricOptions {
  /** One per image; equal ids are one patient or study. Default: images are independent. */
  readonly groups?: readonly (string | number)[] | undefined;
  /** Seed of the bootstrap. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A metric of the whole split, or of the label with that index. */
interface Cell {
  readonly name: MetricName;
  readonly how: Share | Formula;
  readonly label: number | null;
  readonly units: Units;
}

/** @returns null for a split without images @throws the reason of the signal once it is aborted */
export async function computeSplitMetrics(
  set: ScoredSet,
  labels: readonly string[],
  options: MetricOptions = {},
): Promise<SplitMetrics | null> {
  const { targets } = set;
  if (targets.length === 0) return null;
  const groups = options.groups === undefined ? null : indexGroups(options.groups);
  const prepared = prepare(set, labels.length);
  const { predicted, rankings, scores } = prepared;
  const { hits, support } = countLabels(targets, predicted, labels.length);
  const units = unitsPerLabel(targets, labels, groups);
  const cellsOfWhole = cellsOf(null, rarestOf(units));
  const cellsOfLabels = units.map((one, k) => cellsOf(k, one));
  const drawn = [cellsOfWhole, ...cellsOfLabels]
    .flat()
    .filter(({ how }) => typeof how === 'function');
  const strata = collapseStrata(strataOf(targets, labels.length, groups));
  const { seed = 0, signal } = options;
  const statistics = drawn.map(statisticOf);
  const resampled = await resample(prepared, statistics, strata, groups, seed, { signal });
  const estimates = new Map(drawn.map((cell, at) => [cell, resampled[at]]));
  const estimateOf = (cell: Cell): Estimate => {
    const { name, how, label } = cell;
    if (typeof how !== 'function') {
      return estimateShare(how, prepared, label ?? 0, cell.units.label, groups);
    }
    const estimate = estimates.get(cell) as Estimate;
    const isDelong = specOf(name).interval === 'delong' && label !== null && groups === null;
    // DeLong's interval has better coverage than the bootstrap, but cannot take groups into account.
    return isDelong && estimate.value !== null
      ? { value: estimate.value, interval: aucInterval(rankings[label]) }
      : estimate;
  };
  const metricsOf = (cells: readonly Cell[]) => {
    const found = cells.map((cell) => [cell.name, estimateOf(cell)] as const);
    return Object.fromEntries(found) as Record<MetricName, Estimate>;
  };
  const perLabel: LabelMetrics[] = [];
  const breathe = createBreather(signal);
  for (const [k, label] of labels.entries()) {
    await breathe();
    perLabel.push({ label, support: support[k], ...metricsOf(cellsOfLabels[k]) });
  }
  const whole = metricsOf(cellsOfWhole);
  const areas = perLabel.map(({ auc }) => auc);
  return {
    images: targets.length,
    groups: groups === null ? null : groups.count,
    correct: sumOf(hits),
    confusion: countConfusion(targets, predicted, labels.length),
    ...whole,
    auc: groups === null ? macroOfMirrored(whole.auc, areas) : whole.auc,
    majority_baseline: majorityOf(support, labels),
    labels: perLabel,
    reliability: reliabilityBins(scores),
    curves: labels.map((label, k) => curvesOf(label, rankings[k])),
    intervals: describeIntervals(groups),
  };
}

/** @param label null for the whole split */
export function cellsOf(label: number | null, units: Units): Cell[] {
  return METRIC_NAMES.flatMap((name) => {
    const { whole, label: ofLabel } = specOf(name);
    const how = label === null ? whole : ofLabel;
    return how === undefined ? [] : [{ name, how, label, units }];
  });
}

/** A formula with all that the bootstrap needs to know. */
export function statisticOf({ name, how, label, units }: Cell): Statistic {
  const { noise, undefinedReason = lackOf, withoutSpread, range } = specOf(name);
  const isWhole = label === null;
  return {
    of: (draw) => (how as Formula)(draw, label ?? 0),
    noise,
    reason: undefinedReason(units),
    units: isWhole ? units.cases : Math.min(units.cases, units.others),
    whose: isWhole ? ` of ${units.label}` : undefined,
    withoutSpread: (value) =>
      withoutSpread?.(value, units) ?? scaledWilson(value, units.cases, range),
  };
}

/** With two labels whose curves mirror each other, the macro average and its interval are those of either. */
export function macroOfMirrored(resampled: Estimate, areas: readonly Estimate[]): Estimate {
  if (resampled.value === null || areas.length !== 2) return resampled;
  const [first, second] = areas.map(({ value }) => value ?? Number.NaN);
  return Math.abs(first - second) < 1e-9 ? areas[0] : resampled;
}

function describeIntervals(groups: GroupIndex | null): string {
  const kind = groups === null ? 'images' : 'groups';
  const made = Object.values(INTERVALS).map((one) => `${one[kind]} for ${one.of}`);
  return `95% intervals: ${made.join('; ')}; ${DRAWS.toLocaleString('en-GB')} seeded draws, stratified by label`;
}
