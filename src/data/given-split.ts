// A split that comes with the data: the names it may use, and what it must hold.

import { InputError } from '../base/errors.ts';
import type { Message } from '../base/messages.ts';
import { SPLIT_NAMES, type SplitName } from './split-names.ts';

const WORDS: ReadonlyMap<string, SplitName> = new Map([
  ['train', 'training'],
  ['training', 'training'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['dev', 'validation'],
  ['eval', 'validation'],
  ['test', 'testing'],
  ['testing', 'testing'],
  ['holdout', 'testing'],
]);

/** The split that a folder or table names with `word`, in any case; undefined for other words. */
export function splitNamed(word: string): SplitName | undefined {
  return WORDS.get(word.toLowerCase());
}

/** The split that a folder's name begins or ends with: `train_2017`, `Test set`, `xray-val.old`. */
export function splitInName(name: string): SplitName | undefined {
  const words = name.replaceAll(/\d/g, '').split(/[ _.-]+/);
  const named = words.filter((word) => word !== '');
  return splitNamed(named[0] ?? '') ?? splitNamed(named.at(-1) ?? '');
}

interface GivenFile {
  readonly label: string;
  readonly givenSplit?: SplitName;
}

/**
 * @param where shown in the message: the folder or table
 * @param placeOf where a file was found, e.g. its path or `row 7`
 * @returns notes on labels missing from another split: a small test split may well lack one
 * @throws InputError when the training split lacks a label: it could not be learned
 */
export function checkGivenSplit<F extends GivenFile>(
  files: readonly F[],
  labels: readonly string[],
  where: string,
  placeOf: (file: F) => string,
): Message[] {
  const labelsOf = (split: SplitName) =>
    new Set(files.filter(({ givenSplit }) => givenSplit === split).map(({ label }) => label));
  const training = labelsOf('training');
  const missing = labels.find((label) => !training.has(label));
  const found = files.find(({ label }) => label === missing);
  if (found !== undefined) {
    throw new InputError(
      `expected training images of label ${missing} in ${where}, found only ${found.givenSplit} images (${placeOf(found)})`,
      { hint: 'add some to the training split, or remove that label from the other splits too' },
    );
  }
  return SPLIT_NAMES.flatMap((split) => {
    const present = labelsOf(split);
    const lacking = labels.filter((label) => present.size > 0 && !present.has(label));
    return lacking.map(
      (label): Message => ['info', `label ${label} has no ${split} images in the given split`],
    );
  });
}
