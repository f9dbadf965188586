import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Matrix } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { BLOCK_ROWS } from '../../src/head/kernels.ts';
import {
  accuracy,
  computeGradient,
  computeProbabilities,
  createDense,
  createWorkspace,
  crossEntropy,
  type Dense,
  mostProbable,
  softmaxRows,
} from '../../src/head/softmax.ts';
import { largestDifference, makeDense, makeMatrix } from '../helpers/make-examples.ts';

// The build of tfjs-core for Node.js leaves the gradients out; all builds share one registry.
createRequire(import.meta.url)('@tensorflow/tfjs-core/dist/register_all_gradients.js');
test.before(() => tf.setBackend('cpu'));

/** Sizes on both sides of the unrolled loops; the last batch is longer than one block of rows. */
const LABELS = [2, 3, 5, 9];
const BATCHES = [1, 3, 4, 7, BLOCK_ROWS + 3];

interface Case {
  readonly name: string;
  readonly dense: Dense;
  readonly inputs: Matrix;
  /** Rows of `inputs`, some twice and not in order. */
  readonly rows: Uint32Array;
  readonly targets: Uint16Array;
}

function* cases(): Generator<Case> {
  for (const labels of LABELS) {
    for (const batch of BATCHES) {
      // 1 to 9 features, also for the loop over features.
      const features = 1 + ((labels + batch) % 9);
      const random = createRandom(labels, `case ${batch}`);
      yield {
        name: `${labels} labels, batch ${batch}, ${features} features`,
        dense: makeDense(features, labels, batch),
        inputs: makeMatrix(10, features, labels),
        rows: Uint32Array.from({ length: batch }, () => random.below(10)),
        targets: Uint16Array.from({ length: batch }, () => random.below(labels)),
      };
    }
  }
}

function probabilitiesOf({ dense, inputs, rows }: Case, room = rows.length): Float64Array {
  const { features, labels } = dense;
  // Filled, so that a value that is not written shows.
  const out = new Float64Array(rows.length * labels).fill(Number.NaN);
  computeProbabilities(dense, inputs, rows, out, createWorkspace(room, features, labels));
  return out;
}

const lossOf = (given: Case) =>
  crossEntropy(probabilitiesOf(given), given.targets, given.dense.labels);

function gradientOf({ dense, inputs, rows, targets }: Case, room = rows.length): Dense {
  const { features, labels } = dense;
  const gradient = createDense(features, labels);
  const workspace = createWorkspace(room, features, labels);
  // What an earlier step left must not matter.
  for (const values of [gradient.weights, gradient.bias, workspace.values]) values.fill(99);
  computeGradient(gradient, dense, inputs, rows, targets, workspace);
  return gradient;
}

test('when the gradient is compared with central finite differences then they agree', () => {
  const step = 1e-5;
  for (const given of cases()) {
    const gradient = gradientOf(given);
    for (const part of ['weights', 'bias'] as const) {
      const values = given.dense[part];
      const expected = values.map((value, i) => {
        values[i] = value + step;
        const above = lossOf(given);
        values[i] = value - step;
        const below = lossOf(given);
        values[i] = value;
        return (above - below) / (2 * step);
      });
      // Rounding of the loss is 1e-16 / step; the third derivative adds step squared.
      const worst = largestDifference(gradient[part], expected);
      assert.ok(worst < 1e-8, `${given.name}: ${part} differ by ${worst}`);
    }
  }
});

test('when TensorFlow.js computes probabilities, loss and gradient then they agree', () => {
  for (const given of cases()) {
    const { dense, inputs, rows, targets, name } = given;
    const { features, labels } = dense;
    const result = tf.tidy(() => {
      const table = tf.tensor2d(inputs.data, [inputs.rows, features]);
      const x = tf.gather(table, tf.tensor1d(Int32Array.from(rows), 'int32'));
      const truth = tf.oneHot(tf.tensor1d(Int32Array.from(targets), 'int32'), labels);
      const kernel = tf.tensor2d(Float32Array.from(dense.weights), [labels, features]);
      const bias = tf.tensor1d(Float32Array.from(dense.bias));
      const logits = (w: tf.Tensor, b: tf.Tensor) => tf.add(tf.matMul(x, w, false, true), b);
      const loss = (w: tf.Tensor, b: tf.Tensor) =>
        tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(truth, logits(w, b));
      const { value, grads } = tf.valueAndGrads(loss)([kernel, bias]);
      return {
        probabilities: tf.softmax(logits(kernel, bias)).dataSync(),
        loss: value.dataSync(),
        weights: grads[0].dataSync(),
        bias: grads[1].dataSync(),
      };
    });
    const gradient = gradientOf(given);
    // TensorFlow.js works in float32.
    for (const [what, found, expected] of [
      ['probabilities', probabilitiesOf(given), result.probabilities],
      ['loss', [lossOf(given)], result.loss],
      ['weights', gradient.weights, result.weights],
      ['bias', gradient.bias, result.bias],
    ] as const) {
      const worst = largestDifference(found, expected);
      assert.ok(worst < 1e-5, `${name}: ${what} differ by ${worst}`);
    }
  }
});

test('when rows are worked off in blocks of another size then the result is the same', () => {
  for (const given of cases()) {
    // Room for four rows or for many: a workspace may be larger or smaller than the batch.
    for (const room of [4, 500]) {
      const [one, other] = [probabilitiesOf(given), probabilitiesOf(given, room)];
      assert.deepEqual(other, one, given.name);
      const worst = largestDifference(gradientOf(given, room).weights, gradientOf(given).weights);
      assert.ok(worst < 1e-13, `${given.name}: ${worst}`);
    }
  }
});

test('when logits are worked by hand then probabilities and loss follow', () => {
  const values = Float64Array.of(0, Math.log(3), Math.log(2), Math.log(2));
  softmaxRows(values, 2);
  assert.ok(largestDifference(values, [0.25, 0.75, 0.5, 0.5]) < 1e-15);
  // -(ln 0.75 + ln 0.5) / 2
  assert.ok(Math.abs(crossEntropy(values, [1, 0], 2) - 0.4904146265058631) < 1e-15);
});

test('when logits are huge then probabilities stay finite and sum to 1', () => {
  for (const row of [
    [1e308, -1e308, 0],
    [-1e308, -1e308, -1e308],
    [800, 801, 0],
    [-5000, -5001, -9000],
  ]) {
    const values = Float64Array.from(row);
    softmaxRows(values, 3);
    const sum = values.reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum - 1) < 1e-12, `${row} sums to ${sum}`);
  }
  const shifted = Float64Array.of(1000, 1001);
  softmaxRows(shifted, 2);
  assert.ok(Math.abs(shifted[1] - 1 / (1 + Math.exp(-1))) < 1e-15);
});

test('when the right label has probability 0 then the loss is large but finite', () => {
  // -ln 1e-300
  assert.ok(Math.abs(crossEntropy([1, 0] as unknown as Float64Array, [1], 2) - 690.78) < 0.01);
  assert.equal(crossEntropy(Float64Array.of(1, 0), [0], 2), 0);
});

test('when labels are as probable as each other then the first wins', () => {
  assert.equal(mostProbable([0.2, 0.4, 0.4], 0, 3), 1);
  assert.equal(mostProbable([9, 0.1, 0.5, 0.4], 1, 3), 1);
  const probabilities = Float64Array.of(0.5, 0.5, 0.3, 0.7, 0.6, 0.4, 0.1, 0.9);
  assert.equal(accuracy(probabilities, [0, 1, 1, 1], 2), 0.75);
  assert.equal(accuracy(probabilities, [1, 0, 1, 0], 2), 0);
});
