// The metrics of whole sets, side by side, with what simpler rules reach.

import type { Estimate } from '../../metrics/estimate.ts';
import { type Format, percentText } from '../../metrics/format.ts';
import type { SplitMetrics } from '../../metrics/split-metrics.ts';
import type { ReportSet } from '../data.ts';
import { type Html, html, rowName } from './html.ts';
import { estimateHtml, Notes, numberText } from './metric-text.ts';
import { columns, type Section, table } from './section.ts';

type MetricName = {
  [Key in keyof SplitMetrics]: SplitMetrics[Key] extends Estimate ? Key : never;
}[keyof SplitMetrics];

interface Row {
  readonly metric: MetricName;
  readonly heading: string;
  readonly meaning: string;
  readonly format: Format;
}

const ROWS: readonly Row[] = [
  {
    metric: 'accuracy',
    heading: 'Accuracy',
    meaning: 'share of images that are right',
    format: 'percent',
  },
  {
    metric: 'balanced_accuracy',
    heading: 'Balanced accuracy',
    meaning: 'mean sensitivity of the labels',
    format: 'percent',
  },
  {
    metric: 'mcc',
    heading: 'Matthews correlation',
    meaning: '1 perfect, 0 no better than chance',
    format: 'decimal',
  },
  {
    metric: 'auc',
    heading: 'ROC AUC',
    meaning: '1 perfect, 0.5 chance; mean of the labels',
    format: 'decimal',
  },
  {
    metric: 'pr_auc',
    heading: 'PR AUC',
    meaning: 'average precision; mean of the labels',
    format: 'decimal',
  },
  { metric: 'log_loss', heading: 'Log loss', meaning: 'lower is better', format: 'decimal' },
  {
    metric: 'brier',
    heading: 'Brier score',
    meaning: '0 to 2, lower is better',
    format: 'decimal',
  },
  {
    metric: 'ece',
    heading: 'Calibration error',
    meaning: 'how far scores lie from the truth; lower is better',
    format: 'decimal',
  },
];

export function overallSection(sets: readonly ReportSet[]): Section | null {
  if (sets.length === 0) return null;
  const notes = new Notes();
  const rules = new Set(sets.flatMap(({ baselines }) => baselines.map((one) => one.name)));
  const groups = sets.some(({ metrics }) => metrics.groups !== null);
  const body = html`<tbody>${[
    countRow(
      'Images',
      sets.map(({ metrics }) => metrics.images),
    ),
    groups &&
      countRow(
        'Groups',
        sets.map(({ metrics }) => metrics.groups),
      ),
    ROWS.map((row) => metricRow(row, sets, notes)),
  ]}</tbody><tbody class="rules">${[...rules].map((rule) => ruleRow(rule, sets))}</tbody>`;
  const heads = columns(['Estimate', ...sets.map((set) => set.name)]);
  return {
    id: 'metrics',
    heading: 'Metrics',
    body: html`<div class="split"><div>${table('Metrics of each set, with 95% intervals', 'numbers', [heads, body])}</div><div class="beside">${notes.list()}${intervals(sets)}${caveats(sets)}</div></div>`,
  };
}

function countRow(heading: string, counts: readonly (number | null)[]): Html {
  const cells = counts.map((count) => html`<td>${count === null ? '–' : numberText(count)}</td>`);
  return html`<tr><th scope="row">${heading}</th>${cells}</tr>`;
}

function metricRow(row: Row, sets: readonly ReportSet[], notes: Notes): Html {
  const cells = sets.map(
    ({ metrics }) => html`<td>${estimateHtml(metrics[row.metric], row.format, notes)}</td>`,
  );
  return html`<tr><th scope="row">${row.heading}<small>${row.meaning}</small></th>${cells}</tr>`;
}

function ruleRow(rule: string, sets: readonly ReportSet[]): Html {
  const cells = sets.map(({ baselines }) => {
    const found = baselines.find((one) => one.name === rule);
    return html`<td>${found === undefined ? '–' : percentText(found.accuracy)}</td>`;
  });
  return html`<tr><th scope="row">${rowName(rule)}<small>accuracy of a simpler rule</small></th>${cells}</tr>`;
}

/** How the intervals were made: once where all sets say the same. */
function intervals(sets: readonly ReportSet[]): Html[] {
  const said = new Set(sets.map(({ metrics }) => metrics.intervals));
  return [...said].map((text) => html`<p class="aside">Intervals: ${text}</p>`);
}

function caveats(sets: readonly ReportSet[]): Html[] {
  return sets
    .filter(({ caveat }) => caveat !== null)
    .map(({ name, caveat }) => html`<p class="aside">Of ${name}: ${caveat}.</p>`);
}
