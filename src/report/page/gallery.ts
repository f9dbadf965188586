// The gallery: the worst mistakes with heat maps, beside correct predictions.

import type { ReportData, ReportImage } from '../data.ts';
import { file, type Html, html, name } from './html.ts';
import { asDecimal } from './metric-text.ts';
import type { Section } from './section.ts';

export function gallerySection({ mistakes, right, images }: ReportData): Section | null {
  if (mistakes.length + right.length === 0) return null;
  const shown = [...mistakes, ...right];
  const heat = shown.some((one) => one.heat !== null);
  const approximate = shown.some((one) => one.heat !== null && one.approximate);
  const explained = html`<p>Each heat map shows where the saved model finds evidence for the predicted label (orange) or against it (blue); a stronger colour means stronger evidence.${
    approximate && ' The maps are approximate, since the model has hidden units.'
  }</p>`;
  const outOfFold = html`<p>Out-of-fold predictions come from a head that was not trained on the image. The saved model was, and may predict another label.</p>`;
  const left = html`<p>Images are omitted (--no_images).</p>`;
  return {
    id: 'images',
    heading: 'Worst mistakes',
    body: html`${images ? heat && explained : left}${shown.some((one) => one.outOfFold) && outOfFold}<div class="gallery">${[
      column('Mistakes, highest score first', mistakes, 'No mistakes to show.'),
      column('Correct predictions', right, 'No correct predictions to show.'),
    ]}</div>`,
  };
}

function column(heading: string, images: readonly ReportImage[], none: string): Html {
  const list = html`<ol>${images.map(entry)}</ol>`;
  return html`<div><h3>${heading}</h3>${images.length === 0 ? html`<p>${none}</p>` : list}</div>`;
}

function entry(one: ReportImage): Html {
  const right = one.truth === one.predicted;
  const verdict = right
    ? html`${name(one.truth)}`
    : html`${name(one.truth)} <span class="wrong">predicted as ${name(one.predicted)}</span>`;
  return html`<li class="entry">${[
    one.image !== null && image(one.image, `${one.path}, true label ${one.truth}`),
    one.heat !== null && image(one.heat, `Heat map of ${one.path} for ${one.predicted}`),
  ]}<p>${verdict}<span class="score">score ${asDecimal(one.score)}${one.outOfFold && ', out-of-fold'}</span>${file(one.path)}</p></li>`;
}

function image(jpeg: Uint8Array, description: string): Html {
  const data = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).toString('base64');
  return html`<img src="data:image/jpeg;base64,${data}" alt="${description}">`;
}
