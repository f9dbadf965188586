import assert from 'node:assert/strict';
import test from 'node:test';
import type { StepReport } from '../../src/head/train.ts';
import { finalLines, percent, stepLines } from '../../src/report/training.ts';

const report: StepReport = {
  step: 490,
  trainAccuracy: 1,
  crossEntropy: 0.0412351,
  validationAccuracy: 0.95,
  validationCrossEntropy: 0.1,
};

const evaluated = {
  images: 57,
  correct: 52,
  accuracy: 52 / 57,
  cross_entropy: 0.2,
  majority_baseline: { label: 'healthyleg', accuracy: 40 / 57 },
  confusion: [
    [12, 5],
    [0, 40],
  ],
};

test('when a step is reported then its lines are those of retrain.py', () => {
  assert.deepEqual(stepLines(report, 100), [
    'Step 490: Train accuracy = 100.0%',
    'Step 490: Cross entropy = 0.041235',
    'Step 490: Validation accuracy = 95.0% (N=100)',
  ]);
});

test('when there is no validation set then its line is left out', () => {
  const lines = stepLines({ ...report, step: 0, validationAccuracy: undefined }, 0);
  assert.deepEqual(lines, ['Step 0: Train accuracy = 100.0%', 'Step 0: Cross entropy = 0.041235']);
});

test('when validation accuracy is 0 then its line is there', () => {
  const [, , line] = stepLines({ ...report, validationAccuracy: 0 }, 3);
  assert.equal(line, 'Step 490: Validation accuracy = 0.0% (N=3)');
});

test('when training is over then the final figure has its count and its baseline', () => {
  const evaluation = { training: null, validation: null, testing: evaluated };
  assert.deepEqual(finalLines({ evaluation }), [
    'Final test accuracy = 91.2% (N=57)',
    'Majority baseline = 70.2% (N=57, always healthyleg)',
  ]);
});

test('when there is no test set then no other figure takes its place', () => {
  const evaluation = { training: evaluated, validation: evaluated, testing: null };
  assert.deepEqual(finalLines({ evaluation }), [
    'No test set: no final accuracy (--testing_percentage is 0)',
  ]);
});

test('when a share is printed then it has one decimal', () => {
  assert.deepEqual([0, 1, 0.5, 0.9116, 1 / 3].map(percent), [
    '0.0%',
    '100.0%',
    '50.0%',
    '91.2%',
    '33.3%',
  ]);
});
