// The metrics of each label against the rest.

import type { Estimate } from '../../metrics/estimate.ts';
import type { Format } from '../../metrics/format.ts';
import type { LabelMetrics } from '../../metrics/split-metrics.ts';
import type { ReportSet } from '../data.ts';
import { type Html, html, rowName } from './html.ts';
import { estimateHtml, Notes, numberText } from './metric-text.ts';
import { columns, table } from './section.ts';

type MetricName = {
  [Key in keyof LabelMetrics]: LabelMetrics[Key] extends Estimate ? Key : never;
}[keyof LabelMetrics];

const COLUMNS: readonly (readonly [heading: string, metric: MetricName, format: Format])[] = [
  ['Sensitivity', 'sensitivity', 'percent'],
  ['Specificity', 'specificity', 'percent'],
  ['PPV', 'ppv', 'percent'],
  ['NPV', 'npv', 'percent'],
  ['F1', 'f1', 'decimal'],
  ['ROC AUC', 'auc', 'decimal'],
  ['PR AUC', 'pr_auc', 'decimal'],
];

export function labelMetrics({ metrics }: ReportSet): Html {
  const notes = new Notes();
  const rows = metrics.labels.map((one) => {
    const cells = COLUMNS.map(
      ([, metric, format]) => html`<td>${estimateHtml(one[metric], format, notes)}</td>`,
    );
    return html`<tr><th scope="row">${rowName(one.label)}</th><td>${numberText(one.support)}</td>${cells}</tr>`;
  });
  const heads = columns(['Label', 'Images', ...COLUMNS.map(([heading]) => heading)]);
  return html`${table('Each label against the rest, with 95% intervals', 'numbers labels', [heads, html`<tbody>${rows}</tbody>`])}${notes.list()}<p class="aside">Sensitivity: of the images that bear the label, the share the model finds. Specificity: of all others, the share it leaves alone. PPV and NPV: the share of its yes and no that is true; both change with how common the label is.</p>`;
}
