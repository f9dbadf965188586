// Confusions: the whole matrix for a few labels, the most frequent confusions for many.

import { percentText } from '../../metrics/format.ts';
import type { ReportSplit } from '../data.ts';
import { type Html, html, listOf, name, rowName } from './html.ts';
import { countText, numberText } from './metric-text.ts';
import { columns, table } from './section.ts';

/** A larger matrix does not fit on the page. */
const MOST_LABELS = 12;
const MOST_CONFUSIONS = 20;
/** Confusions named in the sentence beside the matrix. */
const NAMED = 3;

interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
  /** Number of images of the true label. */
  readonly support: number;
}

export function confusion(split: ReportSplit): Html {
  const labels = split.metrics.labels.map(({ label }) => label);
  const found = confusions(labels, split.metrics.confusion);
  const many = labels.length > MOST_LABELS;
  return html`<div class="split"><div class="beside">${summary(split, found)}</div><div>${
    many ? confusionList(found, labels.length) : matrix(labels, split)
  }</div></div>`;
}

/** Most frequent first, ties in label order. */
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

function summary({ metrics: { images, correct } }: ReportSplit, found: readonly Confusion[]): Html {
  const wrong = images - correct;
  if (wrong === 0) return html`<p>All ${countText(images, 'image')} are classified correctly.</p>`;
  const named = found
    .slice(0, NAMED)
    .map(
      ({ truth, predicted, count, support }) =>
        html`${name(truth)} as ${name(predicted)} (${numberText(count)} of ${numberText(support)})`,
    );
  const most = found.length > NAMED ? ', most often' : ':';
  return html`<p>${numberText(wrong)} of ${countText(images, 'image')} ${wrong === 1 ? 'is' : 'are'} misclassified${most} ${listOf(named)}.</p>`;
}

function matrix(labels: readonly string[], { metrics }: ReportSplit): Html {
  const heads = html`<thead><tr><th scope="col" rowspan="2">True label</th><th scope="colgroup" colspan="${labels.length}">Predicted label</th><th scope="col" rowspan="2">Images</th></tr><tr>${labels.map(
    (label) =>
      html`<th scope="col"><span class="clamp" title="${label}">${name(label)}</span></th>`,
  )}</tr></thead>`;
  const rows = metrics.confusion.map((row, truth) => {
    const support = sum(row);
    const cells = row.map((count, predicted) => cell(count, support, truth === predicted));
    return html`<tr><th scope="row"><span class="clamp" title="${labels[truth]}">${name(labels[truth])}</span></th>${cells}<td>${numberText(support)}</td></tr>`;
  });
  return table('Number of images, with share of the true label', 'matrix', [
    heads,
    html`<tbody>${rows}</tbody>`,
  ]);
}

/** Opacities of cell shades: from just visible to where text is still readable. */
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
  const heads = columns(['True label', 'Predicted label', 'Images', 'Share of true label']);
  const left = found.length - shown.length;
  return html`${shown.length > 0 && table(`The ${shown.length} most frequent confusions`, 'numbers pairs', [heads, html`<tbody>${rows}</tbody>`])}<p class="aside">The full matrix of ${labels} labels is in evaluation.json${left > 0 && `; ${countText(left, 'rarer confusion')} omitted here`}.</p>`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
