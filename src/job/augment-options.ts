// The augmentation that the options ask for.

import { type Augmentation, isAugmented } from '../images/augment.ts';

/** Undefined for no augmentation. */
export function augmentationOf(options: Augmentation): Augmentation | undefined {
  if (!isAugmented(options)) return undefined;
  const { flip_left_right, random_crop, random_scale, random_brightness, random_rotation } =
    options;
  return { flip_left_right, random_crop, random_scale, random_brightness, random_rotation };
}
