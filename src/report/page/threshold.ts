// The decision threshold: where it lies, how it was chosen, what it reaches.

import type { ReportOperatingPoint } from '../data.ts';
import { html, name } from './html.ts';
import { asDecimal } from './metric-text.ts';
import { columns, type Section, table } from './section.ts';

export function thresholdSection(point: ReportOperatingPoint | null): Section | null {
  if (point === null) return null;
  const rows = point.rows.map(
    (row) =>
      html`<tr><th scope="row">${row.set}</th><td>${row.sensitivity}</td><td>${row.specificity}</td><td>${row.ppv}</td><td>${row.npv}</td></tr>`,
  );
  return {
    id: 'threshold',
    heading: 'Decision threshold',
    body: html`<p>${name(point.positive)} is said from a score of <strong>${asDecimal(point.threshold)}</strong> on, ${point.sentence}.</p>${
      rows.length > 0 &&
      table('What the threshold reaches', 'numbers', [
        columns(['Images', 'Sensitivity', 'Specificity', 'PPV', 'NPV']),
        html`<tbody>${rows}</tbody>`,
      ])
    }`,
  };
}
