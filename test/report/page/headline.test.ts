import assert from 'node:assert/strict';
import test from 'node:test';
import type { ReportSplit } from '../../../src/report/data.ts';
import { header, result } from '../../../src/report/page/headline.ts';
import { metric } from '../../helpers/make-metrics.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { textOf } from '../../helpers/text-of.ts';

const data = await makeReport({
  labels: ['brokenleg', 'healthyleg'],
  counts: [16, 41],
  images: false,
});

function setWith(metrics: Partial<ReportSplit['metrics']>, name = 'test'): ReportSplit {
  const [split] = data.splits;
  return {
    ...split,
    name,
    metrics: { ...split.metrics, groups: 31, accuracy: metric(0.912, 0.81, 0.96), ...metrics },
  };
}

test('the result is one sentence: images, groups, accuracy, interval, baseline', () => {
  assert.equal(
    textOf(result(setWith({}))),
    'On 57 test images from 31 groups, the accuracy is 91.2% (95% CI 81.0–96.0%); always predicting healthyleg gives 71.9%.',
  );
});

test('where no groups are known, none are spoken of', () => {
  assert.match(
    textOf(result(setWith({ groups: null }, 'cross-validation'))),
    /^On 57 cross-validated images, the accuracy/,
  );
});

test('when the interval includes the guess, or lies below it, that is said', () => {
  const said = (low: number, high: number) =>
    textOf(header(data, setWith({ accuracy: metric((low + high) / 2, low, high) })));
  assert.match(said(0.6, 0.9), /do not show that the model is better/);
  assert.match(said(0.3, 0.5), /worse than this majority baseline/);
  assert.doesNotMatch(said(0.8, 0.9), /that guess/);
});

test('baselines stand below the model', () => {
  const text = textOf(header(data, setWith({})));
  assert.match(
    text,
    /This model 91.2% 81.0–96.0 Majority baseline 71.9% Nearest centroid baseline 77.9%/,
  );
});

const image = new Uint8Array();
const [first] = data.mistakes;
const withImages = { ...data, images: true, mistakes: [{ ...first, image }] };

test('the head says whether images are inside, and what the page is not', () => {
  const open = textOf(header(withImages, undefined));
  assert.match(open, /contains images of the data.*only for people who may see the data/);
  assert.match(open, /Not a medical device/);
  assert.match(textOf(header(data, undefined)), /This page omits images of the data/);
  const none = textOf(header({ ...data, images: true }, undefined));
  assert.match(none, /contains no images of the data/);
});

test('warnings of the check are told at the head; notes are not', () => {
  assert.match(textOf(header(data, undefined)), /data check has 2 warnings/);
  const notes = (data.findings ?? []).filter(({ severity }) => severity === 'note');
  for (const findings of [notes, [], null]) {
    assert.doesNotMatch(textOf(header({ ...data, findings }, undefined)), /check of the data/);
  }
});

test('where nothing was held out, the result is that there is none', () => {
  assert.match(textOf(header(data, undefined)), /No images were held out/);
});
