// 500 steps of batch 100: our head against the same steps in TensorFlow.js on WebAssembly.

import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients, which the core alone leaves out.
import '@tensorflow/tfjs-layers';
import { createMatrix } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { startTfjs } from '../../src/features/tfjs.ts';
import { trainHead } from '../../src/head/train.ts';
import { medianSeconds, report } from './measure.ts';

const OPTIONS = { steps: 500, batchSize: 100, learningRate: 0.01, evalStepInterval: 500, seed: 1 };
const NOTHING = { features: createMatrix(0, 0), targets: [] };

await startTfjs();
for (const [rows, columns, labels, bar] of [
  [2000, 1280, 5, 4],
  [2000, 256, 2, 5],
]) {
  const random = createRandom(1, 'bench');
  const features = createMatrix(rows, columns);
  features.data.forEach((_, at) => {
    features.data[at] = random.normal();
  });
  const targets = Int32Array.from({ length: rows }, () => random.below(labels));
  const ours = await medianSeconds(3, () => {
    for (const _ of trainHead({ features, targets }, NOTHING, labels, OPTIONS));
  });
  const theirs = await medianSeconds(1, () => trainTfjs(features.data, targets, columns, labels));
  report(
    `500 steps, ${rows} x ${columns}, ${labels} labels: TensorFlow.js`,
    `${theirs.toFixed(2)} s`,
  );
  report(`500 steps, ${rows} x ${columns}, ${labels} labels: imgdiag`, `${ours.toFixed(3)} s`);
  report('TensorFlow.js / imgdiag', (theirs / ours).toFixed(1), `>= ${bar}`);
}

/** Plain gradient descent on a dense softmax layer, as a TensorFlow.js program would write it. */
function trainTfjs(data: Float32Array, targets: Int32Array, columns: number, labels: number): void {
  tf.tidy(() => {
    const weights = tf.variable(tf.zeros([columns, labels]) as tf.Tensor2D);
    const bias = tf.variable(tf.zeros([labels]) as tf.Tensor1D);
    const all = tf.tensor2d(data, [targets.length, columns]);
    const optimizer = tf.train.sgd(OPTIONS.learningRate);
    const random = createRandom(OPTIONS.seed, 'batches');
    for (let step = 0; step < OPTIONS.steps; step++) {
      tf.tidy(() => {
        const rows = Int32Array.from({ length: OPTIONS.batchSize }, () =>
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
