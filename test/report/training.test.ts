import assert from 'node:assert/strict';
import test from 'node:test';
import type { StepReport } from '../../src/head/fit.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { adviceLines, finalLines, stepLines } from '../../src/report/training.ts';
import { makeBody, makeManifest } from '../helpers/make-model.ts';

const report: StepReport = {
  step: 490,
  trainAccuracy: 1,
  logLoss: 0.0412351,
  validationAccuracy: 0.95,
  validationLogLoss: 0.1,
};

const evaluated = {
  images: 57,
  correct: 52,
  accuracy: 52 / 57,
  balanced_accuracy: 0.5,
  log_loss: 0.2,
  majority_baseline: { label: 'healthyleg', accuracy: 40 / 57 },
  nearest_centroid_baseline: { accuracy: 0.7, balanced_accuracy: 0.6 },
  metadata_baseline: { accuracy: 0.65, balanced_accuracy: 0.55 },
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

const training: Manifest['training'] = makeBody().training;

test('when training is over then the final metric has its count and its baselines', () => {
  const evaluation = { training: null, validation: null, testing: evaluated };
  assert.deepEqual(finalLines({ evaluation, cross_validation: null, training, options: {} }), [
    'Final test accuracy = 91.2% (N=57)',
    'Balanced test accuracy = 50.0% (N=57)',
    'Majority baseline = 70.2% (N=57, always healthyleg)',
    'Nearest centroid baseline = 70.0% (N=57)',
    'Metadata baseline = 65.0% (N=57)',
  ]);
});

test('when there is no test set then validation is shown with what it has chosen', () => {
  const evaluation = { training: evaluated, validation: evaluated, testing: null };
  const lines = (more: Partial<typeof training>) =>
    finalLines({
      evaluation,
      cross_validation: null,
      training: { ...training, ...more },
      options: {},
    });
  assert.deepEqual(lines({ l2_chosen_by: 'inner folds', stopped_early: true }).slice(0, 2), [
    'No test images: no test accuracy',
    'Validation accuracy = 91.2% (N=57; also used to choose the L2 strength and when to stop)',
  ]);
  assert.deepEqual(lines({ l2_chosen_by: 'given' }), [
    'No test images: no test accuracy',
    'Validation accuracy = 91.2% (N=57)',
    'Majority baseline = 70.2% (N=57, always healthyleg)',
    'Nearest centroid baseline = 70.0% (N=57)',
    'Metadata baseline = 65.0% (N=57)',
  ]);
});

test('when properties of the images explain the score then that is said in plain words', () => {
  const manifest = (properties: number) => {
    const testing = {
      ...evaluated,
      images: 100,
      balanced_accuracy: 0.8,
      metadata_baseline: { accuracy: 0.7, balanced_accuracy: properties },
    };
    const evaluation = { training: null, validation: null, testing };
    return { ...makeManifest(), evaluation };
  };
  // Half of the gain over chance, 0.65 - 0.5 of 0.8 - 0.5.
  const [warning, ...rest] = adviceLines(manifest(0.65));
  assert.equal(warning[0], 'warning');
  assert.match(warning[1], /^metadata alone .* 65\.0% \(the model: 80\.0%\)/);
  assert.deepEqual(rest, []);
  assert.deepEqual(adviceLines(manifest(0.64)), []);
});
