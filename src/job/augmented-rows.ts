// Extracts the features of augmented variants of the training images.

import { takeRows } from '../base/matrix.ts';
import type { Augmentation } from '../images/augment.ts';
import type { Variants } from '../training/pool.ts';
import type { OpenExtraction } from './extraction.ts';
import type { UsableImages } from './image-rows.ts';
import type { JobTools } from './tools.ts';

/** The variants to make, named as in the manifest. */
export interface AugmentationPlan extends Augmentation {
  /** Per training image. */
  readonly copies: number;
}

/** Only training images are augmented, never validation or test images. */
export async function extractAugmented(
  extraction: OpenExtraction,
  { files, splits }: UsableImages,
  plan: AugmentationPlan,
  seed: number,
  { onMessage }: JobTools,
): Promise<Variants> {
  const { copies } = plan;
  const training = [...files.keys()].filter((row) => splits[row] === 'training');
  const sources = training.map((row) => files[row]);
  const now = () => performance.now();
  const table = await extraction.variants(sources, { augmentation: plan, copies, seed, now });
  const made = [...table.usable.keys()].filter((variant) => table.usable[variant]);
  const each =
    table.computed === 0 ? '' : `, ${((1000 * table.seconds) / table.computed).toFixed(1)} ms each`;
  onMessage?.(
    'info',
    `augmentation: ${copies} variants of each of ${sources.length} training images: ${table.cached} cached, ${table.computed} computed${each}`,
  );
  return {
    features: takeRows(table.features, made),
    sourceOf: made.map((variant) => training[Math.floor(variant / copies)]),
  };
}
