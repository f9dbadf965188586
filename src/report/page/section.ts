// Parts of sections: scrolling tables, and charts with title and legend.

import { type Html, html, type Part } from './html.ts';

/** A part of the page under a second-level heading. */
export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly body: Html;
}

/** A table that scrolls on a narrow screen, also by keyboard. */
export function table(caption: string, kind: string, content: Part): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="${kind}"><caption>${caption}</caption>${content}</table></div>`;
}

/** `<thead>` with one row of column headings. */
export function columns(headings: readonly Part[]): Html {
  return html`<thead><tr>${headings.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead>`;
}

/** A chart with its title above and its legend below. */
export function chartFigure(title: string, chart: Html, legend: Part, kind = ''): Html {
  return html`<figure class="chart ${kind}"><h3>${title}</h3>${chart}${
    legend !== null && html`<figcaption>${legend}</figcaption>`
  }</figure>`;
}
