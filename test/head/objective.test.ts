// Loss and gradient against finite differences and against TensorFlow.js.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Matrix } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { BLOCK_ROWS } from '../../src/head/kernels.ts';
import { createBlockPass } from '../../src/head/layers.ts';
import { createNetwork, labelCountOf, type Network, sizesOf } from '../../src/head/network.ts';
import { balancedWeights, evaluateRows, type Loss } from '../../src/head/objective.ts';
import { largestDifference, makeMatrix, makeNetwork } from '../helpers/make-examples.ts';

// The build of tfjs-core for Node.js leaves the gradients out; all builds share one registry.
createRequire(import.meta.url)('@tensorflow/tfjs-core/dist/register_all_gradients.js');
test.before(() => tf.setBackend('cpu'));

const PLAIN: Loss = { l2: 0, labelSmoothing: 0, labelWeights: undefined };
/** Sizes on both sides of the unrolled loops; the last batch is longer than one block of rows. */
const LABELS = [2, 3, 5, 9];
const BATCHES = [1, 3, 4, 7, BLOCK_ROWS + 3];

interface Case {
  readonly name: string;
  readonly network: Network;
  readonly loss: Loss;
  readonly inputs: Matrix;
  /** Rows of `inputs`, some twice and not in order. */
  readonly rows: Uint32Array;
  readonly targets: Uint16Array;
}

function* cases(): Generator<Case> {
  for (const labels of LABELS) {
    for (const batch of BATCHES) {
      for (const kind of ['plain', 'full', 'hidden']) {
        // 1 to 9 features, also for the loop over features.
        const features = 1 + ((labels + batch) % 9);
        const random = createRandom(labels, `case ${batch}`);
        const sizes = kind === 'hidden' ? [features, 6, labels] : [features, labels];
        const weights = Float64Array.from({ length: labels }, (_, k) => 0.5 + k / labels);
        yield {
          name: `${kind}, ${labels} labels, batch ${batch}, ${features} features`,
          network: makeNetwork(sizes, batch),
          loss: kind === 'plain' ? PLAIN : { l2: 0.3, labelSmoothing: 0.1, labelWeights: weights },
          inputs: makeMatrix(10, features, labels),
          rows: Uint32Array.from({ length: batch }, () => random.below(10)),
          targets: Uint16Array.from({ length: batch }, () => random.below(labels)),
        };
      }
    }
  }
}

function evaluate({ network, loss, inputs, rows, targets }: Case, room = rows.length) {
  const gradient = createNetwork(sizesOf(network));
  const pass = createBlockPass(network, room);
  // What an earlier step left must not matter.
  for (const values of [gradient.parameters, ...pass.values]) values.fill(99);
  const value = evaluateRows(gradient, network, loss, inputs, rows, targets, pass);
  return { value, gradient };
}

test('when the gradient is compared with central finite differences then they agree', () => {
  const step = 1e-5;
  for (const given of cases()) {
    const { gradient } = evaluate(given);
    const { parameters } = given.network;
    const expected = parameters.map((value, i) => {
      parameters[i] = value + step;
      const above = evaluate(given).value;
      parameters[i] = value - step;
      const below = evaluate(given).value;
      parameters[i] = value;
      return (above - below) / (2 * step);
    });
    // Rounding of the loss is 1e-16 / step; the third derivative adds step squared.
    const worst = largestDifference(gradient.parameters, expected);
    assert.ok(worst < 1e-8, `${given.name}: differ by ${worst}`);
  }
});

test('when TensorFlow.js computes loss and gradient then they agree', () => {
  for (const given of cases()) {
    const { network, inputs, rows, targets, name, loss } = given;
    const labels = labelCountOf(network);
    const result = tf.tidy(() => {
      const table = tf.tensor2d(inputs.data, [inputs.rows, inputs.columns]);
      const x = tf.gather(table, tf.tensor1d(Int32Array.from(rows), 'int32'));
      const truth = tf.oneHot(tf.tensor1d(Int32Array.from(targets), 'int32'), labels);
      const share = (target: number) => loss.labelWeights?.[target] ?? 1;
      const weights = tf.tensor1d(Float32Array.from(targets, share));
      const start = network.layers.flatMap((layer) => [
        tf.tensor2d(Float32Array.from(layer.weights), [layer.outputs, layer.inputs]),
        tf.tensor1d(Float32Array.from(layer.bias)),
      ]);
      const objective = (...given: tf.Tensor[]) => {
        let units: tf.Tensor = x;
        let penalty: tf.Tensor = tf.scalar(0);
        for (let l = 0; l < given.length; l += 2) {
          if (l > 0) units = tf.relu(units);
          units = tf.add(tf.matMul(units, given[l], false, true), given[l + 1]);
          penalty = tf.add(penalty, tf.mul(tf.sum(tf.square(given[l])), loss.l2 / 2));
        }
        const smooth = tf.add(tf.mul(truth, 1 - loss.labelSmoothing), loss.labelSmoothing / labels);
        const logs = tf.sub(units, tf.logSumExp(units, 1, true));
        const each = tf.neg(tf.sum(tf.mul(smooth, logs), 1));
        return tf.add(tf.mean(tf.mul(each, weights)), penalty) as tf.Scalar;
      };
      const { value, grads } = tf.valueAndGrads(objective)(start);
      return { value: value.dataSync()[0], grads: grads.flatMap((part) => [...part.dataSync()]) };
    });
    const { value, gradient } = evaluate(given);
    // TensorFlow.js works in float32.
    assert.ok(Math.abs(value / result.value - 1) < 1e-5, `${name}: ${value}, ${result.value}`);
    const worst = largestDifference(gradient.parameters, result.grads);
    assert.ok(worst < 2e-5, `${name}: gradients differ by ${worst}`);
  }
});

test('when rows are worked off in blocks of another size then the result is the same', () => {
  for (const given of cases()) {
    // Room for four rows or for many: a workspace may be larger or smaller than the batch.
    for (const room of [4, 500]) {
      const [one, other] = [evaluate(given), evaluate(given, room)];
      assert.ok(Math.abs(one.value / other.value - 1) < 1e-13, given.name);
      const worst = largestDifference(one.gradient.parameters, other.gradient.parameters);
      assert.ok(worst < 1e-12, `${given.name}: ${worst}`);
    }
  }
});

test('when the loss is worked by hand then weights, smoothing and penalty are as written', () => {
  // One feature that is 0: logits are the biases 0 and ln 3, probabilities 1/4 and 3/4.
  const network = createNetwork([1, 2]);
  network.layers[0].weights.set([2, -1]);
  network.layers[0].bias.set([0, Math.log(3)]);
  const [low, high] = [-Math.log(0.25), -Math.log(0.75)];
  const inputs = { rows: 2, columns: 1, data: Float32Array.of(0, 0) };
  const value = (change: Partial<Loss>) => {
    const loss = { ...PLAIN, ...change };
    return evaluate({
      name: '',
      network,
      loss,
      inputs,
      rows: Uint32Array.of(0, 1),
      targets: Uint16Array.of(0, 1),
    }).value;
  };
  const near = (found: number, expected: number) =>
    assert.ok(Math.abs(found - expected) < 1e-12, `${found}, ${expected}`);
  near(value({}), (low + high) / 2);
  near(value({ labelWeights: Float64Array.of(1.5, 0.5) }), (1.5 * low + 0.5 * high) / 2);
  // Targets 0.9 and 0.1.
  near(value({ labelSmoothing: 0.2 }), (low + high) / 2);
  near(
    value({ labelSmoothing: 0.2, labelWeights: Float64Array.of(2, 0) }),
    (2 * (0.9 * low + 0.1 * high)) / 2,
  );
  near(value({ l2: 0.4 }), (low + high) / 2 + 0.2 * 5);
});

test('when labels are balanced then each counts the same in sum, and none more than all', () => {
  assert.deepEqual([...balancedWeights([0, 0, 0, 1], 2)], [4 / 6, 2]);
  // A label without rows is no label here.
  assert.deepEqual([...balancedWeights([0, 0, 0, 2], 3)], [4 / 6, 0, 2]);
  assert.deepEqual([...balancedWeights([], 2)], [0, 0]);
});
