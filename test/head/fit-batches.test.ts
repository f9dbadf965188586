import assert from 'node:assert/strict';
import test from 'node:test';
import { fitHead } from '../../src/head/fit.ts';
import { largestDifference, makeClouds, makeMatrix } from '../helpers/make-examples.ts';
import { fitWhole, NO_EXAMPLES, optimizer, PLAIN_FIT } from '../helpers/run-fit.ts';

const clouds = makeClouds(60, 4, 3);
/** One feature: -1 of label 0, 2 of label 1. */
const two = { features: { rows: 2, columns: 1, data: Float32Array.of(-1, 2) }, targets: [0, 1] };

test('when seed and data are the same then weights and reports are, bit for bit', async () => {
  for (const kind of ['sgd', 'adam'] as const) {
    const change = { optimizer: optimizer(kind, 60) };
    const [one, two] = [await fitWhole(clouds, change), await fitWhole(clouds, change)];
    assert.deepEqual(one.network, two.network);
    assert.deepEqual(one.reports, two.reports);
  }
});

test('when the seed differs then so do the weights', async () => {
  const [one, two] = [await fitWhole(clouds), await fitWhole(clouds, { seed: 1 })];
  const difference = largestDifference(one.network.parameters, two.network.parameters);
  assert.ok(difference > 1e-6, `${difference}`);
});

test('when one step is made with all rows then the weights are those worked by hand', async () => {
  // All probabilities are 1/2 at first, so that the gradient of the weight of label 0 is
  // ((0.5 - 1) * -1 + 0.5 * 2) / 2 = 0.75, of its bias 0.
  const change = { optimizer: optimizer('sgd', 1, { batchSize: 2 }) };
  const { network, reports } = await fitWhole(two, change, NO_EXAMPLES, 2);
  assert.ok(largestDifference(network.layers[0].weights, [-0.075, 0.075]) < 1e-15);
  assert.ok(largestDifference(network.layers[0].bias, [0, 0]) < 1e-15);
  // After the update, as in retrain.py: logits are -+0.075 x, thus margins 0.15 and 0.3.
  const loss = (Math.log(1 + Math.exp(-0.15)) + Math.log(1 + Math.exp(-0.3))) / 2;
  assert.ok(Math.abs(reports[0].logLoss - loss) < 1e-12);
  assert.equal(reports[0].trainAccuracy, 1);
});

test('when Adam makes its first steps then they are those worked by hand', async () => {
  // The bias correction makes the first step the rate, against the sign of the gradient.
  const adam = (steps: number) => ({
    optimizer: optimizer('adam', steps, { batchSize: 2, learningRate: 0.01 }),
  });
  const first = await fitWhole(two, adam(1), NO_EXAMPLES, 2);
  assert.ok(largestDifference(first.network.layers[0].weights, [-0.01, 0.01]) < 1e-9);
  // The second gradient is nearly as large: mean and root of the mean square are nearly alike.
  const second = await fitWhole(two, adam(2), NO_EXAMPLES, 2);
  assert.ok(largestDifference(second.network.layers[0].weights, [-0.02, 0.02]) < 1e-4);
  // Worked from the paper's algorithm 1, with gradients of logits -+0.01 x.
  const slope = (x: number) => 1 / (1 + Math.exp(0.02 * x));
  const [g1, g2] = [0.75, (slope(1) * 1 + slope(2) * 2) / 2];
  const mean = (0.9 * 0.1 * g1 + 0.1 * g2) / (1 - 0.9 ** 2);
  const square = (0.999 * 0.001 * g1 ** 2 + 0.001 * g2 ** 2) / (1 - 0.999 ** 2);
  const expected = -0.01 - (0.01 * mean) / (Math.sqrt(square) + 1e-8);
  assert.ok(Math.abs(second.network.layers[0].weights[0] - expected) < 1e-9);
});

test('when the rate follows a cosine then the first step is whole and the last nearly none', async () => {
  const cosine = optimizer('sgd', 4, { batchSize: 2, schedule: 'cosine' });
  const weights: number[] = [];
  for await (const { network } of fitHead(two, 2, { ...PLAIN_FIT, optimizer: cosine })) {
    weights.push(network.parameters[0]);
  }
  const one = { optimizer: optimizer('sgd', 1, { batchSize: 2 }) };
  const whole = await fitWhole(two, one, NO_EXAMPLES, 2);
  assert.equal(weights[0], whole.network.parameters[0]);
  const moves = weights.slice(1).map((weight, i) => Math.abs(weight - weights[i]));
  // Rates 1, 0.854, 0.5 and 0.146 times the first, while the gradient falls by 5 % a step.
  assert.ok(Math.abs(moves[2] / moves[1] - 0.146 / 0.5) < 0.02, `${moves}`);
});

test('when the batch is larger than the data then every step uses each row once', async () => {
  const batchesOf = (batchSize: number) => ({ optimizer: optimizer('sgd', 60, { batchSize }) });
  const whole = await fitWhole(clouds, batchesOf(60));
  const larger = await fitWhole(clouds, batchesOf(10_000));
  assert.deepEqual(larger.network, whole.network);
  // Order matters for the last bits only.
  const other = await fitWhole(clouds, { ...batchesOf(10_000), seed: 5 });
  assert.ok(largestDifference(other.network.parameters, whole.network.parameters) < 1e-12);
});

test('when batches are drawn then every row comes once before any comes again', async () => {
  // One feature per row: a row's weights change in its own step only, up to float64.
  const count = 12;
  const features = makeMatrix(count, count);
  features.data.fill(0);
  for (let row = 0; row < count; row++) features.data[row * count + row] = 1;
  const targets = Uint16Array.from({ length: count }, (_, row) => row % 2);
  const touched: number[] = [];
  for (const steps of [1, 2, 3, 6]) {
    const change = { optimizer: optimizer('sgd', steps, { batchSize: 4 }) };
    const { network } = await fitWhole({ features, targets }, change, NO_EXAMPLES, 2);
    const weights = network.layers[0].weights.subarray(0, count);
    touched.push(weights.filter((weight) => weight !== 0).length);
  }
  assert.deepEqual(touched, [4, 8, 12, 12]);
});
