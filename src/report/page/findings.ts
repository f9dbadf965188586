// The findings of the data check, warnings first.

import type { Finding } from '../../check/findings.ts';
import { file, type Html, html } from './html.ts';
import { numberText } from './metric-text.ts';
import type { Section } from './section.ts';

/** Items shown per finding; `imgdiag check --all` lists all. */
const MOST_ITEMS = 8;

export function findingsSection(findings: readonly Finding[] | null): Section | null {
  if (findings === null) return null;
  const ordered = [
    ...findings.filter(({ severity }) => severity === 'warning'),
    ...findings.filter(({ severity }) => severity === 'note'),
  ];
  const none = html`<p>No findings.</p>`;
  const further = html`<p class="aside">This is a quick check. imgdiag check also compares the pixels of all images, to find every near-duplicate (rotated, mirrored or re-encoded) and blurred images, and looks for wrong labels and outliers in large data sets too.</p>`;
  return {
    id: 'findings',
    heading: 'Findings in the data',
    body: html`${further}${ordered.length === 0 ? none : html`<ul class="findings">${ordered.map(finding)}</ul>`}`,
  };
}

function finding({ severity, sentence, items }: Finding): Html {
  const left = items.length - MOST_ITEMS;
  const rows = items
    .slice(0, MOST_ITEMS)
    .map(
      ({ paths, detail }) =>
        html`<li>${paths.map((path, at) => [at > 0 && ' = ', file(path)])}<small>${detail}</small></li>`,
    );
  return html`<li class="${severity}"><p><span class="badge">${severity === 'warning' ? 'Warning' : 'Note'}</span> ${sentence}.</p>${
    rows.length > 0 && html`<ul>${rows}</ul>`
  }${left > 0 && html`<p class="aside">And ${numberText(left)} more; imgdiag check --all lists them.</p>`}</li>`;
}
