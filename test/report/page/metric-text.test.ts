import assert from 'node:assert/strict';
import test from 'node:test';
import {
  asDecimal,
  countText,
  estimateHtml,
  Notes,
  numberText,
  rangeText,
} from '../../../src/report/page/metric-text.ts';
import { metric, undefinedMetric } from '../../helpers/make-metrics.ts';

test('decimals are three, a minus is a minus, and a range of shares has no sign', () => {
  assert.equal(asDecimal(-0.0425), '−0.043');
  assert.equal(rangeText([0.8, 0.962], 'percent'), '80.0–96.2');
});

test('counts have thousands apart, and agree with their noun', () => {
  assert.deepEqual([999, 1000, 1234567].map(numberText), ['999', '1,000', '1,234,567']);
  assert.equal(countText(1, 'image'), '1 image');
  assert.equal(countText(0, 'image'), '0 images');
});

test('a metric stands above its interval', () => {
  const parts = estimateHtml(metric(0.5, 0.25, 0.75), 'percent', new Notes());
  assert.equal(parts.markup, '50.0%<small>25.0–75.0</small>');
});

test('an undefined metric is an en dash with the number of its note; equal notes are one', () => {
  const notes = new Notes();
  const text = (note: string) => estimateHtml(undefinedMetric(note), 'decimal', notes).markup;
  assert.deepEqual(
    [text('no image bears <a>'), text('one label only'), text('no image bears <a>')],
    ['–<sup>1</sup>', '–<sup>2</sup>', '–<sup>1</sup>'],
  );
  assert.equal(
    notes.list()?.markup,
    '<ol class="notes"><li>no image bears &lt;a&gt;</li><li>one label only</li></ol>',
  );
});

test('where there are no notes, there is no list', () => {
  assert.equal(new Notes().list(), null);
});
