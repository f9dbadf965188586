// Made-up metrics of a set of images: scores drawn from a seed, all metrics counted from them.

import { createRandom } from '../../src/base/random.ts';
import type { CurvePoint } from '../../src/metrics/curves.ts';
import type { Estimate } from '../../src/metrics/estimate.ts';
import type { ReliabilityBin } from '../../src/metrics/probability-scores.ts';
import type { LabelMetrics, SplitMetrics } from '../../src/metrics/split-metrics.ts';
import { WHOLE_METRICS, type WholeMetric } from '../../src/metrics/table.ts';

/** An image's label and the scores of all labels. */
export interface Scored {
  readonly truth: number;
  readonly scores: readonly number[];
}

/** `skill` 0 guesses; 3 is right nine times in ten. */
export function drawScores(counts: readonly number[], skill: number, seed: number): Scored[] {
  const random = createRandom(seed, 'made-up scores');
  return counts.flatMap((count, truth) =>
    Array.from({ length: count }, () => {
      const weights = counts.map((_, k) =>
        Math.exp(1.5 * random.normal() + (k === truth ? skill : 0)),
      );
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return { truth, scores: weights.map((weight) => weight / total) };
    }),
  );
}

export function predictedOf({ scores }: Scored): number {
  return scores.indexOf(Math.max(...scores));
}

/** Intervals are Wald's, clipped: good enough to be drawn, not to be trusted. */
export function makeMetrics(labels: readonly string[], scored: readonly Scored[]): SplitMetrics {
  const images = scored.length;
  const confusion = labels.map(() => labels.map(() => 0));
  for (const one of scored) confusion[one.truth][predictedOf(one)]++;
  const correct = labels.reduce((sum, _, k) => sum + confusion[k][k], 0);
  const perLabel = labels.map((label, k) => labelMetrics(label, k, confusion, scored));
  const support = perLabel.map((one) => one.support);
  const most = support.indexOf(Math.max(...support));
  const madeUp = Object.fromEntries(
    WHOLE_METRICS.map((name) => [name, metric(0.784, 0.61, 0.9)]),
  ) as Record<WholeMetric, Estimate>;
  return {
    images,
    groups: Math.ceil(images / 2),
    correct,
    confusion,
    ...madeUp,
    accuracy: proportion(correct, images),
    balanced_accuracy: mean(perLabel.map((one) => one.sensitivity)),
    auc: mean(perLabel.map((one) => one.auc)),
    pr_auc: mean(perLabel.map((one) => one.pr_auc)),
    log_loss: metric(0.243, 0.17, 0.35),
    brier: metric(0.139, 0.08, 0.21),
    ece: metric(0.046, 0.02, 0.09),
    majority_baseline: { label: labels[most], accuracy: support[most] / images },
    labels: perLabel,
    reliability: makeBins(scored),
    curves: labels.map((label, k) => ({ label, ...makeCurves(k, scored) })),
    intervals:
      '95% intervals: Wilson on the effective sample size for shares; bootstrap of whole groups for other metrics; 2,000 seeded draws, stratified by label',
  };
}

function labelMetrics(
  label: string,
  k: number,
  confusion: readonly (readonly number[])[],
  scored: readonly Scored[],
): LabelMetrics {
  const support = confusion[k].reduce((sum, count) => sum + count, 0);
  const predicted = confusion.reduce((sum, row) => sum + row[k], 0);
  const hits = confusion[k][k];
  const others = scored.length - support;
  const clear = others - (predicted - hits);
  const area = support === 0 ? undefinedMetric(`no image bears the label ${label}`) : undefined;
  return {
    label,
    support,
    ppv: proportion(hits, predicted, `no image is predicted as ${label}`),
    sensitivity: proportion(hits, support, `no image bears the label ${label}`),
    specificity: proportion(clear, others),
    npv: proportion(clear, scored.length - predicted),
    f1: area ?? around((2 * hits) / (support + predicted), 0.08),
    auc: area ?? around(areaUnder(makeCurves(k, scored).roc ?? []), 0.05),
    pr_auc: area ?? around(0.9 - 0.01 * (k % 9), 0.07),
  };
}

function makeCurves(k: number, scored: readonly Scored[]) {
  const positives = scored.filter(({ truth }) => truth === k).length;
  const negatives = scored.length - positives;
  if (positives === 0 || negatives === 0) return { roc: null, precision_recall: null };
  const falling = [...scored].sort((a, b) => b.scores[k] - a.scores[k]);
  const roc: CurvePoint[] = [[0, 0]];
  const recall: CurvePoint[] = [];
  let hits = 0;
  for (const [at, { truth }] of falling.entries()) {
    if (truth === k) hits++;
    roc.push([(at + 1 - hits) / negatives, hits / positives]);
    if (truth === k) recall.push([hits / positives, hits / (at + 1)]);
  }
  return { roc, precision_recall: recall };
}

function areaUnder(points: readonly CurvePoint[]): number {
  return points.slice(1).reduce((sum, [x, y], at) => {
    const [before, height] = points[at];
    return sum + ((x - before) * (y + height)) / 2;
  }, 0);
}

const BINS = 15;

export function makeBins(scored: readonly Scored[], sharper = 1): ReliabilityBin[] {
  return Array.from({ length: BINS }, (_, bin) => {
    const inside = scored.flatMap((one) => {
      const score = Math.max(...one.scores) ** (1 / sharper);
      const here = Math.min(BINS - 1, Math.floor(score * BINS)) === bin;
      return here ? [{ score, right: predictedOf(one) === one.truth }] : [];
    });
    const images = inside.length;
    const share = (values: readonly number[]) =>
      images === 0 ? null : values.reduce((sum, value) => sum + value, 0) / images;
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      images,
      confidence: share(inside.map(({ score }) => score)),
      accuracy: share(inside.map(({ right }) => Number(right))),
    };
  });
}

export function metric(value: number, low: number, high: number, note?: string): Estimate {
  return { value, interval: [low, high], ...(note === undefined ? {} : { note }) };
}

export function undefinedMetric(note: string): Estimate {
  return { value: null, interval: null, note };
}

function around(value: number, half: number): Estimate {
  return metric(value, Math.max(0, value - half), Math.min(1, value + half));
}

function proportion(count: number, of: number, note = 'no images'): Estimate {
  if (of === 0) return undefinedMetric(note);
  const share = count / of;
  return around(share, 1.96 * Math.sqrt((share * (1 - share) + 0.02) / of));
}

function mean(metrics: readonly Estimate[]): Estimate {
  const values = metrics.flatMap(({ value }) => (value === null ? [] : [value]));
  return around(values.reduce((sum, value) => sum + value, 0) / values.length, 0.06);
}
