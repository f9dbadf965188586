// A split that comes with the data: its words, and what it must hold.

import { InputError } from '../base/errors.ts';
import type { Message } from '../base/messages.ts';
import { SPLIT_NAMES, type SplitName } from './split-names.ts';

const WORDS: ReadonlyMap<string, SplitName> = new Map([
  ['train', 'training'],
  ['training', 'training'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['test', 'testing'],
  ['testing', 'testing'],
]);

/** The set that a folder or table names with `word`, in any case; undefined for other words. */
export function setNamed(word: string): SplitName | undefined {
  return WORDS.get(word.toLowerCase());
}

interface GivenFile {
  readonly label: string;
  readonly split?: SplitName;
}

/**
 * @param where shown in the message: the folder or table
 * @param placeOf where a file was found, e.g. its path or `row 7`
 * @returns notes on labels that another set lacks: a small test set may well lack one
 * @throws InputError when the training set lacks a label: nothing could be learned of it
 */
export function checkGivenSplit<F extends GivenFile>(
  files: readonly F[],
  labels: readonly string[],
  where: string,
  placeOf: (file: F) => string,
): Message[] {
  const labelsOf = (set: SplitName) =>
    new Set(files.filter(({ split }) => split === set).map(({ label }) => label));
  const training = labelsOf('training');
  const missing = labels.find((label) => !training.has(label));
  const found = files.find(({ label }) => label === missing);
  if (found !== undefined) {
    throw new InputError(
      `expected training images of label ${missing} in ${where}, found only ${found.split} images (${placeOf(found)})`,
      { hint: 'add some to the training set, or leave that label out of the other sets too' },
    );
  }
  return SPLIT_NAMES.flatMap((set) => {
    const present = labelsOf(set);
    const lacking = labels.filter((label) => present.size > 0 && !present.has(label));
    return lacking.map(
      (label): Message => ['info', `label ${label} has no ${set} images in the given split`],
    );
  });
}
