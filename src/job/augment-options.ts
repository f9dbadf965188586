// Which augmentation the options ask for.

import { type Augmentation, isAugmented } from '../images/augment.ts';
import type { RetrainOptions } from '../options/commands.ts';

export function augmentationAsked(options: RetrainOptions): Augmentation {
  return {
    flip_left_right: options.flip_left_right,
    random_crop: options.random_crop,
    random_scale: options.random_scale,
    random_brightness: options.random_brightness,
    random_rotation: options.random_rotation,
  };
}

/** Undefined when nothing may vary. */
export function augmentationOf(options: RetrainOptions): Augmentation | undefined {
  const augmentation = augmentationAsked(options);
  return isAugmented(augmentation) ? augmentation : undefined;
}
