import assert from 'node:assert/strict';
import test from 'node:test';
import { predict, scoreExamples } from '../../src/head/predict.ts';
import { trainingOffset, withLogitOffset } from '../../src/head/prior.ts';
import { logLoss } from '../../src/head/softmax.ts';
import { largestDifference, makeClouds, makeMatrix } from '../helpers/make-examples.ts';
import { fitWhole, NO_EXAMPLES, optimizer, PLAIN_FIT } from '../helpers/run-fit.ts';

const clouds = makeClouds(60, 4, 3);
const held = makeClouds(30, 4, 3, 2);
const KINDS = ['lbfgs', 'sgd', 'adam'] as const;

test('when training goes on then the loss falls and the points are told apart', async () => {
  for (const kind of KINDS) {
    const change = { optimizer: optimizer(kind, 500) };
    const { network, reports } = await fitWhole(clouds, change, held);
    const first = reports[0].validationLogLoss as number;
    const last = reports[reports.length - 1].validationLogLoss as number;
    // Guessing among three labels costs ln 3 = 1.0986.
    assert.ok(first < Math.log(3), `${kind}: ${first}`);
    assert.ok(last < first / 5, `${kind}: ${first} to ${last}`);
    assert.equal(scoreExamples(network, clouds)?.accuracy, 1);
    assert.equal(scoreExamples(network, held)?.accuracy, 1);
  }
});

test('when a step is due then there is a report: multiples of the interval and the last', async () => {
  const stepsOf = async (steps: number, evalStepInterval: number) => {
    const { reports, progress } = await fitWhole(clouds, {
      optimizer: optimizer('sgd', steps),
      evalStepInterval,
    });
    assert.deepEqual(
      progress.map(({ step }) => step),
      [...Array(steps).keys()],
    );
    return reports.map(({ step }) => step);
  };
  assert.deepEqual(await stepsOf(25, 10), [0, 10, 20, 24]);
  assert.deepEqual(await stepsOf(21, 10), [0, 10, 20]);
  assert.deepEqual(await stepsOf(5, 100), [0, 4]);
  assert.deepEqual(await stepsOf(3, 1), [0, 1, 2]);
  assert.deepEqual(await stepsOf(1, 10), [0]);
  assert.deepEqual(await stepsOf(5, 0), []);
});

test('when lbfgs has arrived then it says so, reports its last step and ends', async () => {
  const change = { optimizer: optimizer('lbfgs', 500), l2: 0.1, evalStepInterval: 1000 };
  const whole = await fitWhole(clouds, change);
  assert.deepEqual([whole.converged, whole.stoppedEarly], [true, false]);
  assert.ok(whole.steps < 100, `${whole.steps}`);
  assert.deepEqual([whole.bestSteps, whole.progress.length], [whole.steps, whole.steps]);
  assert.deepEqual(
    whole.reports.map(({ step }) => step),
    [0, whole.steps - 1],
  );
  const cut = await fitWhole(clouds, { ...change, optimizer: optimizer('lbfgs', 3) });
  assert.deepEqual([cut.converged, cut.steps], [false, 3]);
});

test('when lbfgs begins where it ended then there is nothing left to do', async () => {
  const change = { optimizer: optimizer('lbfgs', 500), l2: 0.1 };
  const { network } = await fitWhole(clouds, change);
  const before = network.parameters.slice();
  const again = await fitWhole(clouds, change, NO_EXAMPLES, 3, network);
  assert.ok(again.converged && again.steps <= 3, `${again.steps}`);
  assert.deepEqual(network.parameters, before);
  assert.ok(largestDifference(again.network.parameters, before) < 1e-3);
});

test('when there are no validation rows then their metrics are undefined', async () => {
  for (const report of (await fitWhole(clouds)).reports) {
    assert.equal(report.validationAccuracy, undefined);
    assert.equal(report.validationLogLoss, undefined);
  }
});

test('when there are validation rows then all of them are scored', async () => {
  for (const kind of KINDS) {
    const rows = makeClouds(31, 4, 3, 9);
    const change = { optimizer: optimizer(kind, 60), l2: 0.01 };
    const { network, reports, steps } = await fitWhole(clouds, change, rows);
    const score = scoreExamples(network, rows);
    const last = reports[reports.length - 1];
    assert.equal(last.step, steps - 1);
    assert.equal(last.validationAccuracy, score?.accuracy);
    assert.equal(last.validationLogLoss, score?.logLoss);
  }
});

/** Labels that have nothing to do with the features: the longer one fits, the worse. */
const noise = {
  features: makeMatrix(40, 30, 5),
  targets: Uint16Array.from({ length: 40 }, (_, i) => i % 3),
};
const otherNoise = { features: makeMatrix(40, 30, 6), targets: noise.targets };

test('when validation gets no better then training stops, with the best weights', async () => {
  for (const kind of KINDS) {
    const stopping = { evalStepInterval: 2, earlyStoppingPatience: 3 };
    const change = { optimizer: optimizer(kind, 400), ...stopping };
    const whole = await fitWhole(noise, change, otherNoise);
    const losses = whole.reports.map((report) => report.validationLogLoss as number);
    const best = losses.indexOf(Math.min(...losses));
    assert.ok(whole.stoppedEarly, kind);
    // Three reports after the best, and no more.
    assert.equal(losses.length, best + 4, `${kind}: ${losses}`);
    assert.equal(whole.bestSteps, whole.reports[best].step + 1);
    assert.ok(whole.bestSteps < whole.steps);
    assert.equal(scoreExamples(whole.network, otherNoise)?.logLoss, losses[best]);
  }
});

test('when patience is 0, or nothing is held out, then training goes to its end', async () => {
  const off = await fitWhole(noise, { evalStepInterval: 1 }, otherNoise);
  const none = await fitWhole(noise, { earlyStoppingPatience: 1, evalStepInterval: 1 });
  for (const whole of [off, none]) {
    assert.deepEqual([whole.steps, whole.bestSteps, whole.stoppedEarly], [60, 60, false]);
  }
});

test('when there are hidden units then what no single layer can tell is told', async () => {
  // Label 1 where exactly one of two signs is positive.
  const features = makeMatrix(200, 2, 3);
  const sign = (row: number, column: number) => (features.data[2 * row + column] > 0 ? 1 : 0);
  const targets = Uint16Array.from({ length: 200 }, (_, row) => sign(row, 0) ^ sign(row, 1));
  const change = { optimizer: optimizer('lbfgs', 300), l2: 1e-4 };
  const score = async (hiddenUnits: number) => {
    const { network } = await fitWhole(
      { features, targets },
      { ...change, hiddenUnits },
      NO_EXAMPLES,
      2,
    );
    return scoreExamples(network, { features, targets })?.accuracy ?? 0;
  };
  assert.ok((await score(0)) < 0.7);
  assert.ok((await score(12)) > 0.95);
});

test('when classes are balanced then each counts the same, and reports are corrected', async () => {
  // 45 rows of label 0 and 15 of label 1 that no feature tells apart.
  const targets = Uint16Array.from({ length: 60 }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const features = { rows: 60, columns: 1, data: new Float32Array(60) };
  const change = {
    optimizer: optimizer('lbfgs', 100),
    l2: 0.1,
    classWeights: 'balanced',
  } as const;
  const { network, reports } = await fitWhole({ features, targets }, change, NO_EXAMPLES, 2);
  const probabilities = predict(network, features);
  assert.ok(largestDifference(probabilities.subarray(0, 2), [0.5, 0.5]) < 1e-6);
  const entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
  assert.ok(Math.abs(reports[reports.length - 1].logLoss - entropy) < 1e-6);
  const offset = trainingOffset(targets, 2, 'balanced');
  assert.ok(offset);
  const corrected = predict(withLogitOffset(network, offset), features);
  assert.ok(largestDifference(corrected.subarray(0, 2), [0.75, 0.25]) < 1e-6);
});

test('when targets are smoothed then even points far apart are not certain', async () => {
  const change = { optimizer: optimizer('lbfgs', 500) };
  const smooth = await fitWhole(clouds, { ...change, labelSmoothing: 0.3 });
  const probabilities = predict(smooth.network, clouds.features);
  // At best 0.8 for the target, 0.1 for each other: the entropy is 0.639.
  const loss = logLoss(probabilities, clouds.targets, 3);
  assert.ok(loss > -Math.log(0.85) && loss < -Math.log(0.7), `${loss}`);
  assert.equal(PLAIN_FIT.labelSmoothing, 0);
});
