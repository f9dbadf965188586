// Words a schema's complaint about data the way our error messages do.

import { type BaseIssue, getDotPath } from 'valibot';

/** `labels.0: expected string but found 7`; for a missing field, `found nothing`. */
export function describeIssue(issue: BaseIssue<unknown>): string {
  return `${getDotPath(issue) ?? 'it'}: ${issueText(issue)}`;
}

/** The same without the field's name. */
export function issueText({ message }: BaseIssue<unknown>): string {
  return message
    .replace(/^Invalid (?:key|type|value): Expected/, 'expected')
    .replace(/but received undefined$/, 'but found nothing')
    .replace('but received', 'but found')
    .replace(/^expected never but found .*/, 'expected no such field');
}
