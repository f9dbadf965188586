import assert from 'node:assert/strict';
import test from 'node:test';
import { UsageError } from '../../src/base/errors.ts';
import { createRandom } from '../../src/base/random.ts';
import { createNetwork } from '../../src/head/network.ts';
import { predict } from '../../src/head/predict.ts';
import {
  effectiveShares,
  labelShares,
  logPriorOffset,
  offsetProbabilities,
  statePrevalence,
  trainingOffset,
  withLogitOffset,
} from '../../src/head/prior.ts';
import { largestDifference, makeMatrix, makeNetwork } from '../helpers/make-examples.ts';
import { fitWhole, NO_EXAMPLES, optimizer } from '../helpers/run-fit.ts';

const near = (found: ArrayLike<number>, expected: ArrayLike<number>, within = 1e-12) =>
  assert.ok(largestDifference(found, expected) < within, `${[...Array.from(found)]}`);

test('when labels are counted then shares are those worked by hand', () => {
  near(labelShares([0, 0, 0, 1], 2), [0.75, 0.25]);
  near(labelShares([2, 2], 3), [0, 0, 1]);
});

test('when weights are balanced then training amounts to equal shares of the labels seen', () => {
  assert.deepEqual(effectiveShares([0.7, 0.2, 0.1], 'none'), [0.7, 0.2, 0.1]);
  near(effectiveShares([0.7, 0.2, 0.1], 'balanced'), [1 / 3, 1 / 3, 1 / 3]);
  near(effectiveShares([0.8, 0.2, 0], 'balanced'), [0.5, 0.5, 0]);
});

test('when some prevalences are stated then the other labels share the rest in proportion', () => {
  near(statePrevalence([0.5, 0.3, 0.2], new Map([[0, 0.1]])), [0.1, 0.54, 0.36]);
  near(statePrevalence([0.5, 0.5], new Map([[1, 0.05]])), [0.95, 0.05]);
  near(
    statePrevalence(
      [0.5, 0.5],
      new Map([
        [0, 0.2],
        [1, 0.8],
      ]),
    ),
    [0.2, 0.8],
  );
  near(statePrevalence([0.5, 0.5], new Map()), [0.5, 0.5]);
});

test('when stated prevalences cannot be then the error says what they sum to', () => {
  const stating =
    (...entries: [number, number][]) =>
    () =>
      statePrevalence([0.5, 0.3, 0.2], new Map(entries));
  assert.throws(stating([0, 0.6], [1, 0.4]), UsageError);
  assert.throws(stating([0, 0.6], [1, 0.6]), /prevalences to sum to less than 1, found 1\.2/);
  assert.throws(stating([0, 0.5], [1, 0.4], [2, 0.2]), /sum to 1, found 1\.1/);
});

test('when a head learnt at equal shares is moved then probabilities are those of Bayes', () => {
  // p = (0.8, 0.2) at shares (1/2, 1/2): a likelihood ratio of 4. At 1 to 9 the odds are 4/9.
  const network = createNetwork([1, 2]);
  network.layers[0].bias.set([Math.log(4), 0]);
  const moved = withLogitOffset(network, logPriorOffset([0.5, 0.5], [0.1, 0.9]));
  const x = makeMatrix(1, 1);
  near(predict(moved, x), [4 / 13, 9 / 13]);
  near(predict(network, x), [0.8, 0.2]);
});

test('when there are three labels then each is weighed by target over source', () => {
  const network = makeNetwork([3, 4, 3]);
  const x = makeMatrix(5, 3);
  const [from, to] = [
    [0.2, 0.3, 0.5],
    [0.6, 0.1, 0.3],
  ];
  const before = predict(network, x);
  const after = predict(withLogitOffset(network, logPriorOffset(from, to)), x);
  for (let row = 0; row < 5; row++) {
    const scaled = from.map((share, k) => (before[3 * row + k] * to[k]) / share);
    const sum = scaled.reduce((total, value) => total + value, 0);
    near(
      after.subarray(3 * row, 3 * row + 3),
      scaled.map((value) => value / sum),
    );
  }
});

test('when shares stay as they are, or a label was never seen, then nothing is added', () => {
  near(logPriorOffset([0.3, 0.7], [0.3, 0.7]), [0, 0]);
  assert.deepEqual([...logPriorOffset([1, 0], [1, 0])], [0, 0]);
  assert.equal(trainingOffset([0, 1, 1], 2, 'none'), undefined);
  near(trainingOffset([0, 1, 1, 1], 2, 'balanced') ?? [], [Math.log(0.5), Math.log(1.5)]);
});

test('when balanced training is corrected then the scores are right about other rows', async () => {
  // Two normal clouds of spread 1, two apart, one row in ten of label 1: the true log odds at x
  // are 2 x + ln(1/9), for centres -1 and 1.
  const draw = (count: number, seed: number) => {
    const random = createRandom(seed, 'clouds');
    const targets = Uint16Array.from({ length: count }, () => (random.uniform() < 0.1 ? 1 : 0));
    const data = Float32Array.from(targets, (target) => random.normal() + 2 * target - 1);
    return { features: { rows: count, columns: 1, data }, targets };
  };
  const training = draw(20_000, 1);
  const change = { optimizer: optimizer('lbfgs', 100), classWeights: 'balanced' } as const;
  const { network } = await fitWhole(training, change, NO_EXAMPLES, 2);
  const meanOf = (probabilities: Float64Array) =>
    probabilities.reduce((sum, value, at) => sum + (at % 2 ? value : 0), 0) / 20_000;
  const other = draw(20_000, 2);
  // As trained, far more than a tenth of the rows would be called label 1.
  assert.ok(meanOf(predict(network, other.features)) > 0.2);
  const offset = trainingOffset(training.targets, 2, 'balanced');
  const corrected = withLogitOffset(network, offset ?? []);
  assert.ok(Math.abs(meanOf(predict(corrected, other.features)) - 0.1) < 0.01);
  const probes = { rows: 3, columns: 1, data: Float32Array.of(-1, 0, 1.5) };
  const found = predict(corrected, probes);
  for (const [row, x] of probes.data.entries()) {
    const expected = 1 / (1 + Math.exp(-(2 * x + Math.log(1 / 9))));
    // 20,000 rows of which 2,000 are of label 1.
    assert.ok(Math.abs(found[2 * row + 1] - expected) < 0.03, `${x}: ${found[2 * row + 1]}`);
  }
});

test('when probabilities are moved to other shares then Bayes gives the same', () => {
  // Learnt at equal shares, moved to 1 in 5: odds 3 become 3 / 4; certain ones stay so.
  const offset = logPriorOffset([0.5, 0.5], [0.2, 0.8]);
  const moved = offsetProbabilities(Float64Array.of(0.75, 0.25, 1, 0), offset);
  near(moved, [3 / 7, 4 / 7, 1, 0]);
});
