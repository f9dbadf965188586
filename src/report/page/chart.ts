// Draws charts as SVG markup, without a browser: Observable Plot on linkedom, loaded when needed.

import type { CurvePoint } from '../../metrics/curves.ts';
import { Html, html } from './html.ts';

export type Plot = typeof import('@observablehq/plot');
type PlotOptions = NonNullable<Parameters<Plot['plot']>[0]>;

/** Pixels: three charts and their gaps fill the page, one fills a phone of 360 pixels. */
export const CHART_WIDTH = 328;
export const CHART_HEIGHT = 300;
/** Pixels; labels are 12 pixels high, see style.ts. */
const MARGINS = { marginTop: 32, marginRight: 12, marginBottom: 42, marginLeft: 40 };

/** Of shares, 0..1. */
export const SHARE_AXIS = {
  domain: [0, 1],
  ticks: 5,
  grid: true,
  tickFormat: '.1f',
  labelArrow: 'none',
} as const;
/** As high as wide between the axes, about. */
export const SQUARE = { height: 340 };
export const DIAGONAL: readonly CurvePoint[] = [
  [0, 0],
  [1, 1],
];

export interface Charts {
  readonly Plot: Plot;
  /**
   * @param description What is drawn, for those who cannot see it.
   * @returns An SVG image whose colours are CSS variables and `currentColor`.
   */
  readonly draw: (description: string, options: PlotOptions) => Html;
}

/** Loading takes a quarter of a second, so it is done only for a report. */
export async function loadCharts(): Promise<Charts> {
  const [Plot, { parseHTML }] = await Promise.all([
    import('@observablehq/plot'),
    import('linkedom'),
  ]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  return {
    Plot,
    draw(description, options) {
      const size = { width: CHART_WIDTH, height: CHART_HEIGHT, ...MARGINS };
      const svg = Plot.plot({ document, ...size, ...options });
      svg.querySelector('style')?.remove();
      tidy(svg);
      const { width, height } = { ...size, ...options };
      return html`<svg role="img" aria-label="${description}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" fill="currentColor" text-anchor="middle">${new Html(svg.innerHTML)}</svg>`;
    },
  };
}

/** Attributes that hold lengths in pixels. */
const LENGTHS = new Set(['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r']);

/** A tenth of a pixel is finer than anyone sees; labels of single parts are not read in an image. */
function tidy(svg: Pick<Element, 'querySelectorAll'>): void {
  for (const element of svg.querySelectorAll('*')) {
    element.removeAttribute('aria-label');
    element.removeAttribute('aria-hidden');
    for (const { name, value } of [...element.attributes]) {
      if (LENGTHS.has(name)) element.setAttribute(name, roundNumbers(value));
    }
  }
}

interface Element {
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  querySelectorAll(selector: string): Iterable<Element>;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
}

function roundNumbers(text: string): string {
  return text.replaceAll(/\d+\.\d\d+/g, (number) => String(Number(Number(number).toFixed(1))));
}
