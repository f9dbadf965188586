// How a file becomes the network's input image: plain data, saved with every model.

import { hashOfData } from '../base/hash.ts';

/**
 * Everything that decides the pixels. Two recipes with the same values give the same pixels from
 * the same bytes with the same decoder version.
 */
export interface Recipe {
  /** Meaning of the fields below; raised when one changes. */
  readonly version: 1;
  /** Side of the square image, in pixels. */
  readonly size: number;
  /** EXIF orientation is applied before anything else. */
  readonly orientation: 'exif';
  /** 8-bit sRGB; embedded ICC profiles are not looked at (measured: docs/decisions.md). */
  readonly colour: 'srgb';
  /** What shows through transparent pixels, `[r, g, b]`, 0..255. */
  readonly background: readonly [number, number, number];
  /** `fill`: both sides scaled to `size`, the aspect ratio is given up, as retrain.py did. */
  readonly fit: 'fill';
  /** Interpolation; wider than the name says when shrinking, so that nothing aliases. */
  readonly kernel: 'linear';
  /** JPEG's own reduction while decoding: quicker on large files, but it moves pixels. */
  readonly shrink_on_load: boolean;
  /** Range that 0..255 is mapped to inside the network. */
  readonly range: readonly [number, number];
  /**
   * `use`: a file that is cut short or damaged gives whatever can be read of it. Absent, such a
   * file is refused; so recipes from before this field keep their id.
   */
  readonly damaged?: 'use' | undefined;
}

/** The recipe that every new model gets, but for what the extractor decides. */
export function createRecipe(
  size: number,
  range: readonly [number, number],
  damaged: 'refuse' | 'use' = 'refuse',
): Recipe {
  return {
    version: 1,
    size,
    orientation: 'exif',
    colour: 'srgb',
    background: [255, 255, 255],
    fit: 'fill',
    kernel: 'linear',
    shrink_on_load: false,
    range,
    ...(damaged === 'use' && { damaged }),
  };
}

/** Short name of a recipe: equal for equal recipes, part of every cache key. */
export function recipeId(recipe: Recipe): string {
  return hashOfData(recipe).slice(0, 16);
}

/** The warning of a file that `damaged: use` lets through. */
export function damagedWarning(file: string): string {
  return `${file}: cut short or damaged, and used all the same (--damaged use)`;
}
