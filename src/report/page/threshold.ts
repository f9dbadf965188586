// The decision threshold: its value, how it was chosen, and its rates.

import { capitalised } from '../../metrics/format.ts';
import { METRICS } from '../../metrics/table.ts';
import { RATES } from '../../metrics/threshold-rates.ts';
import type { ReportOperatingPoint } from '../data.ts';
import { html, name } from './html.ts';
import { asDecimal } from './metric-text.ts';
import { columns, type Section, table } from './section.ts';

export function thresholdSection(point: ReportOperatingPoint | null): Section | null {
  if (point === null) return null;
  const rows = point.rows.map(
    ({ split, rates }) =>
      html`<tr><th scope="row">${split}</th>${rates.map((rate) => html`<td>${rate}</td>`)}</tr>`,
  );
  return {
    id: 'threshold',
    heading: 'Decision threshold',
    body: html`<p>An image is classified as ${name(point.positive)} if its score is at least <strong>${asDecimal(point.threshold)}</strong>. This threshold was ${point.sentence}.</p>${
      rows.length > 0 &&
      table('Metrics at the threshold', 'numbers', [
        columns(['Images', ...RATES.map((name) => capitalised(METRICS[name].heading))]),
        html`<tbody>${rows}</tbody>`,
      ])
    }`,
  };
}
