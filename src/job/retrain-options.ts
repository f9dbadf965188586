// The options of a training, resolved with `--like` and defaults, and as they are saved.

import { expandHome } from '../base/home.ts';
import { readManifest } from '../model/read.ts';
import type { Given, RetrainOptions } from '../options/commands.ts';
import { RECORDED_ROWS } from '../options/recorded-rows.ts';
import { withDefaults } from '../options/validate.ts';
import { augmentationOf } from './augment-options.ts';

/** Options recorded with a model: all that determine the result, with resolved values. */
export type SavedOptions = Record<string, string | number | boolean | string[] | null>;

/** @param resolved values in place of paths and of defaults that depend on other options */
export function savedOptions(
  options: RetrainOptions,
  resolved: Partial<Record<keyof RetrainOptions, string | number>>,
): SavedOptions {
  const names = Object.keys(RECORDED_ROWS) as (keyof typeof RECORDED_ROWS)[];
  return Object.fromEntries(
    names.map((name) => {
      const value = resolved[name] ?? options[name] ?? null;
      return [name, Array.isArray(value) ? [...value] : value];
    }),
  ) as SavedOptions;
}

/**
 * All options: as given, else those of the model named by `like`, else the defaults.
 * @throws UnfitError when `like` is not a readable model; UsageError for invalid options
 */
export async function retrainOptions(given: Given<'retrain'>): Promise<RetrainOptions> {
  const like = given.like === undefined ? {} : await optionsLike(expandHome(given.like));
  // The recorded learning rate does not suit another optimizer.
  const sameOptimizer = given.optimizer === undefined || given.optimizer === like.optimizer;
  const other = sameOptimizer ? {} : { learning_rate: undefined };
  return withDefaults('retrain', { ...like, ...other, ...given });
}

/** Recorded options do not include paths of data and outputs. */
async function optionsLike(folder: string): Promise<Partial<RetrainOptions>> {
  const { options } = await readManifest(folder);
  const known = Object.entries(options).filter(([name]) => name in RECORDED_ROWS);
  return Object.fromEntries(known.map(([name, value]) => [name, value ?? undefined]));
}

/** Messages about given options without effect, as in scripts for retrain.py. */
export function ineffectiveOptions(given: Given<'retrain'>, options: RetrainOptions): string[] {
  const batches = ['learning_rate', 'train_batch_size', 'learning_rate_schedule'] as const;
  const ignored = options.optimizer === 'lbfgs' ? batches : [];
  const lines = ignored
    .filter((name) => given[name] !== undefined)
    .map(
      (name) =>
        `--${name} has no effect with L-BFGS; use --optimizer sgd to train as retrain.py did`,
    );
  if (given.augment_copies !== undefined && augmentationOf(options) === undefined) {
    lines.push('--augment_copies has no effect without an augmentation such as --flip_left_right');
  }
  return lines;
}
