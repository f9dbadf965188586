// The metrics of each set, each beside its baselines: a summary for the manifest, all for the report.

import { takeRows } from '../base/matrix.ts';
import { bySplit, type SplitName } from '../data/split-names.ts';
import type { FeatureTable } from '../features/extract.ts';
import { applyHead, type Head } from '../head/head.ts';
import { computeSplitMetrics } from '../metrics/compute-metrics.ts';
import type { FullMetrics } from '../metrics/split-metrics.ts';
import { computeSplitSummary } from '../metrics/split-summary.ts';
import type { Manifest } from '../model/manifest.ts';
import { fitBaselines } from '../training/baselines.ts';
import { allRows } from '../training/l2-strength.ts';
import type { ScoredGroups } from '../training/operating-point.ts';
import { type Pool, rowsWhere } from '../training/pool.ts';
import type { Settled } from '../training/settle.ts';
import type { Inputs } from './inputs.ts';

export interface EvaluatedSets {
  /** What the manifest repeats. */
  readonly summary: Manifest['evaluation'];
  /** Training images only where there are no others. */
  readonly full: Readonly<Record<SplitName, FullMetrics | null>>;
  /** The test images. */
  readonly tested: ScoredGroups;
  /** By file index: probabilities `[labels]` of every usable image. */
  readonly scores: ReadonlyMap<number, Float64Array>;
}

/**
 * Validation metrics are of the head before it was refitted with these images, all others of the
 * head that is saved. This is the only place that looks at the test images.
 */
export async function evaluateSets(
  inputs: Inputs,
  table: FeatureTable,
  pool: Pool,
  { head, watched }: Pick<Settled, 'head' | 'watched'>,
): Promise<EvaluatedSets> {
  const { planned, split } = inputs;
  const { labels } = planned.dataset;
  const watchedRows = rowsWhere(pool, (row) => !pool.isValidation[row]);
  const baselinesOfWatched = await fitBaselines(pool, watchedRows, labels.length);
  const baselinesOfFinal = await fitBaselines(pool, allRows(pool), labels.length);
  const scores = new Map<number, Float64Array>();
  let tested: EvaluatedSets['tested'] = {
    probabilities: new Float64Array(),
    targets: [],
    groups: undefined,
  };
  const hasOthers = split.sets.some((set) => set && set !== 'training');
  const evaluated = bySplit((set) => {
    const rows = [...planned.files.keys()].filter((i) => split.sets[i] === set);
    const targets = Uint16Array.from(rows, (i) => labels.indexOf(planned.files[i].label));
    const features = takeRows(table.features, rows);
    const isWatched = set === 'validation';
    const probabilities = applyHead(isWatched ? watched : head, features);
    for (const [i, row] of rows.entries()) {
      scores.set(row, probabilities.subarray(i * labels.length, (i + 1) * labels.length));
    }
    const scored = { probabilities, targets };
    const groups = groupsOf(inputs, rows);
    if (set === 'testing') tested = { ...scored, groups };
    const summary = computeSplitSummary(scored, labels);
    if (summary === null) return null;
    // Intervals of images that the head was fitted on say nothing, and cost time.
    const full =
      set === 'training' && hasOthers ? null : computeSplitMetrics(scored, labels, { groups });
    const properties = takeRows(table.properties, rows);
    const baselines = (isWatched ? baselinesOfWatched : baselinesOfFinal)({
      features,
      properties,
      targets,
    });
    return { summary: { ...summary, ...baselines }, full: full && { ...full, ...baselines } };
  });
  return {
    summary: bySplit((set) => evaluated[set]?.summary ?? null),
    full: bySplit((set) => evaluated[set]?.full ?? null),
    tested,
    scores,
  };
}

/** What a head as it is saved says of the test images. */
export function scoreTest(inputs: Inputs, table: FeatureTable, head: Head): ScoredGroups {
  const { planned, split } = inputs;
  const { labels } = planned.dataset;
  const rows = [...planned.files.keys()].filter((i) => split.sets[i] === 'testing');
  const targets = rows.map((i) => labels.indexOf(planned.files[i].label));
  const probabilities = applyHead(head, takeRows(table.features, rows));
  return { probabilities, targets, groups: groupsOf(inputs, rows) };
}

/** The unit of each file, where groups are known: what is drawn whole for an interval. */
export function groupsOf(
  { planned, split }: Pick<Inputs, 'planned' | 'split'>,
  rows: readonly number[],
): number[] | undefined {
  return planned.plan.grouping === 'none' ? undefined : rows.map((row) => split.unitOf[row]);
}
