import assert from 'node:assert/strict';
import test from 'node:test';
import stringWidth from 'string-width';
import type { SplitMetrics } from '../../src/metrics/split-metrics.ts';
import { labelTable } from '../../src/report/label-table.ts';
import { makeMetrics, metric, undefinedMetric } from '../helpers/make-metrics.ts';

function metricsOf(labels: readonly string[]): SplitMetrics {
  const whole = makeMetrics(labels, []);
  return {
    ...whole,
    labels: whole.labels.map((one, at) => ({
      ...one,
      support: at === 0 ? 1016 : 41,
      sensitivity: metric(0.875, 0.6398, 0.9652),
      ppv: at === 0 ? metric(1, 0.9, 1) : undefinedMetric('no image is predicted as it'),
    })),
  };
}

test('a line per label with counts and intervals, aligned', () => {
  assert.deepEqual(labelTable(metricsOf(['brokenleg', 'ok'])), [
    'label         N  sensitivity (95% CI)  PPV (95% CI)',
    'brokenleg  1016  87.5% (64.0-96.5)     100.0% (90.0-100.0)',
    'ok           41  87.5% (64.0-96.5)     -',
  ]);
});

test('when a label is long, it is cut to 30 columns and the rest stays in place', () => {
  const [, long, short] = labelTable(metricsOf(['x'.repeat(200), 'y']));
  assert.equal(long.slice(0, 38), `${'x'.repeat(29)}…  1016  `);
  assert.equal(long.indexOf('87.5%'), short.indexOf('87.5%'));
});

test('when characters are two columns wide or made of several, columns still line up', () => {
  const lines = labelTable(metricsOf(['骨折'.repeat(20), '👩‍⚕️'.repeat(20), 'ok']));
  const [, ...columns] = lines.map((line) => stringWidth(line.slice(0, line.indexOf('87.5%'))));
  assert.equal(new Set(columns).size, 1, String(columns));
  assert.match(lines[1], /^(骨折){7}…/);
  // Cut between whole characters: each of them is woman, joiner, staff of Aesculapius, selector.
  assert.match(lines[2], /^(👩‍⚕️)+…/);
});

test('when a label holds a line feed, it stays one line', () => {
  const [, line] = labelTable(metricsOf(['a\nb', 'c']));
  assert.match(line, /^a\\nb /);
});

test('labels such as __proto__ and digits keep their order', () => {
  const names = ['score', '__proto__', '10', '9'];
  const lines = labelTable(metricsOf(names));
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(' ')[0]),
    names,
  );
});
