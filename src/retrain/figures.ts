// The figures of each set, each beside its baselines.

import { takeRows } from '../base/matrix.ts';
import type { Manifest } from '../bundle/manifest.ts';
import { evaluateSet } from '../evaluation/evaluate.ts';
import type { FeatureTable } from '../features/extract.ts';
import { applyHead } from '../head/head.ts';
import { bySet, type SetName } from '../head/sets.ts';
import { fitBaselines } from './baselines.ts';
import { allRows } from './choose.ts';
import type { Inputs } from './describe.ts';
import type { Learned } from './learn.ts';
import { type Pool, rowsWhere } from './pool.ts';

/**
 * Validation figures are of the head before it was refitted with these images, all others of the
 * head that is saved. This is the only place that looks at the test images.
 */
export async function evaluateSets(
  { planned, split }: Inputs,
  table: FeatureTable,
  pool: Pool,
  { final, watched }: Learned,
): Promise<Manifest['evaluation']> {
  const { labels } = planned.dataset;
  const watchedRows = rowsWhere(pool, (row) => !pool.isValidation[row]);
  const baselinesOfWatched = await fitBaselines(pool, watchedRows, labels.length);
  const baselinesOfFinal = await fitBaselines(pool, allRows(pool), labels.length);
  const targetOf = new Map(labels.map((label, index) => [label, index]));
  const figuresOf = (set: SetName) => {
    const rows = [...planned.files.keys()].filter((i) => split.sets[i] === set);
    const targets = Uint16Array.from(rows, (i) => targetOf.get(planned.files[i].label) as number);
    const features = takeRows(table.features, rows);
    const isWatched = set === 'validation';
    const probabilities = applyHead((isWatched ? watched : final).head, features);
    const figures = evaluateSet({ probabilities, targets }, labels);
    if (figures === null) return null;
    const properties = takeRows(table.properties, rows);
    const baselines = isWatched ? baselinesOfWatched : baselinesOfFinal;
    return { ...figures, ...baselines({ features, properties, targets }) };
  };
  return bySet(figuresOf);
}
