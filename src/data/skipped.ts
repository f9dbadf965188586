// Files that cannot be used, and what is said of them where too few images are left.

import { InputError, messageOf } from '../base/errors.ts';
import { examplesOf } from '../base/examples.ts';
import { formatError } from '../images/decode.ts';
import type { LabelledFile } from './dataset.ts';
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
 * @param files all, with those that were skipped
 * @returns what to throw instead of `error`: where too few images are left, the commonest reason and
 *   its remedy come first. It is that of the label, if another is the commonest there.
 */
export function withReasons(
  error: unknown,
  skipped: readonly Failure[],
  files: readonly LabelledFile[],
): unknown {
  if (!(error instanceof InputError) || error.tooFew === undefined || skipped.length === 0) {
    return error;
  }
  const label = error.tooFew;
  const members = files.filter((file) => file.label === label);
  const paths = new Set(members.map(({ path }) => path));
  const own = skipped.filter(({ path }) => paths.has(path));
  const isOther = own.length > 0 && commonest(own).reason !== commonest(skipped).reason;
  const { text, hint } = isOther
    ? describeSkipped(own, `${members.length} files of label ${label}`)
    : describeSkipped(skipped, `${files.length} files`);
  return new InputError(`${text}; ${error.message}`, {
    code: error.code,
    hint: [hint, error.hint].filter(Boolean).join('; or '),
    cause: error,
  });
}

/**
 * `cannot use 9 of 12 files, 7 for one reason: it is ... (a.jpg, b.jpg, c.jpg and 4 more)`
 * @param all how many there are, and of what; may be unknown
 */
export function describeSkipped(
  skipped: readonly Failure[],
  all?: string,
): { readonly text: string; readonly hint: string | undefined } {
  const { reason, alike } = commonest(skipped);
  const share = alike.length === skipped.length ? '' : `, ${alike.length} for one reason`;
  const files = skipped.length === 1 ? '1 file' : `${skipped.length} files`;
  const count = all === undefined ? files : `${skipped.length} of ${all}`;
  const names = examplesOf(alike.map(({ path }) => path));
  return {
    text: `cannot use ${count}${share}: ${reason} (${names})`,
    hint: alike[0].error.hint,
  };
}

/** The reason that most have, and those that have it. */
function commonest(skipped: readonly Failure[]): { reason: string; alike: readonly Failure[] } {
  const reasons = new Map<string, Failure[]>();
  for (const one of skipped) {
    const reason = messageOf(one.error);
    const alike = reasons.get(reason);
    if (alike === undefined) reasons.set(reason, [one]);
    else alike.push(one);
  }
  const [[reason, alike]] = [...reasons].sort(([, a], [, b]) => b.length - a.length);
  return { reason, alike };
}
