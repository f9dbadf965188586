// The bottleneck map: each image where its features lie, in the two directions of largest spread.

import { printable } from '../../base/printable.ts';
import { createRandom } from '../../base/random.ts';
import { percentText } from '../../metrics/format.ts';
import type { ReportData, ReportProjection } from '../data.ts';
import type { Charts } from './chart.ts';
import { type Html, html, name } from './html.ts';
import { countText, numberText } from './metric-text.ts';
import { type LabelStyle, labelStyles, OTHER } from './palette.ts';
import { metric, type Section } from './section.ts';

/** More points than this are drawn smaller. */
const MANY = 200;

type Point = ReportProjection['points'][number];

export function mapSection(charts: Charts, data: ReportData): Section | null {
  const { projection, labels, sets, headline } = data;
  if (projection === null || projection.points.length === 0) return null;
  const styles = labelStyles(labels, sets.find(({ name }) => name === headline)?.metrics);
  const { points, explained, total } = projection;
  const mistakes = points.filter(({ mistake }) => mistake).length;
  const shared = percentText(explained[0] + explained[1]);
  const sampled = total !== undefined && total > points.length;
  return {
    id: 'map',
    heading: 'Map of the images',
    body: html`<div class="charts"><div class="beside"><p>Each image is a point; images that look alike to the extractor lie close together. Labels that lie apart here are easy to tell apart; labels that overlap here need not be hard, since the map keeps ${shared} of the spread of the features.</p>${
      sampled &&
      html`<p>Of ${countText(total, 'image')}, ${numberText(points.length)} are drawn: every mistake, and others evenly spaced.</p>`
    }${legend(styles, points, mistakes)}</div>${metric('Bottleneck features', drawMap(charts, projection, styles), null, 'large')}</div>`,
  };
}

function drawMap(
  { Plot, draw }: Charts,
  { points, explained }: ReportProjection,
  styles: ReadonlyMap<string, LabelStyle>,
): Html {
  // Drawn label by label, the last label would hide the others.
  const mixed = createRandom(0, 'report map').shuffle([...points]);
  const styleOf = ({ label }: Point) => styles.get(label) ?? OTHER;
  const circled = mixed.filter(({ mistake }) => mistake);
  const symbols = [...new Set(points.map((point) => styleOf(point).symbol))];
  const place = { x: ({ at }: Point) => at[0], y: ({ at }: Point) => at[1] };
  const axis = { ticks: [], nice: false, inset: 10, labelArrow: 'none' } as const;
  const shareOf = (share: number) => `(${percentText(share)} of the spread)`;
  return draw('Map of the images by the two principal components of their features', {
    height: 340,
    marginLeft: 12,
    marginBottom: 32,
    x: { ...axis, label: `First component ${shareOf(explained[0])}` },
    y: { ...axis, label: `Second component ${shareOf(explained[1])}` },
    symbol: { domain: symbols, range: symbols },
    marks: [
      Plot.frame({ stroke: 'var(--rule)' }),
      Plot.dot(mixed, {
        ...place,
        r: points.length > MANY ? 2.2 : 3.2,
        fill: { value: (point: Point) => styleOf(point).colour, scale: null },
        symbol: (point: Point) => styleOf(point).symbol,
        fillOpacity: 0.75,
      }),
      Plot.dot(circled, {
        ...place,
        ...(circled.length > MANY ? { r: 3.5, strokeWidth: 0.8 } : { r: 6, strokeWidth: 1.5 }),
        stroke: 'currentColor',
        title: ({ path, label }: Point) => (path === null ? '' : printable(`${path} (${label})`)),
      }),
    ],
  });
}

function legend(
  styles: ReadonlyMap<string, LabelStyle>,
  points: readonly Point[],
  mistakes: number,
): Html {
  const others = points.some(({ label }) => !styles.has(label));
  return html`<ul class="legend">${[
    [...styles].map(([label, style]) => key(style, name(label))),
    others && key(OTHER, html`other labels`),
    mistakes > 0 &&
      html`<li><svg class="key" width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><circle r="6" fill="none" stroke="currentColor" stroke-width="1.5"/></svg><span>${countText(mistakes, 'mistake')}</span></li>`,
  ]}</ul>`;
}

/** Outlines of the markers, about as large as those that Observable Plot draws. */
const OUTLINES: Readonly<Record<LabelStyle['symbol'], string>> = {
  circle: 'M5 0A5 5 0 1 1-5 0A5 5 0 1 1 5 0',
  square: 'M-4.4-4.4H4.4V4.4H-4.4Z',
  triangle: 'M0-5.8L5.2 3.2H-5.2Z',
  diamond: 'M0-6.5L3.8 0L0 6.5L-3.8 0Z',
  star: 'M0-6.6L1.5-2H6.3L2.4.8L3.9 5.4L0 2.5L-3.9 5.4L-2.4.8L-6.3-2H-1.5Z',
  wye: 'M1.7 1V4.9H-1.7V1L-5.1-1L-3.4-3.9L0-2L3.4-3.9L5.1-1Z',
};

function key({ colour, symbol }: LabelStyle, text: Html): Html {
  return html`<li><svg class="key" width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><path d="${OUTLINES[symbol]}" fill="${colour}"/></svg><span>${text}</span></li>`;
}
