// Renders the report as one HTML page; equal data gives equal bytes.

import type { ReportData, ReportSplit } from '../data.ts';
import { cardSection } from './card.ts';
import { confusion } from './confusion.ts';
import { curves } from './curves.ts';
import { extractorSection } from './extractor-choice.ts';
import { findingsSection } from './findings.ts';
import { gallerySection } from './gallery.ts';
import { header } from './headline.ts';
import { Html, html } from './html.ts';
import { labelMetrics } from './label-metrics.ts';
import { mapSection } from './map.ts';
import { overallSection } from './overall.ts';
import { calibrationSection, splitReliability } from './reliability.ts';
import type { Section } from './section.ts';
import { STYLE } from './style.ts';
import { thresholdSection } from './threshold.ts';
import { trainingSection } from './training-curves.ts';

/** Nothing is loaded or run: images are embedded, and there are no scripts. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/**
 * One self-contained page, readable without scripts.
 * @returns HTML in UTF-8, to be written readable by its owner only, since it may contain images of the data
 */
export function renderReport(data: ReportData): string {
  const split = data.splits.find(({ name }) => name === data.headline);
  const sections = sectionsOf(data, split);
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
${header(data, split)}
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

function sectionsOf(data: ReportData, split: ReportSplit | undefined): Section[] {
  const rest = data.splits.filter((one) => one !== split && one.metrics.images > 0);
  const headline = split !== undefined && split.metrics.images > 0 ? [split] : [];
  const all = [
    overallSection([...headline, ...rest]),
    ...headline.flatMap((one) => splitSections(one, data)),
    thresholdSection(data.operatingPoint),
    calibrationSection(data.calibration),
    gallerySection(data),
    findingsSection(data.findings),
    mapSection(data),
    extractorSection(data.extractorChoice),
    trainingSection(data.history),
    ...rest.map(restSection),
    cardSection(data.card),
  ];
  return all.filter((section) => section !== null);
}

function splitSections(split: ReportSplit, data: ReportData): Section[] {
  const drawn = [...curves(data, split), splitReliability(split)];
  return [
    { id: 'confusion', heading: 'Confusion matrix', body: confusion(split) },
    { id: 'labels', heading: 'Metrics by label', body: labelMetrics(split) },
    { id: 'curves', heading: 'Curves', body: html`<div class="charts">${drawn}</div>` },
  ];
}

/** Sets other than the one that the page opens with. */
function restSection(split: ReportSplit, at: number): Section {
  return {
    id: `split-${at + 1}`,
    heading: `Also evaluated: ${split.name}`,
    body: html`${confusion(split)}${labelMetrics(split)}`,
  };
}
