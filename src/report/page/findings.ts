// What a look at the data has found, warnings first.

import type { Finding } from '../../check/findings.ts';
import { file, type Html, html } from './html.ts';
import { numberText } from './metric-text.ts';
import type { Section } from './section.ts';

/** Enough to see what is meant; `imgdiag check` lists all. */
const MOST_ITEMS = 8;

export function findingsSection(findings: readonly Finding[] | null): Section | null {
  if (findings === null) return null;
  const ordered = [
    ...findings.filter(({ severity }) => severity === 'warning'),
    ...findings.filter(({ severity }) => severity === 'note'),
  ];
  const none = html`<p>Nothing was found that needs a look.</p>`;
  const further = html`<p class="aside">A quick look. imgdiag check looks further: at the pixels, for copies that were turned, mirrored or saved anew and for blurred images; and, also in large sets, for wrong labels and outliers.</p>`;
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
  }${left > 0 && html`<p class="aside">And ${numberText(left)} more: imgdiag check lists all.</p>`}</li>`;
}
