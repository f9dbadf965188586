// The networks that --extractor auto compared, and which it kept.

import { capitalised } from '../../metrics/format.ts';
import type { ReportData } from '../data.ts';
import { describeExtractorChoice, differenceText, millions } from '../extractor-choice.ts';
import { html } from './html.ts';
import { numberText } from './metric-text.ts';
import { columns, type Section, table } from './section.ts';

export function extractorSection(choice: ReportData['extractorChoice']): Section | null {
  if (choice === null) return null;
  const byFolds = choice.networks.some((one) => one.kept_in_folds !== null);
  const rows = choice.networks.map(
    (one) =>
      html`<tr><th scope="row">${one.id}${one.kept && ' (kept)'}</th><td>${numberText(one.image_size)}</td><td>${millions(one)}</td><td>${one.log_loss.toFixed(4)}</td><td>${differenceText(one).replace('+-', '±')}</td>${
        byFolds && html`<td>${one.kept_in_folds}</td>`
      }</tr>`,
  );
  return {
    id: 'extractor',
    heading: 'Choice of the network',
    body: html`<p>${capitalised(describeExtractorChoice(choice))}. The log loss is held-out, by a head on the features of each network; its difference to the lowest is the mean over images, ± its standard error.</p>${table(
      'Networks compared by --extractor auto',
      'numbers',
      [
        columns([
          'Network',
          'Pixels',
          'Multiply-adds',
          'Log loss',
          'Difference to the best',
          ...(byFolds ? ['Kept in folds'] : []),
        ]),
        html`<tbody>${rows}</tbody>`,
      ],
    )}`,
  };
}
