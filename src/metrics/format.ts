// Metrics as text: shares in per cent with one decimal, all others with three decimals.

import type { Estimate } from './estimate.ts';

/** How the values of a metric are written, and the ends of its interval likewise. */
export type Format = 'percent' | 'decimal';

const FORMATS = {
  percent: { scale: 100, digits: 1, unit: '%' },
  decimal: { scale: 1, digits: 3, unit: '' },
} as const;

/** `91.2%` of a share, else `0.912`. */
export function valueText(value: number, format: Format, digits?: number): string {
  return bareText(value, format, digits) + FORMATS[format].unit;
}

/** `91.2` of a share, else `0.912`: without a sign of per cent. */
export function bareText(value: number, format: Format, digits?: number): string {
  const { scale, digits: usual } = FORMATS[format];
  return (scale * value).toFixed(digits ?? usual);
}

/** `91.2%`: a share of 0..1. */
export function percentText(share: number): string {
  return valueText(share, 'percent');
}

/** `91.2% (95% CI 80.7% to 97.0%)`; `undefined: why` without a value. */
export function estimateText({ value, interval, note }: Estimate, format: Format): string {
  if (value === null) return `undefined: ${note}`;
  const write = (end: number) => valueText(end, format);
  const ends = interval === null ? [] : [`95% CI ${interval.map(write).join(' to ')}`];
  const inside = [...ends, ...(note === undefined ? [] : [note])].join('; ');
  return inside === '' ? write(value) : `${write(value)} (${inside})`;
}
