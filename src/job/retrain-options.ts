// The options of a training, resolved with `--like` and defaults, and as they are saved.

import { UsageError } from '../base/errors.ts';
import { expandHome } from '../base/home.ts';
import type { OnMessage } from '../base/messages.ts';
import { shellWord } from '../base/shell.ts';
import { AUTO } from '../extractor/auto.ts';
import { isEmbedded } from '../extractor/catalog.ts';
import { fetchableName } from '../extractor/fetch/sources.ts';
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
 * @param onMessage is told which options `like` gave
 * @throws UnfitError when `like` is not a readable model; UsageError for invalid options
 */
export async function retrainOptions(
  given: Given<'retrain'>,
  onMessage?: OnMessage,
): Promise<RetrainOptions> {
  if (given.like === undefined) {
    const named = await extractorOfInitial(given);
    return requireSuited(withDefaults('retrain', { ...named, ...given }));
  }
  const recorded = await optionsLike(expandHome(given.like));
  const ofNetwork = given.extractor === AUTO ? [...SAY_OF_ONE, 'image_size'] : [];
  // The recorded learning rate does not suit another optimizer, nor what suits a network all others.
  const sameOptimizer = given.optimizer === undefined || given.optimizer === recorded.optimizer;
  const unfit = [...(sameOptimizer ? [] : ['learning_rate']), ...ofNetwork];
  const taken = Object.fromEntries(
    Object.entries(recorded).filter(
      ([name, value]) =>
        value !== undefined &&
        given[name as keyof typeof given] === undefined &&
        !unfit.includes(name),
    ),
  ) as Partial<RetrainOptions>;
  requireEmbedded(taken.extractor, given.like);
  onMessage?.('info', `options of ${given.like}: ${optionWords(taken)}`);
  const named = taken.extractor === AUTO ? await extractorOfInitial(given) : {};
  return requireSuited(withDefaults('retrain', { ...taken, ...named, ...given }));
}

/** Options that say something of one network. */
const SAY_OF_ONE = ['embedding', 'mean', 'std', 'init_from'] as const;

/** @throws UsageError where all networks are to be compared by what suits one */
function requireSuited(options: RetrainOptions): RetrainOptions {
  if (options.extractor !== AUTO) return options;
  const unfit = SAY_OF_ONE.find((name) => options[name] !== undefined);
  if (unfit === undefined) return options;
  throw new UsageError(`expected one of --extractor auto and --${unfit}, found both`, {
    hint: `--${unfit} goes with one network: name it as --extractor NAME`,
  });
}

/** That of the model whose head training starts from, if none is given: its head fits no other. */
async function extractorOfInitial({
  init_from: folder,
  extractor: given,
}: Given<'retrain'>): Promise<Given<'retrain'>> {
  if (folder === undefined || given !== undefined) return {};
  // What is wrong with the model is told once its head is wanted.
  const id = await readManifest(expandHome(folder)).then(
    ({ extractor }) => extractor.id,
    () => undefined,
  );
  return id !== undefined && isNamed(id) ? { extractor: id } : {};
}

/** Recorded options do not include paths of data and outputs. */
async function optionsLike(folder: string): Promise<Partial<RetrainOptions>> {
  const { options } = await readManifest(folder);
  const known = Object.entries(options).filter(([name]) => Object.hasOwn(RECORDED_ROWS, name));
  return Object.fromEntries(known.map(([name, value]) => [name, value ?? undefined]));
}

/** A model may come from anybody: it must not choose what is read from this disk. */
function requireEmbedded(extractor: string | undefined, like: string): void {
  if (extractor === undefined || extractor === AUTO || isNamed(extractor)) return;
  throw new UsageError(
    `expected ${like} to name an extractor that is included in imgdiag or can be fetched by name, found ${extractor}`,
    { hint: 'give its path yourself: --extractor PATH' },
  );
}

function isNamed(extractor: string): boolean {
  return isEmbedded(extractor) || fetchableName(extractor) !== undefined;
}

/** As they would be typed; a long value is cut. */
function optionWords(options: Partial<RetrainOptions>): string {
  const words = Object.entries(options).flatMap(([name, value]) => {
    if (typeof value === 'boolean') return value ? [`--${name}`] : [];
    return [value].flat().map((one) => {
      const word = shellWord(String(one));
      return `--${name} ${word.length > LONGEST ? `${word.slice(0, LONGEST)}...` : word}`;
    });
  });
  return words.length === 0 ? 'none' : words.join(' ');
}

/** Characters of a value that are shown. */
const LONGEST = 200;

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
