// What stands behind the figures, image by image: for the report, its tables and the check of the data.

import { type Matrix, takeRows } from '../base/matrix.ts';
import type { CheckInput } from '../check/input.ts';
import type { FeatureTable } from '../features/extract.ts';
import type { SetName } from '../head/sets.ts';
import type { DatasetFile } from '../images/dataset.ts';
import type { EvaluationFile } from './evaluation-file.ts';
import type { Inputs } from './outcome.ts';
import type { Trained } from './train.ts';

/** One usable image and what the model says of it. */
export interface EvaluatedImage extends DatasetFile {
  readonly sha256: string;
  /** Images of one unit stay together in every split. */
  readonly unit: number;
  readonly set: SetName | 'evaluated';
  /** Probabilities in the order of the labels; validation images: of the head before the refit. */
  readonly scores: ArrayLike<number>;
}

/** Names files and holds features of single pictures: none of it belongs in a model folder. */
export interface Evidence {
  readonly labels: readonly string[];
  readonly images: readonly EvaluatedImage[];
  /** `[images.length, featureSize]` */
  readonly features: Matrix;
  /** `[images.length, properties]` */
  readonly properties: Matrix;
  /**
   * Probabilities by heads that had not seen the image, `[labels]` by row of `images`: out of fold,
   * or of the images that are not for training.
   */
  readonly unseen: ReadonlyMap<number, ArrayLike<number>>;
  /** Those of them that are out of fold. */
  readonly outOfFold: ReadonlyMap<number, ArrayLike<number>>;
}

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
    set: split.sets[index] as SetName,
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

/** The images as a check of the data takes them. */
export function checkInputOf(
  { labels, images, features, properties }: Evidence,
  seed: number,
): CheckInput {
  const sets = images.map(({ set }) => (set === 'evaluated' ? 'testing' : set));
  const targets = Uint16Array.from(images, ({ label }) => labels.indexOf(label));
  const units = images.map(({ unit }) => unit);
  return { labels, files: images, targets, units, sets, features, properties, seed };
}

/** All that a report is made of. */
export interface Measured {
  readonly evaluation: EvaluationFile;
  readonly evidence: Evidence;
}
