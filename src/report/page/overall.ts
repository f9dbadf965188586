// The figures of whole sets, side by side, with what simpler rules reach.

import type { Figure, SetFigures } from '../../metrics/set-figures.ts';
import type { ReportSet } from '../data.ts';
import {
  asDecimal,
  asPercent,
  type Format,
  figureParts,
  Notes,
  numberText,
  percentText,
} from './figure-text.ts';
import { type Html, html, rowName } from './html.ts';
import { columns, type Section, table } from './section.ts';

type FigureName = {
  [Key in keyof SetFigures]: SetFigures[Key] extends Figure ? Key : never;
}[keyof SetFigures];

interface Row {
  readonly figure: FigureName;
  readonly heading: string;
  readonly meaning: string;
  readonly format: Format;
}

const ROWS: readonly Row[] = [
  {
    figure: 'accuracy',
    heading: 'Accuracy',
    meaning: 'share of images that are right',
    format: asPercent,
  },
  {
    figure: 'balanced_accuracy',
    heading: 'Balanced accuracy',
    meaning: 'mean sensitivity of the labels',
    format: asPercent,
  },
  {
    figure: 'mcc',
    heading: 'Matthews correlation',
    meaning: '1 perfect, 0 no better than chance',
    format: asDecimal,
  },
  {
    figure: 'roc_auc',
    heading: 'ROC AUC',
    meaning: '1 perfect, 0.5 chance; mean of the labels',
    format: asDecimal,
  },
  {
    figure: 'pr_auc',
    heading: 'PR AUC',
    meaning: 'average precision; mean of the labels',
    format: asDecimal,
  },
  { figure: 'log_loss', heading: 'Log loss', meaning: 'lower is better', format: asDecimal },
  {
    figure: 'brier',
    heading: 'Brier score',
    meaning: '0 to 2, lower is better',
    format: asDecimal,
  },
  {
    figure: 'ece',
    heading: 'Calibration error',
    meaning: 'how far scores lie from the truth; lower is better',
    format: asDecimal,
  },
];

export function overallSection(sets: readonly ReportSet[]): Section | null {
  if (sets.length === 0) return null;
  const notes = new Notes();
  const rules = new Set(sets.flatMap(({ baselines }) => baselines.map((one) => one.name)));
  const groups = sets.some(({ figures }) => figures.groups !== null);
  const body = html`<tbody>${[
    countRow(
      'Images',
      sets.map(({ figures }) => figures.images),
    ),
    groups &&
      countRow(
        'Groups',
        sets.map(({ figures }) => figures.groups),
      ),
    ROWS.map((row) => figureRow(row, sets, notes)),
  ]}</tbody><tbody class="rules">${[...rules].map((rule) => ruleRow(rule, sets))}</tbody>`;
  const heads = columns(['Figure', ...sets.map((set) => set.name)]);
  return {
    id: 'figures',
    heading: 'Figures',
    body: html`<div class="split"><div>${table('Figures of each set, with 95% intervals', 'numbers', [heads, body])}</div><div class="beside">${notes.list()}${intervals(sets)}${caveats(sets)}</div></div>`,
  };
}

function countRow(heading: string, counts: readonly (number | null)[]): Html {
  const cells = counts.map((count) => html`<td>${count === null ? '–' : numberText(count)}</td>`);
  return html`<tr><th scope="row">${heading}</th>${cells}</tr>`;
}

function figureRow(row: Row, sets: readonly ReportSet[], notes: Notes): Html {
  const cells = sets.map(
    ({ figures }) => html`<td>${figureParts(figures[row.figure], row.format, notes)}</td>`,
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
  const said = new Set(sets.map(({ figures }) => figures.intervals));
  return [...said].map((text) => html`<p class="aside">Intervals: ${text}</p>`);
}

function caveats(sets: readonly ReportSet[]): Html[] {
  return sets
    .filter(({ caveat }) => caveat !== null)
    .map(({ name, caveat }) => html`<p class="aside">Of ${name}: ${caveat}.</p>`);
}
