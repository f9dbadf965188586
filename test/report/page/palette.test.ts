import assert from 'node:assert/strict';
import test from 'node:test';
import { labelStyles } from '../../../src/report/page/palette.ts';
import { makeMetrics, metric, undefinedMetric } from '../../helpers/make-metrics.ts';

test('up to six labels all have a colour, dashes and marker of their own, in order', () => {
  const labels = ['10', '9', '__proto__', 'score', 'e', 'f'];
  const styles = labelStyles(labels, undefined);
  assert.deepEqual([...styles.keys()], labels);
  for (const trait of ['colour', 'dashes', 'symbol'] as const) {
    assert.equal(new Set([...styles.values()].map((style) => style[trait])).size, 6, trait);
  }
});

test('when there are more, the five of lowest AUC are told apart, undefined ones last', () => {
  const labels = Array.from('abcdefghij');
  const whole = makeMetrics(labels, []);
  const metrics = {
    ...whole,
    labels: whole.labels.map((one, at) => ({
      ...one,
      auc: at === 9 ? undefinedMetric('no image') : metric(1 - at / 100, 0, 1),
    })),
  };
  assert.deepEqual([...labelStyles(labels, metrics).keys()], Array.from('efghi'));
});
