import assert from 'node:assert/strict';
import test from 'node:test';
import { overallSection } from '../../../src/report/page/overall.ts';
import { undefinedMetric } from '../../helpers/make-metrics.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { textOf } from '../../helpers/text-of.ts';

const { sets } = await makeReport({ labels: ['a', 'b'], counts: [16, 41], images: false });

test('each metric of each set with its interval, then the simpler rules', () => {
  const section = overallSection(sets);
  assert.ok(section);
  const text = textOf(section.body);
  assert.match(text, /Metric test validation Images 57 57 Groups 29 29 Accuracy/);
  assert.match(text, /Matthews correlation .*? 0.784 0.610–0.900 0.784 0.610–0.900/);
  assert.match(text, /Always b accuracy of a simpler rule 71.9% 71.9%/);
});

test('how intervals were made is said once, and what a set took part in', () => {
  const text = textOf(overallSection(sets)?.body ?? { markup: '' });
  assert.equal(text.match(/Intervals:/g)?.length, 1);
  assert.match(text, /Of validation: these images took part in choosing the L2 strength\./);
});

test('an undefined metric has its reason below the table, a rule that one set lacks a dash', () => {
  const [set, other] = sets;
  const metrics = { ...set.metrics, groups: null, auc: undefinedMetric('one label only') };
  const section = overallSection([{ ...set, metrics, baselines: [] }, other]);
  const text = textOf(section?.body ?? { markup: '' });
  assert.match(text, /ROC AUC [^–]*–1 0\.\d{3}/);
  assert.match(text, /one label only/);
  assert.match(text, /Always b accuracy of a simpler rule – 71.9%/);
});

test('without sets there is no section', () => {
  assert.equal(overallSection([]), null);
});
