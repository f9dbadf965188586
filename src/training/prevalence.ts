// `--prevalence label=share`: label shares expected where the model will be used.

import { UsageError } from '../base/errors.ts';
import { indexOfName } from '../base/names.ts';
import { logPriorOffset, statePrevalence } from '../head/prior.ts';

/** From the label shares of training to those expected in use. */
export type StatedShares = (trained: readonly number[]) => readonly number[];

/** The logit offset that adjusts probabilities from the training shares to the stated ones, `[labels]`. */
export function prevalenceOffset(
  trained: readonly number[],
  stated: StatedShares | undefined,
): Float64Array {
  return logPriorOffset(trained, stated?.(trained) ?? trained);
}

/**
 * @param words as given, e.g. `brokenleg=0.05`; a label may itself hold an equals sign
 * @returns undefined without words
 * @throws UsageError for an unknown label, a share outside 0..1, or shares that cannot add up to 1
 */
export function parsePrevalence(
  words: readonly string[],
  labels: readonly string[],
): StatedShares | undefined {
  if (words.length === 0) return undefined;
  const stated = new Map<number, number>();
  for (const word of words) {
    const at = word.lastIndexOf('=');
    const label = indexOfName(labels, word.slice(0, at));
    const share = Number(word.slice(at + 1));
    if (at < 1 || label === -1) {
      throw new UsageError(
        `expected --prevalence LABEL=SHARE with one of ${labels.join(', ')}, found ${word}`,
        {
          hint: `e.g. --prevalence ${labels[0]}=0.1`,
        },
      );
    }
    if (!(share > 0 && share < 1) || stated.has(label)) {
      throw new UsageError(
        `expected one share above 0 and below 1 for ${labels[label]} in --prevalence, found ${word}`,
        { hint: `e.g. --prevalence ${labels[label]}=0.1 for a tenth` },
      );
    }
    stated.set(label, share);
  }
  // Tried once here, so that impossible shares are refused before any work.
  statePrevalence(
    labels.map(() => 1 / labels.length),
    stated,
  );
  return (trained) => statePrevalence(trained, stated);
}
