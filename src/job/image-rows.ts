// The usable images of a run in rows, as data check, training and report take them.

import { takeRows } from '../base/matrix.ts';
import type { Finding } from '../check/findings.ts';
import type { CheckInput } from '../check/input.ts';
import type { PlannedSplit } from '../data/plan-split.ts';
import { withReasons } from '../data/skipped.ts';
import { type Split, splitFiles } from '../data/split.ts';
import type { FeatureTable } from '../features/extract.ts';
import type { ImageScores, OutOfFold } from '../report/results.ts';
import type { EvaluatedSplits } from '../training/evaluate-splits.ts';
import { poolRows, type SplitRows } from '../training/pool.ts';
import type { TrainedModel } from '../training/train-model.ts';
import type { OpenExtraction } from './extraction.ts';

/** Seed of the folds that the report finds label errors with. */
const REPORT_SEED = 0;

/** All lists have one row per file, in the same order. */
export interface UsableImages extends SplitRows {
  readonly labels: readonly string[];
  readonly files: PlannedSplit['files'];
  readonly known?: readonly Finding[];
}

/** @param split of the files in `table` */
export function usableImages(
  files: PlannedSplit['files'],
  labels: readonly string[],
  { splitOf, unitOf }: Pick<Split, 'splitOf' | 'unitOf'>,
  table: FeatureTable,
): UsableImages {
  const used = [...files.keys()].filter((file) => table.usable[file] && splitOf[file]);
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  return {
    labels,
    files: used.map((file) => files[file]),
    features: takeRows(table.features, used),
    properties: takeRows(table.properties, used),
    targets: Uint16Array.from(used, (file) => indexOf.get(files[file].label) as number),
    units: used.map((file) => unitOf[file]),
    splits: used.flatMap((file) => splitOf[file] ?? []),
  };
}

/** Extracts the features of all files, and splits those that are usable. */
export async function extractImages(
  extraction: Pick<OpenExtraction, 'features'>,
  planned: PlannedSplit,
): Promise<{ images: UsableImages; split: Split; skipped: FeatureTable['failures'] }> {
  const { files, rule } = planned;
  const { labels } = planned.dataset;
  const table = await extraction.features(planned);
  const skipped = table.failures;
  try {
    const split = splitFiles(files, labels, rule, (file) => table.usable[file]);
    return { images: usableImages(files, labels, split, table), split, skipped };
  } catch (error) {
    throw withReasons(error, skipped, planned.dataset.files);
  }
}

export function checkInput(images: UsableImages, seed: number): CheckInput {
  return { ...images, seed };
}

/**
 * The scores of each image, and which of them are by heads that were not trained on it.
 * @param split for all images; default: their splits in training
 */
export function imageScoresOf(
  rows: UsableImages,
  { heldOut }: Pick<TrainedModel, 'heldOut'>,
  { probabilities }: Pick<EvaluatedSplits, 'probabilities'>,
  split?: 'evaluated',
): ImageScores {
  const { labels, files, splits } = rows;
  const images = files.map((file, row) => ({
    ...file,
    split: split ?? splits[row],
    scores: scoresOf(probabilities, row, labels),
  }));
  const outOfFold = new Map<number, ArrayLike<number>>();
  if (typeof heldOut !== 'string' && heldOut.of === 'out-of-fold predictions') {
    for (const [i, row] of poolRows(rows).entries()) {
      outOfFold.set(row, scoresOf(heldOut.probabilities, i, labels));
    }
  }
  const others = [...images.entries()].filter(([, image]) => image.split !== 'training');
  const unseen = new Map([
    ...others.map(([row, { scores }]) => [row, scores] as const),
    ...outOfFold,
  ]);
  return { labels, images, checked: checkInput(rows, REPORT_SEED), unseen, outOfFold };
}

/** Predictions of `--folds`, one row per image; undefined without folds. */
export function outOfFoldRows(
  images: UsableImages,
  { crossValidated }: Pick<TrainedModel, 'crossValidated'>,
): OutOfFold[] | undefined {
  if (crossValidated === undefined) return undefined;
  const { folds, probabilities } = crossValidated;
  return poolRows(images).map((row, i) => ({
    path: images.files[row].path,
    label: images.files[row].label,
    fold: folds[i],
    scores: [...scoresOf(probabilities, i, images.labels)],
  }));
}

function scoresOf(probabilities: Float64Array, row: number, labels: readonly string[]) {
  return probabilities.subarray(row * labels.length, (row + 1) * labels.length);
}
