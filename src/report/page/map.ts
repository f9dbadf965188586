// The map of the images: their features along the first two principal components.

import { createRandom } from '../../base/random.ts';
import { percentText } from '../../metrics/format.ts';
import type { ReportData, ReportProjection } from '../data.ts';
import { type Axis, dots, drawChart, SQUARE } from './chart.ts';
import { type Html, html, name } from './html.ts';
import { countText, numberText } from './metric-text.ts';
import { type LabelStyle, labelStyles, OTHER, OUTLINES } from './palette.ts';
import { chartFigure, type Section } from './section.ts';

/** More points than this are drawn smaller. */
const MANY = 200;

type Point = ReportProjection['points'][number];

export function mapSection(data: ReportData): Section | null {
  const { projection, labels, splits, headline } = data;
  if (projection === null || projection.points.length === 0) return null;
  const styles = labelStyles(labels, splits.find(({ name }) => name === headline)?.metrics);
  const { points, explained, total } = projection;
  const mistakes = points.filter(({ mistake }) => mistake).length;
  const shared = percentText(explained[0] + explained[1]);
  const sampled = total !== undefined && total > points.length;
  return {
    id: 'map',
    heading: 'Map of the images',
    body: html`<div class="charts"><div class="beside"><p>Each image is a point; images with similar features are close together. Labels that are separate here are easy to distinguish; labels that overlap here need not be hard to distinguish, since the map shows only ${shared} of the variance of the features.</p>${
      sampled &&
      html`<p>${numberText(points.length)} of ${countText(total, 'image')} are drawn: all mistakes and an even sample of the others.</p>`
    }${legend(styles, points, mistakes)}</div>${chartFigure('Principal components', drawMap(projection, styles), null, 'large')}</div>`,
  };
}

function drawMap(
  { points, explained }: ReportProjection,
  styles: ReadonlyMap<string, LabelStyle>,
): Html {
  // In random order, since the last label would otherwise hide the others.
  const mixed = createRandom(0, 'report map').shuffle([...points]);
  const circled = mixed.filter(({ mistake }) => mistake);
  const radius = points.length > MANY ? 2.2 : 3.2;
  const ring = circled.length > MANY ? { radius: 3.5, width: 0.8 } : { radius: 6, width: 1.5 };
  const axis = (name: string, along: 0 | 1): Axis => {
    const values = points.map(({ at }) => at[along]);
    return {
      label: `${name} component (${percentText(explained[along])} of the variance)`,
      domain: [Math.min(...values), Math.max(...values)],
      ticks: [],
      format: String,
    };
  };
  return drawChart('Map of the images by the first two principal components of their features', {
    height: SQUARE,
    framed: true,
    x: axis('First', 0),
    y: axis('Second', 1),
    marks: [
      dots(
        mixed.map(({ at, label }) => {
          const { colour, symbol } = styles.get(label) ?? OTHER;
          return { at, radius, symbol, fill: colour };
        }),
        html`fill-opacity="0.75"`,
      ),
      dots(
        circled.map(({ at, path, label }) => ({
          at,
          radius: ring.radius,
          title: path === null ? '' : `${path} (${label})`,
        })),
        html`fill="none" stroke="currentColor" stroke-width="${ring.width}" pointer-events="all"`,
      ),
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

function key({ colour, symbol }: LabelStyle, text: Html): Html {
  return html`<li><svg class="key" width="16" height="16" viewBox="-9 -9 18 18" aria-hidden="true"><path d="${OUTLINES[symbol]}" fill="${colour}"/></svg><span>${text}</span></li>`;
}
