// Rules for label names: one line, no path, and not easily confused with each other.

import { InputError } from '../base/errors.ts';

/** Of a folder's name, on every usual file system. */
const MAX_BYTES = 255;
/** Characters of a label that a message quotes. */
const SHOWN = 60;

interface LabelRule {
  /** Completes `expected labels ...`. */
  readonly expected: string;
  readonly holds: (label: string) => boolean;
}

/** A label is a line of labels.txt, and names a folder wherever images are sorted by label. */
const RULES: readonly LabelRule[] = [
  {
    expected: 'of visible characters on one line',
    holds: (label) => label.trim() !== '' && !/[\p{Cc}\u2028\u2029]/u.test(label),
  },
  {
    expected: 'that are no paths (without / and \\, and neither . nor ..)',
    holds: (label) => !/[/\\]/.test(label) && label !== '.' && label !== '..',
  },
  {
    expected: `of at most ${MAX_BYTES} bytes`,
    holds: (label) => Buffer.byteLength(label) <= MAX_BYTES,
  },
];

/** What is wrong with a label: `expected labels ..., found ...`; undefined where nothing is. */
export function labelFault(label: string, where = ''): string | undefined {
  const broken = RULES.find(({ holds }) => !holds(label));
  if (broken === undefined) return undefined;
  const shown = label.length > SHOWN ? `${label.slice(0, SHOWN)}...` : label;
  return `expected labels ${broken.expected}${where}, found ${JSON.stringify(shown)}`;
}

/**
 * @param where shown in the message: a folder, or a row of a table
 * @throws InputError for what cannot be a label
 */
export function checkLabelName(label: string, where: string): void {
  const fault = labelFault(label, ` in ${where}`);
  if (fault === undefined) return;
  // As `shownName` shows the bytes.
  const hint = /\\x[0-9a-f]{2}/.test(label)
    ? 'rename that label: the name of its folder is not UTF-8'
    : 'rename that label';
  throw new InputError(fault, { hint });
}

/** Equal for labels that people may take for one. */
export function foldLabel(label: string): string {
  return label.normalize('NFKC').toLowerCase().trim();
}

/**
 * @param where shown in the message: the folder or table that names the labels
 * @param remedy hint for two labels that are nearly identical
 * @throws InputError for what cannot be a label, and two that differ only in case, outer spaces or
 *   the encoding of accents
 */
export function checkLabelNames(labels: readonly string[], where: string, remedy: string): void {
  const seen = new Map<string, string>();
  for (const label of labels) {
    checkLabelName(label, where);
    const folded = foldLabel(label);
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
