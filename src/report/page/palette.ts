// Colour, dashes and marker of each label, the same in every chart.

import type { SplitMetrics } from '../../metrics/split-metrics.ts';
import { type Html, html } from './html.ts';

export interface LabelStyle {
  /** A CSS variable, see style.ts: colours after Okabe and Ito, safe for colour blindness. */
  readonly colour: string;
  /** SVG `stroke-dasharray`. */
  readonly dashes: string;
  readonly symbol: SymbolName;
}

/** SVG paths around the origin, all with the area of a circle of radius 5. */
export const OUTLINES = {
  circle: 'M5 0A5 5 0 1 1-5 0A5 5 0 1 1 5 0',
  square: 'M-4.43-4.43H4.43V4.43H-4.43Z',
  triangle: 'M0-7.78L6.73 3.89H-6.73Z',
  diamond: 'M0-8.25L4.76 0L0 8.25L-4.76 0Z',
  star: 'M0-8.36L1.88-2.58H7.96L3.04.99L4.92 6.77L0 3.19L-4.92 6.77L-3.04.99L-7.96-2.58H-1.88Z',
  wye: 'M2.39 1.38V6.16H-2.39V1.38L-6.53-1.01L-4.14-5.15L0-2.76L4.14-5.15L6.53-1.01Z',
} as const;
export type SymbolName = keyof typeof OUTLINES;

const STYLES: readonly LabelStyle[] = [
  { colour: 'var(--c0)', dashes: 'none', symbol: 'circle' },
  { colour: 'var(--c1)', dashes: '7 3', symbol: 'square' },
  { colour: 'var(--c2)', dashes: '2 3', symbol: 'triangle' },
  { colour: 'var(--c3)', dashes: '9 3 2 3', symbol: 'diamond' },
  { colour: 'var(--c4)', dashes: '4 2', symbol: 'star' },
  { colour: 'var(--c5)', dashes: '12 4', symbol: 'wye' },
];

/** For labels without a style of their own. */
export const OTHER: LabelStyle = { colour: 'var(--faint)', dashes: 'none', symbol: 'circle' };
/** With more labels than styles, this many get a style of their own. */
const FEW = 5;

/**
 * All labels where there are enough styles; else those with the lowest AUC, which matter most. In the
 * order of `labels`.
 */
export function labelStyles(
  labels: readonly string[],
  metrics: SplitMetrics | undefined,
): ReadonlyMap<string, LabelStyle> {
  const aucOf = new Map(metrics?.labels.map(({ label, auc }) => [label, auc.value]));
  const auc = (label: string) => aucOf.get(label) ?? Number.POSITIVE_INFINITY;
  const worst = new Set([...labels].sort((a, b) => compare(auc(a), auc(b))).slice(0, FEW));
  const shown = labels.length <= STYLES.length ? labels : labels.filter((one) => worst.has(one));
  return new Map(shown.map((label, at) => [label, STYLES[at]]));
}

/** Without subtraction, since Infinity - Infinity is NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A line of a legend: the stroke and its meaning. */
export function lineKey({ colour, dashes }: LabelStyle, text: Html): Html {
  return html`<li><svg class="key" width="30" height="12" aria-hidden="true"><path d="M0 6H30" fill="none" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dashes}"/></svg><span>${text}</span></li>`;
}
