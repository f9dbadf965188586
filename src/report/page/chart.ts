// Draws charts as SVG markup: two axes, lines and dots.

import type { CurvePoint } from '../../metrics/curves.ts';
import { type Html, html } from './html.ts';
import { OUTLINES, type SymbolName } from './palette.ts';

/** In pixels: three charts with gaps fill the page, one fills a phone of 360 pixels. */
export const CHART_WIDTH = 328;
const CHART_HEIGHT = 300;
/** Makes the area between the axes about square. */
export const SQUARE = 340;
/** Margins in pixels; labels are 12 pixels high, see style.ts. */
const [TOP, RIGHT, BOTTOM, LEFT] = [32, 12, 42, 40];
/** Length of a tick, and distance from the axis to its label. */
const [TICK, GAP] = [6, 9];
/** Distance of axis titles from the edge of the chart. */
const EDGE = 3;
/** Inside a frame, so that no dot lies on it. */
const INSET = 10;
/** Approximate number of ticks on an axis. */
const TICKS = 5;

export interface Axis {
  readonly label: string;
  /** Values at both ends. */
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** Label of a tick. */
  readonly format: (value: number) => string;
  /** Whether to draw grid lines at the ticks. */
  readonly grid?: boolean;
}

/** For shares, 0..1. */
export const SHARE_AXIS = {
  domain: [0, 1],
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
  format: (value: number) => value.toFixed(1),
  grid: true,
} as const;

export const DIAGONAL: readonly CurvePoint[] = [
  [0, 0],
  [1, 1],
];

/** Draws something, given a function from values to pixels. */
export type Mark = (place: (point: CurvePoint) => CurvePoint) => Html;

export interface Chart {
  readonly x: Axis;
  readonly y: Axis;
  readonly height?: number;
  /** Whether to draw a frame, for charts without ticks. */
  readonly framed?: boolean;
  /** Later marks are drawn over earlier ones. */
  readonly marks: readonly Mark[];
}

/**
 * @param description alternative text
 * @returns an SVG image whose colours are CSS variables and `currentColor`
 */
export function drawChart(description: string, chart: Chart): Html {
  const { x, y, height = CHART_HEIGHT, framed = false, marks } = chart;
  const [left, right] = [framed ? RIGHT : LEFT, CHART_WIDTH - RIGHT];
  const bottom = height - (framed ? TOP : BOTTOM);
  const inset = framed ? INSET : 0;
  const across = scaleOf(x, left + inset, right - inset);
  const up = scaleOf(y, bottom - inset, TOP + inset);
  const lines = (axis: Axis, path: (value: number) => string) => axis.ticks.map(path).join('');
  const grid = [
    y.grid ? lines(y, (value) => `M${left} ${up(value)}H${right}`) : '',
    x.grid ? lines(x, (value) => `M${across(value)} ${bottom}V${TOP}`) : '',
  ];
  const ticks = [
    lines(y, (value) => `M${left} ${up(value)}h-${TICK}`),
    lines(x, (value) => `M${across(value)} ${bottom}v${TICK}`),
  ];
  const below = (value: number) =>
    html`<text x="${across(value)}" y="${bottom + GAP}" dy="0.7em">${x.format(value)}</text>`;
  const beside = (value: number) =>
    html`<text x="${left - GAP}" y="${up(value)}" dy="0.3em">${y.format(value)}</text>`;
  return html`<svg role="img" aria-label="${description}" viewBox="0 0 ${CHART_WIDTH} ${height}" width="${CHART_WIDTH}" height="${height}" fill="currentColor" text-anchor="middle">${[
    framed &&
      html`<path d="M${left} ${TOP}H${right}V${bottom}H${left}Z" fill="none" stroke="var(--rule)"/>`,
    html`<path d="${grid}" stroke="currentColor" stroke-opacity="0.1"/><path d="${ticks}" stroke="currentColor"/>`,
    x.ticks.map(below),
    html`<g text-anchor="end">${y.ticks.map(beside)}<text x="${CHART_WIDTH - EDGE}" y="${height - EDGE}">${x.label}</text></g>`,
    html`<text x="${EDGE}" y="${EDGE}" dy="0.7em" text-anchor="start">${y.label}</text>`,
    marks.map((mark) => mark(([a, b]) => [across(a), up(b)])),
  ]}</svg>`;
}

/** @param look SVG attributes of the line */
export function line(points: readonly CurvePoint[], look: Html): Mark {
  return (place) => {
    const path = points.map((point, at) => (at === 0 ? 'M' : 'L') + place(point).join(' '));
    return html`<path d="${path.join('')}" fill="none" stroke-linejoin="round" stroke-linecap="round" ${look}/>`;
  };
}

export interface Dot {
  readonly at: CurvePoint;
  /** In pixels, of a circle; other symbols have the same area. */
  readonly radius: number;
  /** Default: a circle. */
  readonly symbol?: SymbolName;
  /** Default: the fill of all dots. */
  readonly fill?: string;
  /** Tooltip. */
  readonly title?: string;
}

/** @param look SVG attributes of all dots */
export function dots(all: readonly Dot[], look: Html): Mark {
  return (place) =>
    html`<g ${look}>${all.map(({ at, radius, symbol = 'circle', fill, title }) => {
      const [x, y] = place(at);
      const size = tenth(radius);
      const colour = fill !== undefined && html` fill="${fill}"`;
      const words = title !== undefined && html`<title>${title}</title>`;
      return symbol === 'circle'
        ? html`<circle cx="${x}" cy="${y}" r="${size}"${colour}>${words}</circle>`
        : html`<path d="${OUTLINES[symbol]}" transform="translate(${x} ${y})scale(${size / 5})" vector-effect="non-scaling-stroke"${colour}>${words}</path>`;
    })}</g>`;
}

/**
 * An axis that includes `low` and `high`, with about five ticks at multiples of 1, 2 or 5 times a power
 * of ten.
 */
export function roundAxis(label: string, low: number, high: number): Axis {
  const rough = (high - low || 1) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => rough < factor * power * Math.SQRT2) ?? 10);
  // Rounding: 0.7 / 0.1 is less than 7.
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  );
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const rounding = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = (value: number) => value.toLocaleString('en-GB', rounding);
  return { label, ticks, format, domain: [ticks[0], ticks[last - first]] };
}

/** Maps values to pixels; to the middle where all values are equal. */
function scaleOf({ domain: [low, high] }: Axis, from: number, to: number) {
  return (value: number) =>
    tenth(from + (to - from) * (high > low ? (value - low) / (high - low) : 0.5));
}

/** Rounds to tenths of a pixel, finer than anyone can see. */
function tenth(value: number): number {
  return Math.round(10 * value) / 10;
}
