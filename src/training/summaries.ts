// Collects what TensorBoard shows of training: scalars and weights at each log line.

import type { FitStep } from './fit-pool.ts';

export interface StepSummary {
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
  readonly histograms?: Readonly<Record<string, Float64Array>>;
}

/** As retrain.py's folders `train` and `validation`. */
export interface Summaries {
  readonly train: readonly StepSummary[];
  readonly validation: readonly StepSummary[];
}

export function createSummaries(): { add(step: FitStep): void; readonly summaries: Summaries } {
  const train: StepSummary[] = [];
  const validation: StepSummary[] = [];
  return {
    summaries: { train, validation },
    add({ step, network, report }) {
      if (report === undefined) return;
      const histograms = Object.fromEntries(
        network.layers
          .flatMap(({ weights, bias }, layer) => [
            [`layer_${layer + 1}/weights`, weights.slice()] as const,
            [`layer_${layer + 1}/bias`, bias.slice()] as const,
          ])
          // Diverged weights have no histogram; the scalars show the divergence.
          .filter(([, values]) => values.every(Number.isFinite)),
      );
      train.push({
        step,
        scalars: { accuracy: report.trainAccuracy, cross_entropy: report.logLoss },
        histograms,
      });
      if (report.validationAccuracy === undefined) return;
      const scalars = {
        accuracy: report.validationAccuracy,
        cross_entropy: report.validationLogLoss ?? Number.NaN,
      };
      validation.push({ step, scalars });
    },
  };
}
