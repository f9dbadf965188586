// `--min` and `--max`: gates that metrics must meet before a model is saved or passes.

import { GateError, UsageError } from '../base/errors.ts';
import type { Failure } from '../data/hash-files.ts';
import type { PlannedSplit } from '../data/plan-split.ts';
import { describeSkipped } from '../data/skipped.ts';
import { type Gate, type GateWords, missedGates, parseGates } from '../metrics/gates.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';

/** @throws UsageError for invalid gates, or without test images */
export function gatesOf(words: GateWords, { dataset, split }: PlannedSplit): readonly Gate[] {
  const gates = parseGates(words, dataset.labels);
  if (gates.length > 0 && !split.splitOf.includes('testing')) {
    throw new UsageError('expected test images for --min and --max, found none', {
      hint: 'hold some out with --testing_percentage 10, or give the gates to imgdiag evaluate',
    });
  }
  return gates;
}

/**
 * @param result passed on with the error; a metric may be undefined for want of the files it skipped
 * @throws GateError naming every missed gate, and by how much it was missed
 */
export function requireGates(
  gates: readonly Gate[],
  metrics: SplitMetrics | null,
  result: { readonly skipped: readonly Failure[] },
  hint: string,
): void {
  const missed = metrics === null ? [] : missedGates(gates, metrics);
  if (missed.length === 0) return;
  const text = missed.join('; ');
  const lacking = result.skipped.length > 0 && missed.some((line) => line.includes(' undefined, '));
  if (!lacking) throw new GateError(text, { hint, result });
  const reason = describeSkipped(result.skipped);
  const hints = [reason.hint, hint].filter(Boolean).join('; or ');
  throw new GateError(`${reason.text}; ${text}`, { hint: hints, result });
}
