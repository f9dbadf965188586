// The worst mistakes with their heat maps, beside examples that are right.

import type { ReportData, ReportImage } from '../data.ts';
import { file, type Html, html, name } from './html.ts';
import { asDecimal } from './metric-text.ts';
import type { Section } from './section.ts';

export function gallerySection({ mistakes, right, images }: ReportData): Section | null {
  if (mistakes.length + right.length === 0) return null;
  const shown = [...mistakes, ...right];
  const heat = shown.some((one) => one.heat !== null);
  const approximate = shown.some((one) => one.heat !== null && one.approximate);
  const explained = html`<p>Beside each image is the same with a heat map: where the saved model finds what speaks for the label that was given (orange) or against it (blue); the more colour, the stronger.${
    approximate && ' With hidden units in the model the maps are approximate.'
  }</p>`;
  const outOfFold = html`<p>Out of fold: scored by a head that had not seen the image. The saved model has learnt from it, and may say something else.</p>`;
  const left = html`<p>Images are left out, as was asked for.</p>`;
  return {
    id: 'images',
    heading: 'Worst mistakes',
    body: html`${images ? heat && explained : left}${shown.some((one) => one.outOfFold) && outOfFold}<div class="gallery">${[
      column('Mistakes, the surest first', mistakes, 'No mistakes to show.'),
      column('Right answers', right, 'No right images to show.'),
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
    : html`${name(one.truth)} <span class="wrong">taken for ${name(one.predicted)}</span>`;
  return html`<li class="entry">${[
    one.image !== null && image(one.image, `${one.path}, which is ${one.truth}`),
    one.heat !== null && image(one.heat, `Heat map of ${one.path} for ${one.predicted}`),
  ]}<p>${verdict}<span class="score">score ${asDecimal(one.score)}${one.outOfFold && ', out of fold'}</span>${file(one.path)}</p></li>`;
}

function image(jpeg: Uint8Array, description: string): Html {
  const data = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).toString('base64');
  return html`<img src="data:image/jpeg;base64,${data}" alt="${description}">`;
}
