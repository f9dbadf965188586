// JSON as it is saved and printed: no hidden characters, and for people each list of numbers on one line.

import { printableJson } from './printable.ts';

/** On one line. */
export function compactJson(data: unknown): string {
  return printableJson(JSON.stringify(data));
}

/** Indented. @param replacer as of `JSON.stringify` */
export function formatJson(
  data: unknown,
  replacer: (key: string, value: unknown) => unknown = (_, value) => value,
): string {
  const text = printableJson(JSON.stringify(data, replacer, 2));
  return `${text.replaceAll(NUMBER_LIST, (list) => list.replaceAll(/\s+/g, ' '))}\n`;
}

/** Brackets with only numbers between; no JSON string can contain a line break. */
const NUMBER_LIST = /\[\n[\s\d.,eE+-]*\]/g;
