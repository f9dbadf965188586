// The metrics of whole sets, side by side, with what simpler rules reach.

import { capitalised, percentText } from '../../metrics/format.ts';
import { specOf, WHOLE_METRICS, type WholeMetric } from '../../metrics/table.ts';
import type { ReportSet } from '../data.ts';
import { type Html, html, rowName } from './html.ts';
import { estimateHtml, Notes, numberText } from './metric-text.ts';
import { columns, type Section, table } from './section.ts';

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
    WHOLE_METRICS.map((name) => metricRow(name, sets, notes)),
  ]}</tbody><tbody class="rules">${[...rules].map((rule) => ruleRow(rule, sets))}</tbody>`;
  const heads = columns(['Metric', ...sets.map((set) => set.name)]);
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

function metricRow(metric: WholeMetric, sets: readonly ReportSet[], notes: Notes): Html {
  const { heading, meaning, better, format, label } = specOf(metric);
  const cells = sets.map(
    ({ metrics }) => html`<td>${estimateHtml(metrics[metric], format, notes)}</td>`,
  );
  return html`<tr><th scope="row">${capitalised(heading)}<small>${meaning}${label !== undefined && '; mean over labels'}${
    better === 'lower' && '; lower is better'
  }</small></th>${cells}</tr>`;
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
