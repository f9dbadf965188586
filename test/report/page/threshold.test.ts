import assert from 'node:assert/strict';
import test from 'node:test';
import { thresholdSection } from '../../../src/report/page/threshold.ts';
import { textOf } from '../../helpers/text-of.ts';

const point = {
  positive: '<b>',
  threshold: 0.3117,
  sentence: 'chosen for a sensitivity of at least 0.95 on validation (N=66)',
  rows: [{ split: 'test', rates: ['93.8% (71.7–98.9)', '82.9% (68.7–91.5)', '71.4%', '–'] }],
};

test('the threshold, what it was chosen for, and its rates', () => {
  const text = textOf(thresholdSection(point)?.body ?? { markup: '' });
  assert.match(
    text,
    /^An image is classified as &lt;b&gt; if its score is at least 0.312. This threshold was chosen for a sensitivity of at least 0.95/,
  );
  assert.match(
    text,
    /Images Sensitivity Specificity PPV NPV test 93.8% \(71.7–98.9\) 82.9% \(68.7–91.5\) 71.4% –$/,
  );
});

test('without a threshold there is no section', () => {
  assert.equal(thresholdSection(null), null);
});
