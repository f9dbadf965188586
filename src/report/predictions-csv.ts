// Every scored image as a row of CSV, for those who want to look closer.

import { stringify } from 'csv-stringify/sync';

/** An image of a known label, and what the model says of it. */
export interface ScoredImage {
  readonly path: string;
  readonly label: string;
  /** `testing`, `validation`... */
  readonly set: string;
  /** Scores of all labels in the model's order, 0..1. */
  readonly scores: ArrayLike<number>;
}

const SCORE_DIGITS = 8;

/**
 * `path,label,set,predicted,right,score:<label>...`, a row per image; `right` is true or false.
 * Texts that a spreadsheet would take for formulas are escaped.
 * @param labels in the model's order
 */
export function predictionsCsv(rows: readonly ScoredImage[], labels: readonly string[]): string {
  const header = [
    'path',
    'label',
    'set',
    'predicted',
    'right',
    ...labels.map((one) => `score:${one}`),
  ];
  const table = rows.map(({ path, label, set, scores }) => {
    const numbers = Array.from(scores);
    const predicted = labels[numbers.indexOf(Math.max(...numbers))];
    const right = String(predicted === label);
    return [path, label, set, predicted, right, ...numbers.map((one) => one.toFixed(SCORE_DIGITS))];
  });
  return stringify([header, ...table], { escape_formulas: true });
}
