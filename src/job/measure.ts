// After the fit: what is settled on held-out predictions, and then the metrics of every set.

import type { FeatureTable } from '../features/extract.ts';
import { computeSplitMetrics } from '../metrics/compute-metrics.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';
import type { CrossValidated } from '../training/cross-validate.ts';
import { type HeldOut, predictHeldOut } from '../training/held-out.ts';
import type { Learned, LearnOptions } from '../training/learn.ts';
import { describeOperatingPoint } from '../training/operating-point.ts';
import type { Pool } from '../training/pool.ts';
import { parsePrevalence } from '../training/prevalence.ts';
import { type Settled, settle } from '../training/settle.ts';
import { describeCalibration } from '../training/settle-calibration.ts';
import type { Inputs } from './inputs.ts';
import { type EvaluatedSets, evaluateSets, groupsOf } from './metrics.ts';
import type { JobTools } from './tools.ts';

export interface MeasureInput {
  readonly inputs: Inputs;
  readonly table: FeatureTable;
  readonly pool: Pool;
  /** File index of each row of the pool. */
  readonly fileOf: readonly number[];
}

export interface FittedRun {
  readonly learned: Learned;
  readonly learnOptions: LearnOptions;
  readonly crossValidated: CrossValidated | undefined;
}

export interface MeasuredRun {
  /** Or why there are none. */
  readonly heldOut: HeldOut | string;
  readonly settled: Settled;
  readonly evaluation: EvaluatedSets;
  /** Of all out-of-fold predictions taken together; null without any. */
  readonly outOfFold: SplitMetrics | null;
  /** Predictions of `--folds` as the saved model would give them. */
  readonly finished: CrossValidated | undefined;
}

export async function measure(
  { inputs, table, pool, fileOf }: MeasureInput,
  { learned, learnOptions, crossValidated }: FittedRun,
  tools: JobTools,
): Promise<MeasuredRun> {
  const { options, planned } = inputs;
  const { labels } = planned.dataset;
  const heldOut = await predictHeldOut(pool, labels, learned, crossValidated, {
    learn: learnOptions,
    seed: options.seed,
    signal: tools.signal,
  });
  const prevalence = parsePrevalence(options.prevalence, labels);
  const settled = settle(pool, labels, learned, heldOut, prevalence, options);
  tell(settled, tools);
  const evaluation = await evaluateSets(inputs, table, pool, settled);
  const finish = <T extends { readonly probabilities: Float64Array }>(predictions: T): T => ({
    ...predictions,
    probabilities: settled.finish(predictions.probabilities),
  });
  const finished = crossValidated && finish(crossValidated);
  const isOutOfFold = typeof heldOut !== 'string' && heldOut.of === 'out-of-fold predictions';
  const unseen = finished ?? (isOutOfFold ? finish(heldOut) : undefined);
  const groups = groupsOf(inputs, fileOf);
  const outOfFold =
    unseen && computeSplitMetrics({ ...unseen, targets: pool.targets }, labels, { groups });
  return { heldOut, settled, evaluation, outOfFold: outOfFold ?? null, finished };
}

function tell(
  { calibration, operatingPoint, oodDetector }: Settled,
  { onMessage }: JobTools,
): void {
  onMessage?.('info', describeCalibration(calibration));
  if (operatingPoint !== null) onMessage?.('info', describeOperatingPoint(operatingPoint));
  if (oodDetector.oodDetector === undefined) {
    onMessage?.('info', `unfamiliar images cannot be told: ${oodDetector.reason}`);
  }
}
