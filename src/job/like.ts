// The options of a training: as given, as another model was trained, as they are saved.

import { readManifest } from '../model/read.ts';
import type { Given, RetrainOptions } from '../options/commands.ts';
import { RECORDED_ROWS } from '../options/recorded-rows.ts';
import { withDefaults } from '../options/validate.ts';
import { augmentationOf } from './augment-options.ts';

/** What a run records: every option that decides the result, at its resolved value. */
export type SavedOptions = Record<string, string | number | boolean | string[] | null>;

/** @param resolved values that stand for a default that depends on others, or for a path */
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
 * All options: what was given, else those of the model that `like` names, else the defaults.
 * @throws UnfitError when `like` is no readable model; UsageError for options that cannot be
 */
export async function retrainOptions(given: Given<'retrain'>): Promise<RetrainOptions> {
  const like = given.like === undefined ? {} : await optionsLike(given.like);
  // Another optimizer has another default rate than the one that was recorded.
  const sameOptimizer = given.optimizer === undefined || given.optimizer === like.optimizer;
  const other = sameOptimizer ? {} : { learning_rate: undefined };
  return withDefaults('retrain', { ...like, ...other, ...given });
}

/** Data and output folders are not among the saved options. */
async function optionsLike(folder: string): Promise<Partial<RetrainOptions>> {
  const { options } = await readManifest(folder);
  const known = Object.entries(options).filter(([name]) => name in RECORDED_ROWS);
  return Object.fromEntries(known.map(([name, value]) => [name, value ?? undefined]));
}

/** Sentences on options that were given but change nothing, as retrain.py's scripts give them. */
export function withoutEffect(given: Given<'retrain'>, options: RetrainOptions): string[] {
  const batches = ['learning_rate', 'train_batch_size', 'learning_rate_schedule'] as const;
  const ignored = options.optimizer === 'lbfgs' ? batches : [];
  const lines = ignored
    .filter((name) => given[name] !== undefined)
    .map(
      (name) =>
        `--${name} has no effect on L-BFGS; give --optimizer sgd to train as retrain.py did`,
    );
  if (given.augment_copies !== undefined && augmentationOf(options) === undefined) {
    lines.push(
      '--augment_copies has no effect without --flip_left_right, --random_crop or the like',
    );
  }
  return lines;
}
