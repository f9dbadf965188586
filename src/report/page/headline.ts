// The head of the page: the result in a sentence and a chart, with caveats and notices.

import type { Estimate, Interval } from '../../metrics/estimate.ts';
import { capitalised, percentText } from '../../metrics/format.ts';
import type { ReportData, ReportSplit } from '../data.ts';
import { type Html, html, name, rowName } from './html.ts';
import { countText, numberText, rangeText } from './metric-text.ts';

/** `On 57 test images from 31 groups, the accuracy is 91.2% (95% CI 81.0–96.2%); always predicting ...` */
export function result({ name: split, metrics }: ReportSplit): Html {
  const { images, groups, accuracy, majority_baseline: majority } = metrics;
  const which = images === 1 ? 'image' : 'images';
  const from = groups !== null && html` from ${countText(groups, 'group')}`;
  const baseline = html`always predicting ${name(majority.label)} gives ${percentText(majority.accuracy)}`;
  return html`On ${numberText(images)} ${adjective(split)} ${which}${from}, the accuracy is ${accuracyText(accuracy)}; ${baseline}.`;
}

function accuracyText({ value, interval }: Estimate): Html {
  if (value === null) return html`–`;
  const range = interval !== null && ` (95% CI ${rangeText(interval, 'percent')}%)`;
  return html`<strong>${percentText(value)}</strong>${range}`;
}

function adjective(split: string): string {
  return split === 'cross-validation' ? 'cross-validated' : split;
}

/** A baseline within the interval means that the model may be no better than it. */
function verdict({ metrics }: ReportSplit): Html | null {
  const { interval } = metrics.accuracy;
  const baseline = metrics.majority_baseline.accuracy;
  if (interval === null || interval[0] > baseline) return null;
  const text =
    interval[1] < baseline
      ? 'The model is worse than this majority baseline.'
      : 'These images do not show that the model is better than this majority baseline, which is within the interval.';
  return html`<p class="caveat">${text}</p>`;
}

/** The accuracy with its interval on a line from 0 to 100%, above the baselines. */
function accuracyLines({ name: split, metrics, baselines }: ReportSplit): Html {
  const { accuracy, majority_baseline: majority } = metrics;
  const row = (label: string, value: number, interval: Interval | null, kind: string) =>
    html`<tr class="${kind}"><th scope="row">${rowName(label)}</th><td class="track">${track(value, interval, majority.accuracy)}</td><td class="number">${percentText(value)}${
      interval !== null && html` <small>${rangeText(interval, 'percent')}</small>`
    }</td></tr>`;
  return html`<table class="lines"><caption>Accuracy on the ${adjective(split)} images and baselines, from 0 to 100%</caption><tbody>${[
    accuracy.value !== null && row('This model', accuracy.value, accuracy.interval, 'model'),
    baselines.map((one) => row(`${one.name} baseline`, one.accuracy, null, 'rule')),
  ]}</tbody></table>`;
}

function track(value: number, interval: Interval | null, guess: number): Html {
  const at = (share: number) => `${(100 * share).toFixed(2)}%`;
  return html`<svg width="100%" height="26" aria-hidden="true"><line class="axis" x2="100%" y1="13" y2="13"/><line class="guess" x1="${at(guess)}" x2="${at(guess)}" y1="0" y2="26"/>${
    interval !== null &&
    html`<line class="interval" x1="${at(interval[0])}" x2="${at(interval[1])}" y1="13" y2="13"/>`
  }<circle cx="${at(value)}" cy="13" r="5"/></svg>`;
}

/** Who may read the page, that it is no medical device, and warnings of the data check. */
function notices(data: ReportData): Html {
  const warnings = (data.findings ?? []).filter(({ severity }) => severity === 'warning').length;
  return html`<ul class="notices"><li>${readers(data)}</li><li><strong>Not a medical device.</strong> The metrics apply to these images only, and scores are not diagnoses.</li>${
    warnings > 0 &&
    html`<li class="warning"><strong>The data check has ${countText(warnings, 'warning')}</strong>; these metrics may be optimistic or wrong: <a href="#findings">see the findings</a>.</li>`
  }</ul>`;
}

function readers({ images, mistakes, right }: ReportData): Html {
  if (!images) {
    return html`<strong>This page omits images of the data</strong> (--no_images), but may contain file names and labels.`;
  }
  if (![...mistakes, ...right].some(({ image }) => image !== null)) {
    return html`<strong>This page contains no images of the data</strong>, but may contain file names and labels.`;
  }
  return html`<strong>This page contains images of the data</strong> and file names. It is only for people who may see the data: keep it with the data, and do not pass it on with the model.`;
}

export function header(data: ReportData, split: ReportSplit | undefined): Html {
  const kind = data.kind === 'retrain' ? 'Training report' : 'Evaluation report';
  const usable = split !== undefined && split.metrics.images > 0;
  const missing = html`No images were held out, so it is unknown how good this model is.`;
  return html`<header><p class="kind">imgdiag · ${kind}</p><h1>${name(data.title)}</h1><p class="answer">${
    usable ? result(split) : missing
  }</p>${
    usable && [
      split.caveat !== null && html`<p class="caveat">${capitalised(split.caveat)}.</p>`,
      verdict(split),
      accuracyLines(split),
    ]
  }${notices(data)}</header>`;
}
