// The table of metrics of whole splits, side by side, with baselines.

import { capitalised, percentText } from '../../metrics/format.ts';
import { specOf, WHOLE_METRICS, type WholeMetric } from '../../metrics/table.ts';
import type { ReportSplit } from '../data.ts';
import { type Html, html, rowName } from './html.ts';
import { estimateHtml, Notes, numberText } from './metric-text.ts';
import { columns, type Section, table } from './section.ts';

const BASELINES =
  'Baselines: always the most frequent label; the label with the nearest mean feature vector; a head trained on metadata alone (brightness, contrast, image and file size).';

export function overallSection(splits: readonly ReportSplit[]): Section | null {
  if (splits.length === 0) return null;
  const notes = new Notes();
  const names = new Set(splits.flatMap(({ baselines }) => baselines.map((one) => one.name)));
  const groups = splits.some(({ metrics }) => metrics.groups !== null);
  const body = html`<tbody>${[
    countRow(
      'Images',
      splits.map(({ metrics }) => metrics.images),
    ),
    groups &&
      countRow(
        'Groups',
        splits.map(({ metrics }) => metrics.groups),
      ),
    WHOLE_METRICS.map((name) => metricRow(name, splits, notes)),
  ]}</tbody><tbody class="rules">${[...names].map((name) => baselineRow(name, splits))}</tbody>`;
  const heads = columns(['Metric', ...splits.map((split) => split.name)]);
  return {
    id: 'metrics',
    heading: 'Metrics',
    body: html`<div class="split"><div>${table('Metrics with 95% intervals', 'numbers', [heads, body])}</div><div class="beside">${notes.list()}<p class="aside">${BASELINES}</p>${intervals(splits)}${caveats(splits)}</div></div>`,
  };
}

function countRow(heading: string, counts: readonly (number | null)[]): Html {
  const cells = counts.map((count) => html`<td>${count === null ? '–' : numberText(count)}</td>`);
  return html`<tr><th scope="row">${heading}</th>${cells}</tr>`;
}

function metricRow(metric: WholeMetric, splits: readonly ReportSplit[], notes: Notes): Html {
  const { heading, meaning, better, format, label } = specOf(metric);
  const cells = splits.map(
    ({ metrics }) => html`<td>${estimateHtml(metrics[metric], format, notes)}</td>`,
  );
  return html`<tr><th scope="row">${capitalised(heading)}<small>${meaning}${label !== undefined && '; mean over labels'}${
    better === 'lower' && '; lower is better'
  }</small></th>${cells}</tr>`;
}

function baselineRow(name: string, splits: readonly ReportSplit[]): Html {
  const cells = splits.map(({ baselines }) => {
    const found = baselines.find((one) => one.name === name);
    return html`<td>${found === undefined ? '–' : percentText(found.accuracy)}</td>`;
  });
  return html`<tr><th scope="row">${rowName(`${name} baseline`)}<small>accuracy</small></th>${cells}</tr>`;
}

/** How the intervals were computed, once where all splits agree. */
function intervals(splits: readonly ReportSplit[]): Html[] {
  const texts = new Set(splits.map(({ metrics }) => metrics.intervals));
  return [...texts].map((text) => html`<p class="aside">${text}.</p>`);
}

function caveats(splits: readonly ReportSplit[]): Html[] {
  return splits
    .filter(({ caveat }) => caveat !== null)
    .map(({ name, caveat }) => html`<p class="aside">${capitalised(name)}: ${caveat}.</p>`);
}
