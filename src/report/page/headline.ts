// The head of the page: the answer in a sentence, its image, and what a reader must know of it.

import type { Estimate, Interval } from '../../metrics/estimate.ts';
import { percentText } from '../../metrics/format.ts';
import type { ReportData, ReportSet } from '../data.ts';
import { type Html, html, name, rowName } from './html.ts';
import { countText, numberText, rangeText } from './metric-text.ts';

/** `On 57 test images of 31 groups, 91.2% (95% CI 81.0–96.2%) were right; always guessing ...` */
export function answer({ name: set, metrics }: ReportSet): Html {
  const { images, groups, accuracy, majority_baseline: majority } = metrics;
  const which = images === 1 ? 'image' : 'images';
  const from = groups !== null && html` of ${countText(groups, 'group')}`;
  const guessing = html`always guessing ${name(majority.label)} gives ${percentText(majority.accuracy)}`;
  return html`On ${numberText(images)} ${adjective(set)} ${which}${from}, ${rightShare(accuracy)} ${images === 1 ? 'was' : 'were'} right; ${guessing}.`;
}

function rightShare({ value, interval }: Estimate): Html {
  if (value === null) return html`–`;
  const range = interval !== null && ` (95% CI ${rangeText(interval, 'percent')}%)`;
  return html`<strong>${percentText(value)}</strong>${range}`;
}

function adjective(set: string): string {
  return set === 'cross-validation' ? 'cross-validated' : set;
}

/** A guess within the interval means that the images cannot tell the model from the guess. */
function verdict({ metrics }: ReportSet): Html | null {
  const { interval } = metrics.accuracy;
  const guess = metrics.majority_baseline.accuracy;
  if (interval === null || interval[0] > guess) return null;
  const text =
    interval[1] < guess
      ? 'The model is worse than that guess.'
      : 'So few images cannot tell the model from that guess: the interval includes it.';
  return html`<p class="caveat">${text}</p>`;
}

/** The accuracy and its interval on a line from 0 to 100%, above those of simpler rules. */
function accuracyLines({ name: set, metrics, baselines }: ReportSet): Html {
  const { accuracy, majority_baseline: majority } = metrics;
  const row = (label: string, value: number, interval: Interval | null, kind: string) =>
    html`<tr class="${kind}"><th scope="row">${rowName(label)}</th><td class="track">${track(value, interval, majority.accuracy)}</td><td class="number">${percentText(value)}${
      interval !== null && html` <small>${rangeText(interval, 'percent')}</small>`
    }</td></tr>`;
  return html`<table class="lines"><caption>Accuracy on the ${adjective(set)} images, from 0 to 100%, beside simpler rules</caption><tbody>${[
    accuracy.value !== null && row('This model', accuracy.value, accuracy.interval, 'model'),
    baselines.map((one) => row(one.name, one.accuracy, null, 'rule')),
  ]}</tbody></table>`;
}

function track(value: number, interval: Interval | null, guess: number): Html {
  const at = (share: number) => `${(100 * share).toFixed(2)}%`;
  return html`<svg width="100%" height="26" aria-hidden="true"><line class="axis" x2="100%" y1="13" y2="13"/><line class="guess" x1="${at(guess)}" x2="${at(guess)}" y1="0" y2="26"/>${
    interval !== null &&
    html`<line class="interval" x1="${at(interval[0])}" x2="${at(interval[1])}" y1="13" y2="13"/>`
  }<circle cx="${at(value)}" cy="13" r="5"/></svg>`;
}

/** Who may read the page, what it is not, and what the check of the data has to say. */
function notices(data: ReportData): Html {
  const warnings = (data.findings ?? []).filter(({ severity }) => severity === 'warning').length;
  return html`<ul class="notices"><li>${readers(data)}</li><li><strong>Not a medical device.</strong> The metrics describe these images only; they are no ground for a diagnosis.</li>${
    warnings > 0 &&
    html`<li class="warning"><strong>The check of the data has ${countText(warnings, 'warning')}</strong>, which may make these metrics flattering or wrong: <a href="#findings">see the findings</a>.</li>`
  }</ul>`;
}

function readers({ images, mistakes, right }: ReportData): Html {
  if (!images) {
    return html`<strong>Images of the data are left out of this page</strong>, as was asked for. Names of files and labels may still be in it.`;
  }
  if (![...mistakes, ...right].some(({ image }) => image !== null)) {
    return html`<strong>This page holds no images of the data.</strong> Names of files and labels may be in it.`;
  }
  return html`<strong>This page holds images of the data</strong> and names of files. Only those who may see the data may read it: keep it where the data is kept, and do not send it along with the model.`;
}

export function header(data: ReportData, set: ReportSet | undefined): Html {
  const kind = data.kind === 'retrain' ? 'Report of a training' : 'Report of an evaluation';
  const usable = set !== undefined && set.metrics.images > 0;
  const missing = html`No images were held out, so nothing can be said of how good this model is.`;
  return html`<header><p class="kind">imgdiag · ${kind}</p><h1>${name(data.title)}</h1><p class="answer">${
    usable ? answer(set) : missing
  }</p>${
    usable && [
      set.caveat !== null && html`<p class="caveat">${set.caveat}.</p>`,
      verdict(set),
      accuracyLines(set),
    ]
  }${notices(data)}</header>`;
}
