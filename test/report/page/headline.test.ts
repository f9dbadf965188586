import assert from 'node:assert/strict';
import test from 'node:test';
import type { ReportSet } from '../../../src/report/data.ts';
import { answer, header } from '../../../src/report/page/headline.ts';
import { metric } from '../../helpers/make-metrics.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { textOf } from '../../helpers/text-of.ts';

const data = await makeReport({
  labels: ['brokenleg', 'healthyleg'],
  counts: [16, 41],
  images: false,
});

function setWith(metrics: Partial<ReportSet['metrics']>, name = 'test'): ReportSet {
  const [set] = data.sets;
  return {
    ...set,
    name,
    metrics: { ...set.metrics, groups: 31, accuracy: metric(0.912, 0.81, 0.96), ...metrics },
  };
}

test('the answer is one sentence: images, groups, share right, interval, guess', () => {
  assert.equal(
    textOf(answer(setWith({}))),
    'On 57 test images of 31 groups, 91.2% (95% CI 81.0–96.0%) were right; always guessing healthyleg gives 71.9%.',
  );
});

test('where no groups are known, none are spoken of', () => {
  assert.match(
    textOf(answer(setWith({ groups: null }, 'cross-validation'))),
    /^On 57 cross-validated images, 91/,
  );
});

test('when the interval includes the guess, or lies below it, that is said', () => {
  const said = (low: number, high: number) =>
    textOf(header(data, setWith({ accuracy: metric((low + high) / 2, low, high) })));
  assert.match(said(0.6, 0.9), /cannot tell the model from that guess/);
  assert.match(said(0.3, 0.5), /worse than that guess/);
  assert.doesNotMatch(said(0.8, 0.9), /that guess/);
});

test('simpler rules stand beside the model', () => {
  const text = textOf(header(data, setWith({})));
  assert.match(text, /This model 91.2% 81.0–96.0 Always healthyleg 71.9% Nearest centroid 77.9%/);
});

const image = new Uint8Array();
const [first] = data.mistakes;
const withImages = { ...data, images: true, mistakes: [{ ...first, image }] };

test('the head says whether images are inside, and what the page is not', () => {
  const open = textOf(header(withImages, undefined));
  assert.match(open, /holds images of the data.*Only those who may see the data may read it/);
  assert.match(open, /Not a medical device/);
  assert.match(textOf(header(data, undefined)), /Images of the data are left out of this page/);
  const none = textOf(header({ ...data, images: true }, undefined));
  assert.match(none, /holds no images of the data/);
});

test('warnings of the check are told at the head; notes are not', () => {
  assert.match(textOf(header(data, undefined)), /check of the data has 2 warnings/);
  const notes = (data.findings ?? []).filter(({ severity }) => severity === 'note');
  for (const findings of [notes, [], null]) {
    assert.doesNotMatch(textOf(header({ ...data, findings }, undefined)), /check of the data/);
  }
});

test('where nothing was held out, the answer is that there is none', () => {
  assert.match(textOf(header(data, undefined)), /No images were held out/);
});
