// Files that cannot be used, and what is said of them where too few images are left.

import { InputError, messageOf, TOO_FEW } from '../base/errors.ts';
import { examplesOf } from '../base/examples.ts';
import { formatError } from '../images/decode.ts';
import type { Failure, Hashed } from './hash-files.ts';
import type { FoundFile } from './scan.ts';

/** Those of `files` that are no images, as their first bytes tell before any is decoded. */
export function foreseenFailures(files: readonly (FoundFile & Hashed)[]): Failure[] {
  return files.flatMap(({ path, format, bytes }) => {
    const error = formatError(format, bytes);
    return error === undefined ? [] : [{ path, error }];
  });
}

/**
 * @param total number of files, with those that were skipped
 * @returns what to throw instead of `error`: where too few images are left, the commonest reason and
 *   its remedy come first
 */
export function withReasons(error: unknown, skipped: readonly Failure[], total: number): unknown {
  if (!(error instanceof InputError) || error.code !== TOO_FEW || skipped.length === 0)
    return error;
  const { text, hint } = commonestReason(skipped, total);
  return new InputError(`${text}; ${error.message}`, {
    code: error.code,
    hint: [hint, error.hint].filter(Boolean).join('; or '),
    cause: error,
  });
}

/** `cannot use 9 of 12 files, 7 for one reason: it is ... (a.jpg, b.jpg, c.jpg and 4 more)` */
export function commonestReason(
  skipped: readonly Failure[],
  total: number,
): { readonly text: string; readonly hint: string | undefined } {
  const reasons = new Map<string, Failure[]>();
  for (const one of skipped) {
    const reason = messageOf(one.error);
    const alike = reasons.get(reason);
    if (alike === undefined) reasons.set(reason, [one]);
    else alike.push(one);
  }
  const [[reason, alike], ...others] = [...reasons].sort(([, a], [, b]) => b.length - a.length);
  const share = others.length === 0 ? '' : `, ${alike.length} for one reason`;
  const names = examplesOf(alike.map(({ path }) => path));
  return {
    text: `cannot use ${skipped.length} of ${total} files${share}: ${reason} (${names})`,
    hint: alike[0].error.hint,
  };
}
