// Numbers and metrics as the page shows them, with intervals below values and notes as footnotes.

import type { Estimate, Interval } from '../../metrics/estimate.ts';
import { bareText, type NumberFormat, valueText } from '../../metrics/format.ts';
import { type Html, html } from './html.ts';

/** `0.954`, `−0.043` */
export function asDecimal(value: number): string {
  return withMinus(valueText(value, 'decimal'));
}

/** `1 image`, `57 images`, `12,345 images`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/** `12,345` */
export function numberText(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `0.912–0.987`; for shares `91.2–98.7` */
export function rangeText(interval: Interval, format: NumberFormat): string {
  return interval.map((end) => withMinus(bareText(end, format))).join('–');
}

/** Footnotes of a table; cells with the same note share one. */
export class Notes {
  readonly #notes: string[] = [];

  /** The superscript number of a note. */
  mark(note: string | undefined): Html | null {
    if (note === undefined) return null;
    if (!this.#notes.includes(note)) this.#notes.push(note);
    return html`<sup>${this.#notes.indexOf(note) + 1}</sup>`;
  }

  list(): Html | null {
    if (this.#notes.length === 0) return null;
    return html`<ol class="notes">${this.#notes.map((note) => html`<li>${note}</li>`)}</ol>`;
  }
}

/** The value with its interval below it; an en dash where it is undefined. */
export function estimateHtml(
  { value, interval, note }: Estimate,
  format: NumberFormat,
  notes: Notes,
): Html {
  return html`${value === null ? '–' : withMinus(valueText(value, format))}${notes.mark(note)}${
    interval !== null && html`<small>${rangeText(interval, format)}</small>`
  }`;
}

/** Replaces the hyphen by a minus sign, which is as wide as a digit. */
function withMinus(text: string): string {
  return text.replace('-', '−');
}
