// What the file of a network does not say: its name, and how it wants its pixel values.

import path from 'node:path';
import { UsageError } from '../base/errors.ts';
import { shellWord } from '../base/shell.ts';
import { fromInputRange, type Normalisation } from '../images/preprocessing.ts';
import { EXTRACTOR_ID, type Stated } from './extractor.ts';

/** Code of the error where nobody says how a network wants its pixel values. */
export const RECIPE_MISSING = 'recipe_missing';

/**
 * In this order: options; `described`, by extractor.json or the catalogue; never guessed.
 * @param raw it takes pixel values 0..255 as they are
 * @throws UsageError where nobody says it
 */
export function recipeOf(
  file: string,
  stated: Stated,
  described: Partial<Normalisation> | undefined,
  raw: boolean,
): Normalisation {
  const known = described ?? (raw ? fromInputRange(0, 255) : undefined);
  const mean = stated.mean ?? known?.mean;
  const std = stated.std ?? known?.std;
  if (mean !== undefined && std !== undefined) return { mean, std };
  throw new UsageError(
    `expected the mean and std of the pixel values that ${file} was trained with, found neither options nor extractor.json`,
    {
      hint: `for ImageNet's: --extractor ${shellWord(file)} --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225; for values from -1 to 1, as in TensorFlow's own networks: --extractor ${shellWord(file)} --mean 0.5 --std 0.5`,
      code: RECIPE_MISSING,
    },
  );
}

/** The name of a file or folder, made fit for an extractor's. */
export function idOf(file: string): string {
  const name = path
    .basename(path.resolve(file))
    .replace(/(\.(pb|onnx|tgz|tar|gz|zip))+$/i, '')
    .replaceAll(/[^a-z0-9._-]+/gi, '_')
    .replace(/^[^a-z0-9]+/i, '')
    .slice(0, 64);
  return EXTRACTOR_ID.test(name) ? name : 'network';
}

/** A SavedModel keeps its weights in other files. */
export function savedModelHint(folder: string): string {
  return `tensorflowjs_converter --input_format=tf_saved_model ${shellWord(folder)} OUT makes a graph model of it: --extractor OUT`;
}
