import assert from 'node:assert/strict';
import test from 'node:test';
import { thresholdSection } from '../../../src/report/page/threshold.ts';
import { textOf } from '../../helpers/text-of.ts';

const point = {
  positive: '<b>',
  threshold: 0.3117,
  sentence: 'chosen for a sensitivity of at least 0.95 on validation (N=66)',
  rows: [{ set: 'test', rates: ['93.8% (71.7–98.9)', '82.9% (68.7–91.5)', '71.4%', '–'] }],
};

test('what is said from where on, what for, and what it reaches', () => {
  const text = textOf(thresholdSection(point)?.body ?? { markup: '' });
  assert.match(
    text,
    /^&lt;b&gt; is said from a score of 0.312 on, chosen for a sensitivity of at least 0.95/,
  );
  assert.match(
    text,
    /Images Sensitivity Specificity PPV NPV test 93.8% \(71.7–98.9\) 82.9% \(68.7–91.5\) 71.4% –$/,
  );
});

test('without a threshold there is no section', () => {
  assert.equal(thresholdSection(null), null);
});
