// `--min` and `--max`: what metrics must reach before a model replaces another, or passes.

import { GateError, UsageError } from '../base/errors.ts';
import type { PlannedSplit } from '../data/plan-split.ts';
import { type Gate, type GateWords, missedGates, parseGates } from '../metrics/gates.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';

/** @throws UsageError for gates that cannot be read, or without images to hold them against */
export function gatesOf(words: GateWords, { dataset, split }: PlannedSplit): readonly Gate[] {
  const gates = parseGates(words, dataset.labels);
  if (gates.length > 0 && !split.splitOf.includes('testing')) {
    throw new UsageError('expected test images to hold --min and --max against, found none', {
      hint: 'set some aside with --testing_percentage 10, or give the gates to imgdiag evaluate',
    });
  }
  return gates;
}

/**
 * @param result what was measured: the error has it, for whoever wants to see by how much
 * @throws GateError naming every metric that was missed, and by how much
 */
export function requireGates(
  gates: readonly Gate[],
  metrics: SplitMetrics | null,
  result: unknown,
  hint: string,
): void {
  const missed = metrics === null ? [] : missedGates(gates, metrics);
  if (missed.length > 0) throw new GateError(missed.join('; '), { hint, result });
}
