// Variants of the training images, when any augmentation is asked for.

import { createMatrix, type Matrix, rowOf } from '../base/matrix.ts';
import type { Augmentation } from '../images/augment.ts';
import type { OpenExtraction } from './extraction.ts';
import type { Inputs } from './inputs.ts';
import type { JobTools } from './tools.ts';

export interface AugmentedRows {
  /** `[n, featureSize]` */
  readonly features: Matrix;
  /** Index of the file that each row is a variant of. */
  readonly fileOf: readonly number[];
}

/** Validation and test images are never augmented: only training files are asked for. */
export async function extractAugmented(
  extraction: OpenExtraction,
  augmentation: Augmentation,
  { options, planned, split }: Inputs,
  { onMessage }: JobTools,
): Promise<AugmentedRows> {
  const { augment_copies: copies, seed } = options;
  const training = [...planned.files.keys()].filter((i) => split.sets[i] === 'training');
  const files = training.map((index) => planned.files[index]);
  const now = () => performance.now();
  const table = await extraction.variants(files, { augmentation, copies, seed, now });
  const made = [...table.usable.keys()].filter((variant) => table.usable[variant]);
  const each =
    table.computed === 0 ? '' : `, ${((1000 * table.seconds) / table.computed).toFixed(1)} ms each`;
  onMessage?.(
    'info',
    `augmentation: ${copies} variants of each of ${files.length} training images: ${table.cached} cached, ${table.computed} computed${each}`,
  );
  const features = createMatrix(made.length, table.features.columns);
  for (const [row, variant] of made.entries()) {
    features.data.set(rowOf(table.features, variant), row * features.columns);
  }
  return { features, fileOf: made.map((variant) => training[Math.floor(variant / copies)]) };
}
