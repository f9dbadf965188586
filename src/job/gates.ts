// `--min` and `--max`: what metrics of the test images must reach before a model replaces another.

import { type ErrorDetails, GateError, UsageError } from '../base/errors.ts';
import type { PlannedSplit } from '../data/plan-split.ts';
import { type Gate, missedGates, parseGates } from '../metrics/gates.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';

/** @throws UsageError for gates that cannot be read, or without images to hold them against */
export function gatesOf(
  { min, max }: { readonly min: readonly string[]; readonly max: readonly string[] },
  { dataset, split }: PlannedSplit,
): readonly Gate[] {
  const gates = parseGates({ min, max }, dataset.labels);
  if (gates.length > 0 && !split.splitOf.includes('testing')) {
    throw new UsageError('expected test images to hold --min and --max against, found none', {
      hint: 'set some aside with --testing_percentage 10, or give the gates to imgdiag evaluate',
    });
  }
  return gates;
}

/** With the metrics that were measured, for whoever wants to see by how much. */
export class MissedGatesError extends GateError {
  readonly metrics: SplitMetrics;
  constructor(message: string, metrics: SplitMetrics, details: ErrorDetails) {
    super(message, details);
    this.metrics = metrics;
  }
}

/** @throws MissedGatesError naming every metric that was missed, and by how much */
export function requireGates(
  gates: readonly Gate[],
  metrics: SplitMetrics | null,
  { model_dir: folder }: { readonly model_dir: string },
): void {
  if (gates.length === 0 || metrics === null) return;
  const missed = missedGates(gates, metrics);
  if (missed.length === 0) return;
  throw new MissedGatesError(missed.join('; '), metrics, {
    hint: `nothing was saved to ${folder}: add images, or relax --min and --max`,
  });
}
