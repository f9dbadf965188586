// Rules for label names: one line, and not easily confused with each other.

import { InputError } from '../base/errors.ts';

/**
 * @param where shown in the message: the folder or table that names the labels
 * @param remedy hint for two labels that are nearly identical
 * @throws InputError for a blank label, one with line breaks or other control characters (each is a
 *   line of labels.txt), and two that differ only in case, outer spaces or the encoding of accents
 */
export function checkLabelNames(labels: readonly string[], where: string, remedy: string): void {
  const seen = new Map<string, string>();
  for (const label of labels) {
    if (label.trim() === '' || /[\p{Cc}\u2028\u2029]/u.test(label)) {
      throw new InputError(
        `expected labels of visible characters on one line in ${where}, found ${JSON.stringify(label)}`,
        { hint: 'rename that label' },
      );
    }
    const folded = label.normalize('NFKC').toLowerCase().trim();
    const other = seen.get(folded);
    if (other !== undefined) {
      throw new InputError(
        `labels ${other} and ${label} in ${where} differ only in case, outer spaces or the encoding of accents`,
        { hint: remedy },
      );
    }
    seen.set(folded, label);
  }
}
