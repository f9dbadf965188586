// ROC and precision-recall curves, one label against the rest.

import type { CurvePoint } from '../../metrics/curves.ts';
import type { Estimate } from '../../metrics/estimate.ts';
import type { SplitMetrics } from '../../metrics/split-metrics.ts';
import type { ReportData, ReportSplit } from '../data.ts';
import { CHART_WIDTH, DIAGONAL, dots, drawChart, line, SHARE_AXIS, SQUARE } from './chart.ts';
import { type Html, html, name } from './html.ts';
import { asDecimal, countText, rangeText } from './metric-text.ts';
import { type LabelStyle, labelStyles, lineKey, OTHER } from './palette.ts';
import { chartFigure } from './section.ts';

/** The curve of one label. */
interface Line {
  readonly label: string;
  readonly points: readonly CurvePoint[];
}

type Styles = ReadonlyMap<string, LabelStyle>;

/** Labels without a style of their own are drawn in grey, behind the others. */
export function curves(data: ReportData, { metrics }: ReportSplit): Html[] {
  const styles = labelStyles(data.labels, metrics);
  return [rocChart(data, metrics, styles), recallChart(metrics, styles)].filter(
    (chart) => chart !== null,
  );
}

function rocChart(
  { operatingPoint }: ReportData,
  metrics: SplitMetrics,
  styles: Styles,
): Html | null {
  const all = metrics.curves.flatMap(({ label, roc }) =>
    roc === null ? [] : [{ label, points: roc }],
  );
  if (all.length === 0) return null;
  const mirrored = metrics.labels.length === 2 && all.length === 2;
  const chosen = all.find(({ label }) => label === operatingPoint?.positive) ?? all[0];
  const lines = mirrored ? [chosen] : all;
  const reached = operatingPoint?.reached === undefined ? [] : [operatingPoint.reached];
  const chart = drawChart('ROC curves: sensitivity against 1 minus specificity', {
    height: SQUARE,
    x: { ...SHARE_AXIS, label: '1 − specificity' },
    y: { ...SHARE_AXIS, label: 'Sensitivity' },
    marks: [
      line(DIAGONAL, html`stroke="var(--faint)" stroke-width="1.5"`),
      ...inFront(lines, styles).map(({ label, points }) =>
        line(thin(points), stroke(label, styles)),
      ),
      dots(
        reached.map((at) => ({ at, radius: 5 })),
        html`stroke="var(--paper)" stroke-width="1.5"`,
      ),
    ],
  });
  const keys = legend(lines, styles, (label) => html`${areaText(areaOf(metrics, label, 'auc'))}`);
  return chartFigure(
    'ROC',
    chart,
    html`<p>Area under the curve, with its 95% interval</p>${keys}${[
      mirrored && html`<p>With two labels, the other label’s curve is its mirror image.</p>`,
      reached.length > 0 && html`<p>● the decision threshold</p>`,
    ]}`,
  );
}

function recallChart(metrics: SplitMetrics, styles: Styles): Html | null {
  const lines = metrics.curves.flatMap(({ label, precision_recall: points }) =>
    points === null || points.length === 0 ? [] : [{ label, points }],
  );
  if (lines.length === 0) return null;
  const chart = drawChart('Precision-recall curves: PPV against sensitivity', {
    height: SQUARE,
    x: { ...SHARE_AXIS, label: 'Sensitivity (recall)' },
    y: { ...SHARE_AXIS, label: 'PPV (precision)' },
    marks: inFront(lines, styles).map(({ label, points }) =>
      line(steps(thin(fromZero(points))), stroke(label, styles)),
    ),
  });
  const keys = legend(lines, styles, (label) => {
    const support = metrics.labels.find((one) => one.label === label)?.support ?? 0;
    return html`${areaText(areaOf(metrics, label, 'pr_auc'))}; chance ${asDecimal(support / metrics.images)}`;
  });
  return chartFigure(
    'Precision-recall',
    chart,
    html`<p>Average precision, with its 95% interval</p>${keys}`,
  );
}

function areaOf({ labels }: SplitMetrics, label: string, area: 'auc' | 'pr_auc') {
  return labels.find((one) => one.label === label)?.[area];
}

function areaText(area: Estimate | undefined): string {
  if (area === undefined || area.value === null) return '–';
  const range = area.interval === null ? '' : ` (${rangeText(area.interval, 'decimal')})`;
  return asDecimal(area.value) + range;
}

function legend(lines: readonly Line[], styles: Styles, area: (label: string) => Html): Html {
  const keys = lines.flatMap(({ label }) => {
    const style = styles.get(label);
    return style === undefined ? [] : [lineKey(style, html`${name(label)} ${area(label)}`)];
  });
  const others = lines.length - keys.length;
  const rest = html`${countText(others, 'other label')}; the labels named here have the lowest ROC AUC`;
  return html`<ul class="legend">${keys}${others > 0 && lineKey(OTHER, rest)}</ul>`;
}

function inFront(lines: readonly Line[], styles: Styles): readonly Line[] {
  const styled = (line: Line) => styles.has(line.label);
  return [...lines.filter((line) => !styled(line)), ...lines.filter(styled)];
}

function stroke(label: string, styles: Styles): Html {
  const style = styles.get(label);
  const { colour, dashes } = style ?? OTHER;
  const [width, opacity] = style === undefined ? [1, 0.5] : [2, 1];
  return html`stroke="${colour}" stroke-dasharray="${dashes}" stroke-width="${width}" stroke-opacity="${opacity}"`;
}

function fromZero(points: readonly CurvePoint[]): readonly CurvePoint[] {
  return points[0][0] === 0 ? points : [[0, points[0][1]], ...points];
}

/** Each precision applies from the previous recall on, so the area below is the average precision. */
function steps(points: readonly CurvePoint[]): readonly CurvePoint[] {
  return points.flatMap((point, at) =>
    at === 0 ? [point] : [[points[at - 1][0], point[1]], point],
  );
}

/** Drops points within a pixel of the last one kept, except the ends. */
export function thin(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const kept: CurvePoint[] = [];
  for (const [at, point] of points.entries()) {
    const last = kept.at(-1);
    const ends = last === undefined || at === points.length - 1;
    if (ends || CHART_WIDTH * distance(point, last) >= 1) kept.push(point);
  }
  return kept;
}

function distance(a: CurvePoint, b: CurvePoint): number {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]));
}
