import assert from 'node:assert/strict';
import test from 'node:test';
import { overallSection } from '../../../src/report/page/overall.ts';
import { undefinedMetric } from '../../helpers/make-metrics.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { textOf } from '../../helpers/text-of.ts';

const { splits } = await makeReport({ labels: ['a', 'b'], counts: [16, 41], images: false });

test('each metric of each split with its interval, then the baselines', () => {
  const section = overallSection(splits);
  assert.ok(section);
  const text = textOf(section.body);
  assert.match(text, /Metric test validation Images 57 57 Groups 29 29 Accuracy/);
  assert.match(text, /Matthews correlation .*? 0.784 0.610–0.900 0.784 0.610–0.900/);
  assert.match(text, /Majority baseline accuracy 71.9% 71.9%/);
});

test('how intervals were made is said once, and what a split was used for', () => {
  const text = textOf(overallSection(splits)?.body ?? { markup: '' });
  assert.equal(text.match(/95% intervals:/g)?.length, 1);
  assert.match(text, /Validation: these images were also used to choose the L2 strength\./);
});

test('an undefined metric has its reason below the table, a baseline that one split lacks a dash', () => {
  const [split, other] = splits;
  const metrics = { ...split.metrics, groups: null, auc: undefinedMetric('one label only') };
  const section = overallSection([{ ...split, metrics, baselines: [] }, other]);
  const text = textOf(section?.body ?? { markup: '' });
  assert.match(text, /ROC AUC [^–]*–1 0\.\d{3}/);
  assert.match(text, /one label only/);
  assert.match(text, /Majority baseline accuracy – 71.9%/);
});

test('without splits there is no section', () => {
  assert.equal(overallSection([]), null);
});
