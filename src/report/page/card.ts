// The model card section: names and values under headings.

import type { ReportData } from '../data.ts';
import { html } from './html.ts';
import type { Section } from './section.ts';

export function cardSection(card: ReportData['card']): Section | null {
  if (card.length === 0) return null;
  const sections = card.map(
    ({ heading, rows }) =>
      html`<h3>${heading}</h3><dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`,
  );
  return { id: 'card', heading: 'Model card', body: html`<div class="card">${sections}</div>` };
}
