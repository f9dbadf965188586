// What stands behind the metrics of a training, image by image.

import { takeRows } from '../base/matrix.ts';
import type { SplitName } from '../data/split-names.ts';
import type { FeatureTable } from '../features/extract.ts';
import type { Evidence } from '../report/evidence.ts';
import type { Inputs } from './inputs.ts';
import type { Trained } from './train.ts';

/** Of a training: every usable image, in the order of the files. */
export function evidenceOf(
  { planned, split }: Inputs,
  table: FeatureTable,
  { outcome, heldOut, fileOf }: Trained,
): Evidence {
  const { files, dataset } = planned;
  const { labels } = dataset;
  const used = [...files.keys()].filter((index) => split.sets[index]);
  const rowOf = new Map(used.map((file, row) => [file, row]));
  const images = used.map((index) => ({
    ...files[index],
    unit: split.unitOf[index],
    set: split.sets[index] as SplitName,
    scores: outcome.evaluation.scores.get(index) as Float64Array,
  }));
  const unseen = new Map<number, ArrayLike<number>>();
  for (const [row, { set, scores }] of images.entries()) {
    if (set !== 'training') unseen.set(row, scores);
  }
  const outOfFold = new Map<number, ArrayLike<number>>();
  if (typeof heldOut !== 'string' && heldOut.of === 'out-of-fold predictions') {
    const held = outcome.settled.finish(heldOut.probabilities);
    for (const [i, row] of heldOut.rows.entries()) {
      const scores = held.subarray(i * labels.length, (i + 1) * labels.length);
      outOfFold.set(rowOf.get(fileOf[row]) as number, scores);
    }
  }
  for (const [row, scores] of outOfFold) unseen.set(row, scores);
  return {
    labels,
    images,
    features: takeRows(table.features, used),
    properties: takeRows(table.properties, used),
    unseen,
    outOfFold,
  };
}
