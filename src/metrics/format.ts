// Metrics as text: shares in percent with one decimal, all others with three decimals.

import type { Estimate } from './estimate.ts';

/** How values of a metric and the bounds of its interval are written. */
export type NumberFormat = 'percent' | 'decimal';

const NUMBER_FORMATS = {
  percent: { scale: 100, digits: 1, unit: '%' },
  decimal: { scale: 1, digits: 3, unit: '' },
} as const;

/** `91.2%` for a share, else `0.912`. */
export function valueText(value: number, format: NumberFormat, digits?: number): string {
  return bareText(value, format, digits) + NUMBER_FORMATS[format].unit;
}

/** `91.2` for a share, else `0.912`: without a percent sign. */
export function bareText(value: number, format: NumberFormat, digits?: number): string {
  const { scale, digits: usual } = NUMBER_FORMATS[format];
  return (scale * value).toFixed(digits ?? usual);
}

/** `85%`, `0.85`: a number given by the user, with exactly its own decimals. */
export function exactText(value: number, format: NumberFormat): string {
  const { scale, unit } = NUMBER_FORMATS[format];
  // 100 x 0.57 is 56.99999999999999.
  return Number((scale * value).toPrecision(12)) + unit;
}

/** `3.8 points` between shares, else `0.038`; with more decimals where the usual ones would show zero. */
export function differenceText(difference: number, format: NumberFormat): string {
  const digits = digitsOf(difference, format);
  return bareText(difference, format, digits) + (format === 'percent' ? ' points' : '');
}

/** Decimals that show a difference: the usual ones, or enough for its first significant digit. */
export function digitsOf(difference: number, format: NumberFormat): number {
  const { scale, digits } = NUMBER_FORMATS[format];
  return Math.max(digits, Math.ceil(-Math.log10(scale * difference)));
}

/** `ROC AUC`, `Log loss`: at the start of a line. */
export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** `91.2%`: a share of 0..1. */
export function percentText(share: number): string {
  return valueText(share, 'percent');
}

/** `91.2% (95% CI 80.7% to 97.0%)`; `undefined: reason` without a value. */
export function estimateText({ value, interval, note }: Estimate, format: NumberFormat): string {
  if (value === null) return `undefined: ${note}`;
  const write = (end: number) => valueText(end, format);
  const ends = interval === null ? [] : [`95% CI ${interval.map(write).join(' to ')}`];
  const inside = [...ends, ...(note === undefined ? [] : [note])].join('; ');
  return inside === '' ? write(value) : `${write(value)} (${inside})`;
}
