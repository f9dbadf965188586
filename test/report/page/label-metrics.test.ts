import assert from 'node:assert/strict';
import test from 'node:test';
import { labelMetrics } from '../../../src/report/page/label-metrics.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { HOSTILE_LABELS } from '../../helpers/report-cases.ts';
import { textOf } from '../../helpers/text-of.ts';

test('a row per label in order, whatever it is called, with nothing lost', async () => {
  const counts = HOSTILE_LABELS.map(() => 4);
  const { splits } = await makeReport({ labels: HOSTILE_LABELS, counts, images: false });
  const { markup } = labelMetrics(splits[0]);
  const rows = [...markup.matchAll(/<bdi>(.*?)<\/bdi>/g)].map(([, label]) => label);
  assert.deepEqual(rows.slice(2), HOSTILE_LABELS.slice(2));
  assert.deepEqual(rows.slice(0, 2), [
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '&quot;quoted&quot; &amp; &#39;single&#39;',
  ]);
});

test('a label without images shows en dashes, and why', async () => {
  const { splits } = await makeReport({ labels: ['a', 'b'], counts: [9, 0], images: false });
  const text = textOf(labelMetrics(splits[0]));
  assert.match(text, / b 0 –\d /);
  assert.match(text, /no image bears the label b/);
  assert.doesNotMatch(text, /NaN|undefined|null/);
});
