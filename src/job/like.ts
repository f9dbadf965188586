// The options that a model was trained with, to train another one likewise.

import { readManifest } from '../model/read.ts';
import type { RetrainOptions } from '../options/commands.ts';
import { RECORDED_ROWS } from '../options/recorded-rows.ts';

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
 * The saved options of the model at `folder`; data and output folders are not among them.
 * @throws UnfitError when there is no readable model
 */
export async function optionsLike(folder: string): Promise<Partial<RetrainOptions>> {
  const { options } = await readManifest(folder);
  const known = Object.entries(options).filter(([name]) => name in RECORDED_ROWS);
  return Object.fromEntries(known.map(([name, value]) => [name, value ?? undefined]));
}
