// HTML templates: values in an html`...` template are escaped automatically.

import { printable } from '../../base/printable.ts';

/** Markup that is safe to insert into a page. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Values of a template: text is escaped, lists are joined, null and false are omitted. */
export type Part = Html | string | number | null | false | readonly Part[];

/** `html`<p title="${x}">${x}</p>``: values are escaped for text and for quoted attributes alike. */
export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = parts.map((part, at) => markupOf(part) + fixed[at + 1]);
  return new Html(fixed[0] + markup.join(''));
}

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (part === null || part === false) return '';
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escapeText(printable(String(part)));
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '');
}

/** A label or file name, isolated from the text direction around it. */
export function name(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}

/** A label at the start of a row, which breaks if it is too long for its column. */
export function rowName(text: string): Html {
  return html`<span class="label">${name(text)}</span>`;
}

/** A file name, which may break anywhere. */
export function file(text: string): Html {
  return html`<bdi class="file">${text}</bdi>`;
}

/** `a, b and c`. */
export function listOf(parts: readonly Part[]): Part {
  return parts.map((part, at) => {
    const separator = at === 0 ? '' : at === parts.length - 1 ? ' and ' : ', ';
    return [separator, part];
  });
}
