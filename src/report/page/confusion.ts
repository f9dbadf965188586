// What is taken for what: the whole matrix of a few labels, the commonest confusions of many.

import { percentText } from '../../metrics/format.ts';
import type { ReportSet } from '../data.ts';
import { type Html, html, listOf, name, rowName } from './html.ts';
import { countText, numberText } from './metric-text.ts';
import { columns, table } from './section.ts';

/** A matrix of more labels than this does not fit on a page. */
const MOST_LABELS = 12;
const MOST_CONFUSIONS = 20;
/** Named in the sentence above the matrix. */
const NAMED = 3;

interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
  /** Images of the true label. */
  readonly support: number;
}

export function confusion(set: ReportSet): Html {
  const labels = set.metrics.labels.map(({ label }) => label);
  const found = confusions(labels, set.metrics.confusion);
  const many = labels.length > MOST_LABELS;
  return html`<div class="split"><div class="beside">${summary(set, found)}</div><div>${
    many ? confusionList(found, labels.length) : matrix(labels, set)
  }</div></div>`;
}

/** Most frequent first; in label order where they are equally frequent. */
function confusions(
  labels: readonly string[],
  counts: readonly (readonly number[])[],
): readonly Confusion[] {
  const all = counts.flatMap((row, truth) =>
    row.map((count, predicted) => ({
      truth: labels[truth],
      predicted: labels[predicted],
      count: truth === predicted ? 0 : count,
      support: sum(row),
    })),
  );
  return all.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}

function summary({ metrics }: ReportSet, found: readonly Confusion[]): Html {
  const wrong = metrics.images - metrics.correct;
  if (wrong === 0) return html`<p>All ${countText(metrics.images, 'image')} are right.</p>`;
  const named = found
    .slice(0, NAMED)
    .map(
      ({ truth, predicted, count, support }) =>
        html`${name(truth)} taken for ${name(predicted)} (${numberText(count)} of ${numberText(support)})`,
    );
  const most = found.length > NAMED ? 'Most often' : 'These are';
  return html`<p>${countText(wrong, 'mistake')} in ${countText(metrics.images, 'image')}. ${most}: ${listOf(named)}.</p>`;
}

function matrix(labels: readonly string[], { metrics }: ReportSet): Html {
  const heads = html`<thead><tr><th scope="col" rowspan="2">Truth</th><th scope="colgroup" colspan="${labels.length}">Predicted</th><th scope="col" rowspan="2">Images</th></tr><tr>${labels.map(
    (label) =>
      html`<th scope="col"><span class="clamp" title="${label}">${name(label)}</span></th>`,
  )}</tr></thead>`;
  const rows = metrics.confusion.map((row, truth) => {
    const support = sum(row);
    const cells = row.map((count, predicted) => cell(count, support, truth === predicted));
    return html`<tr><th scope="row"><span class="clamp" title="${labels[truth]}">${name(labels[truth])}</span></th>${cells}<td>${numberText(support)}</td></tr>`;
  });
  return table('Images of each label: count and share of the row', 'matrix', [
    heads,
    html`<tbody>${rows}</tbody>`,
  ]);
}

/** Shades of cells: seen at all, and text on them still readable. */
const PALEST = 0.07;
const STRONGEST = 0.34;

function cell(count: number, support: number, right: boolean): Html {
  if (support === 0) return html`<td class="none">–</td>`;
  if (count === 0) return html`<td class="none">0</td>`;
  const share = count / support;
  const shade = (PALEST + (STRONGEST - PALEST) * share).toFixed(3);
  return html`<td style="background:rgb(var(${right ? '--right' : '--wrong'})/${shade})">${numberText(count)}<small>${percentText(share)}</small></td>`;
}

function confusionList(found: readonly Confusion[], labels: number): Html {
  const shown = found.slice(0, MOST_CONFUSIONS);
  const rows = shown.map(
    ({ truth, predicted, count, support }) =>
      html`<tr><th scope="row">${rowName(truth)}</th><td class="text">${rowName(predicted)}</td><td>${numberText(count)}</td><td>${percentText(count / support)}</td></tr>`,
  );
  const heads = columns(['Label', 'Taken for', 'Images', 'Of the label']);
  const left = found.length - shown.length;
  return html`${shown.length > 0 && table(`The ${shown.length} commonest confusions`, 'numbers pairs', [heads, html`<tbody>${rows}</tbody>`])}<p class="aside">The matrix of ${labels} labels does not fit on a page${left > 0 && `; ${countText(left, 'rarer confusion')} left out`}. All of it is in evaluation.json.</p>`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
