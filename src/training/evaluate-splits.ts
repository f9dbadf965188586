// Metrics and baselines of each split: a summary for the manifest, all of them for the report.

import { createBreather } from '../base/breathe.ts';
import { bySplit, type SplitName } from '../data/split-names.ts';
import { applyHead } from '../head/head.ts';
import { computeSplitMetrics } from '../metrics/compute-metrics.ts';
import type { FullMetrics, SplitMetrics } from '../metrics/split-metrics.ts';
import { computeSplitSummary } from '../metrics/split-summary.ts';
import type { ThresholdRates } from '../metrics/threshold-rates.ts';
import type { Manifest } from '../model/manifest.ts';
import { type ScoredGroups, thresholdRates } from './choose-threshold.ts';
import { fitBaselines } from './fit-baselines.ts';
import { type ImageRows, poolRows, type SplitRows, takeImageRows } from './pool.ts';
import type { TrainedModel } from './train-model.ts';

export interface EvaluatedSplits {
  /** For the manifest. */
  readonly summary: Manifest['evaluation'];
  /** Metrics of the training images only where there are no others. */
  readonly full: Readonly<Record<SplitName, FullMetrics | null>>;
  /** Test images at the operating point; null without either. */
  readonly testRates: ThresholdRates | null;
  /** Out-of-fold metrics of training and validation images; null without such predictions. */
  readonly outOfFold: SplitMetrics | null;
  /** `[n, labels]`, each row by the head that its split is evaluated with. */
  readonly probabilities: Float64Array;
}

export type EvaluatedHeads = Pick<
  TrainedModel,
  'head' | 'headBeforeRefit' | 'operatingPoint' | 'heldOut' | 'crossValidated'
>;

/**
 * Validation metrics are of the head before it was refitted on these images, all others of the saved
 * head. This is the only place that looks at the test images.
 * @param grouped whether units are groups, such as patients, which intervals must keep whole
 */
export async function evaluateSplits(
  rows: SplitRows,
  labels: readonly string[],
  model: EvaluatedHeads,
  grouped: boolean,
  signal?: AbortSignal,
): Promise<EvaluatedSplits> {
  const count = labels.length;
  const breathe = createBreather(signal);
  const saved = applyHead(model.head, rows.features);
  await breathe();
  const beforeRefit = applyHead(model.headBeforeRefit, rows.features);
  await breathe();
  const probabilities = saved.map((probability, at) =>
    rows.splits[Math.floor(at / count)] === 'validation' ? beforeRefit[at] : probability,
  );
  const baselinesOf = (some: readonly number[]) =>
    fitBaselines(takeImageRows(rows, some), count, signal);
  const baselinesBeforeRefit = await baselinesOf(rowsOf(rows, 'training'));
  const baselines = await baselinesOf(poolRows(rows));
  const hasOthers = rows.splits.some((split) => split !== 'training');
  const evaluate = async (split: SplitName) => {
    const { images, scores } = scoredSplit(rows, split, probabilities, grouped);
    const summary = computeSplitSummary(scores, labels);
    if (summary === null) return null;
    // Intervals on images that the head was fitted on are meaningless and cost time.
    const full =
      split === 'training' && hasOthers
        ? null
        : await computeSplitMetrics(scores, labels, { ...scores, signal });
    await breathe();
    const simpler = (split === 'validation' ? baselinesBeforeRefit : baselines)(images);
    return { summary: { ...summary, ...simpler }, full: full && { ...full, ...simpler } };
  };
  const evaluated = {
    training: await evaluate('training'),
    validation: await evaluate('validation'),
    testing: await evaluate('testing'),
  };
  const point = model.operatingPoint;
  return {
    summary: bySplit((split) => evaluated[split]?.summary ?? null),
    full: bySplit((split) => evaluated[split]?.full ?? null),
    testRates:
      point &&
      thresholdRates(point, labels, scoredSplit(rows, 'testing', probabilities, grouped).scores),
    outOfFold: await evaluateOutOfFold(rows, labels, model, grouped, signal),
    probabilities,
  };
}

/** Metrics of a saved model on the test images; null without any. */
export async function evaluateTest(
  rows: SplitRows,
  labels: readonly string[],
  { head, operatingPoint }: Pick<EvaluatedHeads, 'head' | 'operatingPoint'>,
  grouped: boolean,
  signal?: AbortSignal,
): Promise<{ metrics: SplitMetrics | null; rates: ThresholdRates | null }> {
  const probabilities = applyHead(head, rows.features);
  const { scores } = scoredSplit(rows, 'testing', probabilities, grouped);
  return {
    metrics: await computeSplitMetrics(scores, labels, { ...scores, signal }),
    rates: operatingPoint && thresholdRates(operatingPoint, labels, scores),
  };
}

/** @param probabilities `[n, labels]`, of all rows */
function scoredSplit(
  rows: SplitRows,
  split: SplitName,
  probabilities: Float64Array,
  grouped: boolean,
): { images: ImageRows; scores: ScoredGroups } {
  const labels = probabilities.length / rows.splits.length;
  const images = takeImageRows(rows, rowsOf(rows, split));
  const own = probabilities.filter((_, at) => rows.splits[Math.floor(at / labels)] === split);
  const groups = grouped ? images.units : undefined;
  return { images, scores: { probabilities: own, targets: images.targets, groups } };
}

/** From `--folds` where given, else from inner folds. */
async function evaluateOutOfFold(
  rows: SplitRows,
  labels: readonly string[],
  { crossValidated, heldOut }: EvaluatedHeads,
  grouped: boolean,
  signal: AbortSignal | undefined,
): Promise<SplitMetrics | null> {
  const byInnerFolds = typeof heldOut !== 'string' && heldOut.of === 'out-of-fold predictions';
  const predictions = crossValidated ?? (byInnerFolds ? heldOut : undefined);
  if (predictions === undefined) return null;
  const { probabilities } = predictions;
  const { targets, units } = takeImageRows(rows, poolRows(rows));
  return computeSplitMetrics({ probabilities, targets }, labels, {
    groups: grouped ? units : undefined,
    signal,
  });
}

function rowsOf({ splits }: SplitRows, split: SplitName): number[] {
  return [...splits.keys()].filter((row) => splits[row] === split);
}
