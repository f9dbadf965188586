// The yardstick of the training benchmarks: a softmax layer as a TensorFlow.js program trains it.

import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients, which the core alone leaves out.
import '@tensorflow/tfjs-layers';
import type { Matrix } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';

export const YARDSTICK = { steps: 500, batchSize: 100, learningRate: 0.01, seed: 1 };

/** Plain gradient descent; the backend has been started. */
export function trainTfjs({ data, columns }: Matrix, targets: Int32Array, labels: number): void {
  tf.tidy(() => {
    const weights = tf.variable(tf.zeros([columns, labels]) as tf.Tensor2D);
    const bias = tf.variable(tf.zeros([labels]) as tf.Tensor1D);
    const all = tf.tensor2d(data, [targets.length, columns]);
    const optimizer = tf.train.sgd(YARDSTICK.learningRate);
    const random = createRandom(YARDSTICK.seed, 'batches');
    for (let step = 0; step < YARDSTICK.steps; step++) {
      tf.tidy(() => {
        const rows = Int32Array.from({ length: YARDSTICK.batchSize }, () =>
          random.below(targets.length),
        );
        const x = tf.gather(all, tf.tensor1d(rows, 'int32')) as tf.Tensor2D;
        const y = tf.oneHot(
          tf.tensor1d(
            rows.map((row) => targets[row]),
            'int32',
          ),
          labels,
        );
        optimizer.minimize(() => {
          const logits = tf.add(tf.matMul(x, weights), bias);
          const shifted = tf.sub(logits, tf.logSumExp(logits, 1, true));
          return tf.neg(tf.mean(tf.sum(tf.mul(y, shifted), 1))) as tf.Scalar;
        });
      });
    }
    weights.dataSync();
    optimizer.dispose();
    weights.dispose();
    bias.dispose();
  });
}
