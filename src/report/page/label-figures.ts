// The figures of each label against the rest.

import type { Figure, LabelFigures } from '../../metrics/set-figures.ts';
import type { ReportSet } from '../data.ts';
import {
  asDecimal,
  asPercent,
  type Format,
  figureParts,
  Notes,
  numberText,
} from './figure-text.ts';
import { type Html, html, rowName } from './html.ts';
import { columns, table } from './section.ts';

type FigureName = {
  [Key in keyof LabelFigures]: LabelFigures[Key] extends Figure ? Key : never;
}[keyof LabelFigures];

const COLUMNS: readonly (readonly [heading: string, figure: FigureName, format: Format])[] = [
  ['Sensitivity', 'recall', asPercent],
  ['Specificity', 'specificity', asPercent],
  ['PPV', 'precision', asPercent],
  ['NPV', 'npv', asPercent],
  ['F1', 'f1', asDecimal],
  ['ROC AUC', 'roc_auc', asDecimal],
  ['PR AUC', 'pr_auc', asDecimal],
];

export function labelFigures({ figures }: ReportSet): Html {
  const notes = new Notes();
  const rows = figures.labels.map((one) => {
    const cells = COLUMNS.map(
      ([, figure, format]) => html`<td>${figureParts(one[figure], format, notes)}</td>`,
    );
    return html`<tr><th scope="row">${rowName(one.label)}</th><td>${numberText(one.support)}</td>${cells}</tr>`;
  });
  const heads = columns(['Label', 'Images', ...COLUMNS.map(([heading]) => heading)]);
  return html`${table('Each label against the rest, with 95% intervals', 'numbers labels', [heads, html`<tbody>${rows}</tbody>`])}${notes.list()}<p class="aside">Sensitivity: of the images that bear the label, the share the model finds. Specificity: of all others, the share it leaves alone. PPV and NPV: the share of its yes and no that is true; both change with how common the label is.</p>`;
}
