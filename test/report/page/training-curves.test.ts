import assert from 'node:assert/strict';
import test from 'node:test';
import type { ReportStep } from '../../../src/report/data.ts';
import { trainingSection } from '../../../src/report/page/training-curves.ts';

function steps(count: number, validated: boolean): ReportStep[] {
  return Array.from({ length: count }, (_, step) => ({
    step,
    trainAccuracy: 0.9,
    logLoss: 1 / (1 + step),
    validationAccuracy: validated ? 0.8 : null,
    validationLogLoss: validated ? 0.5 : null,
  }));
}

test('accuracy and log loss, training and validation told apart by dashes as well', () => {
  const markup = trainingSection(steps(20, true))?.body.markup ?? '';
  assert.equal(markup.match(/<svg role="img"/g)?.length, 2);
  assert.match(markup, /stroke-dasharray="6 3"/);
  assert.match(markup, /validation images/);
});

test('where there was no validation, none is shown', () => {
  assert.doesNotMatch(trainingSection(steps(20, false))?.body.markup ?? '', /validation images/);
});

test('when all images are right from the first step on, the axis still has a length', () => {
  const right = steps(5, false).map((one) => ({ ...one, trainAccuracy: 1 }));
  const markup = trainingSection(right)?.body.markup ?? '';
  assert.match(markup, />90%</);
  assert.match(markup, />100%</);
});

test('ten thousand steps take no more room than a chart has pixels', () => {
  const size = (count: number) => trainingSection(steps(count, true))?.body.markup.length ?? 0;
  assert.ok(size(10_000) < 1.2 * size(328), `${size(10_000)} and ${size(328)}`);
});

test('one step is no curve', () => {
  assert.equal(trainingSection(steps(1, true)), null);
  assert.equal(trainingSection([]), null);
});
