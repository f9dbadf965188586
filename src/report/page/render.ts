// The report as one page: values in, HTML out, the same bytes for the same values.

import type { ReportData, ReportSet } from '../data.ts';
import { cardSection } from './card.ts';
import { confusion } from './confusion.ts';
import { curves } from './curves.ts';
import { findingsSection } from './findings.ts';
import { gallerySection } from './gallery.ts';
import { header } from './headline.ts';
import { Html, html } from './html.ts';
import { labelMetrics } from './label-metrics.ts';
import { mapSection } from './map.ts';
import { overallSection } from './overall.ts';
import { calibrationSection, setReliability } from './reliability.ts';
import type { Section } from './section.ts';
import { STYLE } from './style.ts';
import { thresholdSection } from './threshold.ts';
import { trainingSection } from './training-curves.ts';

/** Nothing is loaded and nothing is run: images lie in the page, and there is no script. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/**
 * One self-contained page, readable without scripts.
 * @returns HTML, UTF-8, to be written for its owner's eyes only: it may hold images of the data.
 */
export function renderReport(data: ReportData): string {
  const set = data.sets.find(({ name }) => name === data.headline);
  const sections = sectionsOf(data, set);
  const links = sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="generator" content="${data.stamp}">
<title>${data.title} · imgdiag report</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<div class="page">
${header(data, set)}
${links.length > 0 && html`<nav aria-label="Contents"><ul>${links}</ul></nav>`}
<main>
${sections.map(sectionMarkup)}
</main>
<footer>Written by imgdiag. Not a medical device. The same metrics are in evaluation.json.</footer>
</div>
</body>
</html>
`;
  return page.markup;
}

function sectionMarkup({ id, heading, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>${body}</section>
`;
}

function sectionsOf(data: ReportData, set: ReportSet | undefined): Section[] {
  const rest = data.sets.filter((one) => one !== set && one.metrics.images > 0);
  const headline = set !== undefined && set.metrics.images > 0 ? [set] : [];
  const all = [
    overallSection([...headline, ...rest]),
    ...headline.flatMap((one) => setSections(one, data)),
    thresholdSection(data.operatingPoint),
    calibrationSection(data.calibration),
    gallerySection(data),
    findingsSection(data.findings),
    mapSection(data),
    trainingSection(data.history),
    ...rest.map(restSection),
    cardSection(data.card),
  ];
  return all.filter((section) => section !== null);
}

function setSections(set: ReportSet, data: ReportData): Section[] {
  const drawn = [...curves(data, set), setReliability(set)];
  return [
    { id: 'confusion', heading: 'What is taken for what', body: confusion(set) },
    { id: 'labels', heading: 'Label by label', body: labelMetrics(set) },
    { id: 'curves', heading: 'Curves', body: html`<div class="charts">${drawn}</div>` },
  ];
}

/** Sets other than the one that the page opens with. */
function restSection(set: ReportSet, at: number): Section {
  return {
    id: `set-${at + 1}`,
    heading: `Also scored: ${set.name}`,
    body: html`${confusion(set)}${labelMetrics(set)}`,
  };
}
