import assert from 'node:assert/strict';
import test from 'node:test';
import { createDense, type Dense } from '../../src/head/softmax.ts';
import {
  type Examples,
  predict,
  type StepReport,
  scoreExamples,
  type TrainOptions,
  trainHead,
} from '../../src/head/train.ts';
import { largestDifference, makeClouds, makeMatrix } from '../helpers/make-examples.ts';

const NONE: Examples = { features: makeMatrix(0, 4), targets: [] };
const options: TrainOptions = {
  steps: 60,
  batchSize: 10,
  learningRate: 0.1,
  evalStepInterval: 10,
  seed: 0,
};

/** Runs a training to its end. */
function train(
  training: Examples,
  change: Partial<TrainOptions> = {},
  validation = NONE,
  labels = 3,
): { dense: Dense; reports: StepReport[]; yields: number } {
  const run = trainHead(training, validation, labels, { ...options, ...change });
  const reports: StepReport[] = [];
  let yields = 0;
  let next = run.next();
  for (; !next.done; next = run.next()) {
    yields++;
    if (next.value) reports.push(next.value);
  }
  return { dense: next.value, reports, yields };
}

const clouds = makeClouds(60, 4, 3);

test('when seed and data are the same then weights and reports are, bit for bit', () => {
  const [one, two] = [train(clouds), train(clouds)];
  assert.deepEqual(one.dense, two.dense);
  assert.deepEqual(one.reports, two.reports);
});

test('when the seed differs then so do the weights', () => {
  const [one, two] = [train(clouds), train(clouds, { seed: 1 })];
  const difference = largestDifference(one.dense.weights, two.dense.weights);
  assert.ok(difference > 1e-6, `${difference}`);
});

test('when training goes on then the loss falls and the points are told apart', () => {
  const held = makeClouds(30, 4, 3, 2);
  const { dense, reports } = train(clouds, { steps: 500 }, held);
  const first = reports[0].validationCrossEntropy as number;
  const last = reports[reports.length - 1].validationCrossEntropy as number;
  // Guessing among three labels costs ln 3 = 1.0986.
  assert.ok(first < Math.log(3), `${first}`);
  assert.ok(last < first / 5, `${first} to ${last}`);
  assert.equal(scoreExamples(dense, clouds)?.accuracy, 1);
  assert.equal(scoreExamples(dense, held)?.accuracy, 1);
});

test('when a step is due then there is a report: multiples of the interval and the last', () => {
  const stepsOf = (steps: number, evalStepInterval: number) => {
    const { reports, yields } = train(clouds, { steps, evalStepInterval });
    assert.equal(yields, steps);
    return reports.map(({ step }) => step);
  };
  assert.deepEqual(stepsOf(25, 10), [0, 10, 20, 24]);
  assert.deepEqual(stepsOf(21, 10), [0, 10, 20]);
  assert.deepEqual(stepsOf(5, 100), [0, 4]);
  assert.deepEqual(stepsOf(3, 1), [0, 1, 2]);
  assert.deepEqual(stepsOf(1, 10), [0]);
});

test('when one step is made with all rows then the weights are those worked by hand', () => {
  // Two rows, -1 of label 0 and 2 of label 1; all probabilities are 1/2 at first, so that the
  // gradient of the weight of label 0 is ((0.5 - 1) * -1 + 0.5 * 2) / 2 = 0.75, of its bias 0.
  const two = {
    features: { rows: 2, columns: 1, data: Float32Array.of(-1, 2) },
    targets: [0, 1],
  };
  const { dense, reports } = train(two, { steps: 1, batchSize: 2 }, NONE, 2);
  assert.ok(largestDifference(dense.weights, [-0.075, 0.075]) < 1e-15);
  assert.ok(largestDifference(dense.bias, [0, 0]) < 1e-15);
  // After the update, as in retrain.py: logits are -+0.075 x, thus margins 0.15 and 0.3.
  const loss = (Math.log(1 + Math.exp(-0.15)) + Math.log(1 + Math.exp(-0.3))) / 2;
  assert.ok(Math.abs(reports[0].crossEntropy - loss) < 1e-12);
  assert.equal(reports[0].trainAccuracy, 1);
});

test('when the batch is larger than the data then every step uses each row once', () => {
  const whole = train(clouds, { batchSize: 60 });
  const larger = train(clouds, { batchSize: 10_000 });
  assert.deepEqual(larger.dense, whole.dense);
  // Order matters for the last bits only.
  const other = train(clouds, { batchSize: 10_000, seed: 5 });
  assert.ok(largestDifference(other.dense.weights, whole.dense.weights) < 1e-12);
});

test('when batches are drawn then every row comes once before any comes again', () => {
  // One feature per row: a row's weights change in its own step only, up to float64.
  const count = 12;
  const features = makeMatrix(count, count);
  features.data.fill(0);
  for (let row = 0; row < count; row++) features.data[row * count + row] = 1;
  const targets = Uint16Array.from({ length: count }, (_, row) => row % 2);
  const touched = (steps: number) => {
    const { dense } = train({ features, targets }, { steps, batchSize: 4 }, NONE, 2);
    return [...dense.weights.subarray(0, count)].filter((weight) => weight !== 0).length;
  };
  assert.deepEqual([1, 2, 3, 6].map(touched), [4, 8, 12, 12]);
});

test('when there are no validation rows then their figures are undefined', () => {
  for (const report of train(clouds).reports) {
    assert.equal(report.validationAccuracy, undefined);
    assert.equal(report.validationCrossEntropy, undefined);
  }
  assert.equal(scoreExamples(createDense(4, 3), NONE), undefined);
});

test('when there are validation rows then all of them are scored', () => {
  const held = makeClouds(31, 4, 3, 9);
  const { dense, reports } = train(clouds, {}, held);
  const score = scoreExamples(dense, held);
  const last = reports[reports.length - 1];
  assert.equal(last.step, 59);
  assert.equal(last.validationAccuracy, score?.accuracy);
  assert.equal(last.validationCrossEntropy, score?.crossEntropy);
});

test('when a head without weights predicts then every label is as probable', () => {
  const probabilities = predict(createDense(4, 5), makeMatrix(3, 4));
  assert.ok(largestDifference(probabilities, new Float64Array(15).fill(0.2)) < 1e-15);
  const score = scoreExamples(createDense(4, 3), clouds);
  assert.ok(Math.abs((score?.crossEntropy ?? 0) - Math.log(3)) < 1e-12);
});
