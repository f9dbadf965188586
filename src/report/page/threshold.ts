// The decision threshold: where it lies, how it was chosen, what it reaches.

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
    ({ set, rates }) =>
      html`<tr><th scope="row">${set}</th>${rates.map((rate) => html`<td>${rate}</td>`)}</tr>`,
  );
  return {
    id: 'threshold',
    heading: 'Decision threshold',
    body: html`<p>${name(point.positive)} is said from a score of <strong>${asDecimal(point.threshold)}</strong> on, ${point.sentence}.</p>${
      rows.length > 0 &&
      table('What the threshold reaches', 'numbers', [
        columns(['Images', ...RATES.map((name) => capitalised(METRICS[name].heading))]),
        html`<tbody>${rows}</tbody>`,
      ])
    }`,
  };
}
