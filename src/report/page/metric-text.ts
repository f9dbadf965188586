// Metrics as a reader sees them: shares as per cent, the rest with three decimals.

import type { Estimate } from '../../metrics/split-metrics.ts';
import { type Html, html } from './html.ts';

/** How a value is written; the same for both ends of its interval. */
export type Format = (value: number) => string;

/** `91.2`: a share of 0..1 in per cent, without the sign. */
export const asPercent: Format = (share) => withMinus((100 * share).toFixed(1));

/** `0.954` */
export const asDecimal: Format = (value) => withMinus(value.toFixed(3));

/** `91.2%` */
export function percentText(share: number): string {
  return `${asPercent(share)}%`;
}

/** `1 image`, `57 images`, `12,345 images`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/** `12,345` */
export function numberText(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `0.912–0.987` */
export function rangeText([low, high]: readonly [number, number], format: Format): string {
  return `${format(low)}–${format(high)}`;
}

/** Notes under a table: a note that several cells share is printed once. */
export class Notes {
  readonly #notes: string[] = [];

  /** The raised number of a note. */
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
export function metricParts(
  { value, interval, note }: Estimate,
  format: Format,
  notes: Notes,
): Html {
  const unit = format === asPercent ? '%' : '';
  return html`${value === null ? '–' : format(value) + unit}${notes.mark(note)}${
    interval !== null && html`<small>${rangeText(interval, format)}</small>`
  }`;
}

/** A minus sign is as wide as a plus; a hyphen is not. */
function withMinus(text: string): string {
  return text.replace('-', '−');
}
