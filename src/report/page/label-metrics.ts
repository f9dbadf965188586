// The table of metrics per label, each label against the rest.

import { capitalised } from '../../metrics/format.ts';
import { LABEL_METRICS, specOf } from '../../metrics/table.ts';
import type { ReportSplit } from '../data.ts';
import { type Html, html, rowName } from './html.ts';
import { estimateHtml, Notes, numberText } from './metric-text.ts';
import { columns, table } from './section.ts';

export function labelMetrics({ metrics }: ReportSplit): Html {
  const notes = new Notes();
  const rows = metrics.labels.map((one) => {
    const cells = LABEL_METRICS.map(
      (name) => html`<td>${estimateHtml(one[name], specOf(name).format, notes)}</td>`,
    );
    return html`<tr><th scope="row">${rowName(one.label)}</th><td>${numberText(one.support)}</td>${cells}</tr>`;
  });
  const specs = LABEL_METRICS.map(specOf);
  const heads = columns(['Label', 'Images', ...specs.map(({ heading }) => capitalised(heading))]);
  const meanings = specs.map(({ heading, meaning }) => `${capitalised(heading)}: ${meaning}.`);
  return html`${table('Each label against the rest, with 95% intervals', 'numbers labels', [heads, html`<tbody>${rows}</tbody>`])}${notes.list()}<p class="aside">${meanings.join(' ')}</p>`;
}
