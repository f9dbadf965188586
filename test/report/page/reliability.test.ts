import assert from 'node:assert/strict';
import test from 'node:test';
import { calibrationSection, splitReliability } from '../../../src/report/page/reliability.ts';
import { makeBins } from '../../helpers/make-metrics.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { textOf } from '../../helpers/text-of.ts';

const data = await makeReport({ labels: ['a', 'b'], counts: [16, 41], images: false });

test('before and after stand side by side, in metrics and in a chart', () => {
  const section = calibrationSection(data.calibration);
  assert.ok(section);
  const text = textOf(section.body);
  assert.match(text, /^Temperature 1.31, fitted on out-of-fold predictions \(N=266\)\./);
  assert.match(text, /before 0.271 6.2% after 0.243 3.1%/);
  assert.match(section.body.markup, /var\(--c0\).*var\(--c1\)/s);
});

test('where nothing was fitted there is no section; without bins and losses only the sentence', () => {
  assert.equal(calibrationSection(null), null);
  const bare = {
    temperature: 1,
    sentence: 'not calibrated: too few images',
    before: null,
    after: null,
    kept: false,
    reliabilityBefore: makeBins([]),
    reliabilityAfter: [],
  };
  const section = calibrationSection(bare);
  assert.equal(textOf(section?.body ?? { markup: '' }), 'Not calibrated: too few images.');
});

test('empty bins are not drawn, and a split without images has no chart', () => {
  const [split] = data.splits;
  const filled = split.metrics.reliability.filter(({ images }) => images > 0).length;
  const dots = splitReliability(split)?.markup.match(/<circle/g)?.length;
  assert.equal(dots, filled);
  const empty = { ...split, metrics: { ...split.metrics, reliability: makeBins([]) } };
  assert.equal(splitReliability(empty), null);
});

test('when the temperature was not kept then one curve is drawn, and its losses are called so', () => {
  assert.ok(data.calibration);
  const bins = { ...data.calibration, kept: false, reliabilityAfter: [] };
  const section = calibrationSection(bins);
  const text = textOf(section?.body ?? { markup: '' });
  assert.match(text, /without temperature scaling .* with temperature scaling .* as saved/);
  assert.doesNotMatch(text, /before and after/);
});
