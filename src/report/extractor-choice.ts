// What is said of the networks that --extractor auto compared.

import type { ExtractorChoice } from '../model/evaluation-file.ts';

type Network = ExtractorChoice['networks'][number];

const HEADINGS = [
  'network',
  'pixels',
  'multiply-adds',
  'ms an image',
  'log loss',
  'difference to the best',
];

/**
 * An aligned table, and a sentence.
 * @param milliseconds of each network for one image; for people only, since they change from run to run
 */
export function choiceLines(choice: ExtractorChoice, milliseconds: readonly number[]): string[] {
  const byFolds = choice.networks.some((one) => one.kept_in_folds !== null);
  const rows = choice.networks.map((one, at) => [
    one.id,
    String(one.image_size),
    millions(one),
    milliseconds[at].toFixed(1),
    one.log_loss.toFixed(4),
    differenceText(one),
    ...(byFolds ? [String(one.kept_in_folds)] : []),
    one.kept ? 'kept' : '',
  ]);
  const table = [[...HEADINGS, ...(byFolds ? ['folds'] : []), ''], ...rows];
  const widths = table[0].map((_, at) => Math.max(...table.map((row) => row[at].length)));
  const aligned = table.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
      .join('  ')
      .trimEnd(),
  );
  return [...aligned, describeExtractorChoice(choice)];
}

/** `407 M` */
export function millions({ multiply_adds: count }: Pick<Network, 'multiply_adds'>): string {
  return `${Math.round(count / 1e6)} M`;
}

/** `0.0123 +- 0.0045`: with its standard error. */
export function differenceText({ difference, standard_error: error }: Network): string {
  return difference === 0 && error === 0
    ? 'the best'
    : `${difference.toFixed(4)} +- ${error.toFixed(4)}`;
}

/** What was kept and why. */
export function describeExtractorChoice({ networks, images, units }: ExtractorChoice): string {
  const best = networks.reduce((one, other) => (other.log_loss < one.log_loss ? other : one));
  const kept = networks.find((one) => one.kept) ?? best;
  const why =
    kept === best
      ? 'it has the lowest log loss, and none that costs less is within one standard error of it'
      : `it costs least of those within one standard error of the best, ${nameOf(best)}`;
  const groups = units === images ? '' : ` in ${units} groups`;
  return `kept ${nameOf(kept)}: ${why}, by inner folds over ${images} training and validation images${groups}`;
}

function nameOf({ id, image_size: size }: Network): string {
  return `${id} at ${size} pixels`;
}
