// ROC and precision-recall curves, one label against the rest.

import type { CurvePoint, Figure, LabelCurves } from '../../evaluation/set-figures.ts';
import type { ReportData, ReportSet } from '../data.ts';
import { CHART_WIDTH, type Charts } from './chart.ts';
import { asDecimal, percentText, rangeText } from './figure-text.ts';
import { type Html, html, name, type Part } from './html.ts';
import { type LabelStyle, labelStyles, lineKey, OTHER } from './palette.ts';
import { figure } from './section.ts';

export function curves({ Plot, draw }: Charts, data: ReportData, { figures }: ReportSet): Html[] {
  const styles = labelStyles(data.labels, figures);
  const chart = { ...SQUARE };
  const roc = figures.curves.filter((one) => one.roc !== null);
  const shownRoc = data.labels.length === 2 ? onlyOne(roc, data) : roc;
  const recall = figures.curves.filter((one) => one.precision_recall !== null);
  if (roc.length + recall.length === 0) return [];
  const lines = (drawn: readonly LabelCurves[], kind: 'roc' | 'precision_recall') => {
    const ordered = [...drawn].sort(
      (a, b) => Number(styles.has(a.label)) - Number(styles.has(b.label)),
    );
    return ordered.map((one) => {
      const style = styles.get(one.label) ?? OTHER;
      const points =
        kind === 'roc' ? thin(one.roc ?? []) : thin(fromZero(one.precision_recall ?? []));
      return Plot.line(points, {
        ...lineOptions(style),
        ...(kind === 'roc' ? {} : { curve: 'step-before' as const }),
      });
    });
  };
  const legend = (drawn: readonly LabelCurves[], kind: 'roc_auc' | 'pr_auc', after: Part) => {
    const figureOf = new Map(figures.labels.map((one) => [one.label, one]));
    const keys = drawn.flatMap(({ label }) => {
      const style = styles.get(label);
      const of = figureOf.get(label);
      if (style === undefined || of === undefined) return [];
      const share =
        kind === 'pr_auc' && html`; ${percentText(of.support / figures.images)} of the images`;
      return [lineKey(style, html`${name(label)} ${areaText(of[kind])}${share}`)];
    });
    const others = drawn.length - keys.length;
    if (others > 0)
      keys.push(
        lineKey(OTHER, html`the other ${others} labels; those named have the lowest ROC AUC`),
      );
    return html`<ul class="legend">${keys}</ul>${after}`;
  };
  const reached = data.operatingPoint?.reached ?? null;
  return [
    figure(
      'ROC',
      draw(
        'ROC curves: sensitivity against 1 minus specificity; the areas are in the table of labels',
        {
          ...chart,
          x: { ...SHARE, label: '1 − specificity' },
          y: { ...SHARE, label: 'Sensitivity' },
          marks: [
            Plot.line(
              [
                [0, 0],
                [1, 1],
              ],
              { stroke: 'var(--faint)' },
            ),
            ...lines(shownRoc, 'roc'),
            ...(reached === null
              ? []
              : [
                  Plot.dot([reached], {
                    r: 5,
                    stroke: 'var(--paper)',
                    strokeWidth: 1.5,
                    fill: 'currentColor',
                  }),
                ]),
          ],
        },
      ),
      legend(shownRoc, 'roc_auc', [
        shownRoc.length < roc.length &&
          html`<p>With two labels, the other label’s curve is its mirror image.</p>`,
        reached !== null && html`<p>● the decision threshold</p>`,
      ]),
    ),
    figure(
      'Precision and recall',
      draw(
        'Precision-recall curves: PPV against sensitivity; the areas are in the table of labels',
        {
          ...chart,
          x: { ...SHARE, label: 'Sensitivity (recall)' },
          y: { ...SHARE, label: 'PPV (precision)' },
          marks: lines(recall, 'precision_recall'),
        },
      ),
      legend(recall, 'pr_auc', null),
    ),
  ];
}

const SHARE = {
  domain: [0, 1],
  ticks: 5,
  grid: true,
  tickFormat: '.1f',
  labelArrow: 'none',
} as const;
const SQUARE = { height: CHART_WIDTH - 8 };

function lineOptions({ colour, dashes }: LabelStyle) {
  const faint = colour === OTHER.colour;
  return {
    stroke: colour,
    strokeWidth: faint ? 1 : 2,
    strokeOpacity: faint ? 0.6 : 1,
    strokeDasharray: dashes,
    strokeLinejoin: 'round' as const,
  };
}

function areaText({ value, interval }: Figure): Html {
  if (value === null) return html`–`;
  const range = interval !== null && ` (${rangeText(interval, asDecimal)})`;
  return html`<span class="number">${asDecimal(value)}${range}</span>`;
}

/** The label that a threshold was chosen for, else the first one. */
function onlyOne(all: readonly LabelCurves[], { operatingPoint }: ReportData): LabelCurves[] {
  const positive = all.find(({ label }) => label === operatingPoint?.positive);
  return positive === undefined ? all.slice(0, 1) : [positive];
}

/** Precision holds from the last recall on, so the first one holds from zero. */
function fromZero(points: readonly CurvePoint[]): readonly CurvePoint[] {
  return points.length === 0 || points[0][0] === 0 ? points : [[0, points[0][1]], ...points];
}

/** Without the points that lie within a pixel of the last one drawn. */
export function thin(points: readonly CurvePoint[]): CurvePoint[] {
  const kept: CurvePoint[] = [];
  for (const [at, point] of points.entries()) {
    const last = kept.at(-1);
    const far =
      last === undefined ||
      Math.max(Math.abs(point[0] - last[0]), Math.abs(point[1] - last[1])) * CHART_WIDTH >= 1;
    if (far || at === points.length - 1) kept.push(point);
  }
  return kept;
}
