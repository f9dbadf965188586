// All scored images as CSV, one row each.

import { scoreText } from '../base/score-text.ts';
import { csvHeader, csvRow } from '../data/csv-cells.ts';

/** A labelled image with the model's scores. */
export interface ScoredImage {
  readonly path: string;
  readonly label: string;
  /** `testing`, `validation`... */
  readonly split: string;
  /** Scores of all labels in the model's order, 0..1. */
  readonly scores: ArrayLike<number>;
  /** Scores by a head that was not trained on the image; undefined where there are none. */
  readonly outOfFold?: ArrayLike<number> | undefined;
}

const SCORE_DIGITS = 8;

/**
 * `path,label,split,predicted,right,score:<label>...`, one row per image; `right` is true or false.
 * Where images have out-of-fold scores, these follow as `out_of_fold:<label>...`. Text that a
 * spreadsheet would take for a formula is guarded.
 * @param labels in the model's order
 */
export function predictionsCsv(rows: readonly ScoredImage[], labels: readonly string[]): string {
  const withFolds = rows.some(({ outOfFold }) => outOfFold !== undefined);
  const write = (scores: ArrayLike<number>) =>
    Array.from(scores, (one) => scoreText(one, SCORE_DIGITS));
  const header = [
    'path',
    'label',
    'split',
    'predicted',
    'right',
    ...labels.map((one) => `score:${one}`),
    ...(withFolds ? labels.map((one) => `out_of_fold:${one}`) : []),
  ];
  const table = rows.map(({ path, label, split, scores, outOfFold }) => {
    const numbers = Array.from(scores);
    const predicted = labels[numbers.indexOf(Math.max(...numbers))];
    const right = String(predicted === label);
    const held = outOfFold === undefined ? labels.map(() => '') : write(outOfFold);
    return csvRow([
      path,
      label,
      split,
      predicted,
      right,
      ...write(numbers),
      ...(withFolds ? held : []),
    ]);
  });
  return [csvHeader(header), ...table].join('');
}
