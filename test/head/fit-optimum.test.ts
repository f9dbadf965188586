// The optimum that L-BFGS finds, against metrics of another library and another algorithm.

import assert from 'node:assert/strict';
import test from 'node:test';
import { balancedWeights } from '../../src/head/objective.ts';
import type { Arithmetic } from '../../src/head/objective-full.ts';
import { predict } from '../../src/head/predict.ts';
import { fitWhole, NO_EXAMPLES, optimizer } from '../helpers/run-fit.ts';

const [ROWS, COLUMNS] = [60, 6];

/**
 * Loss and penalised loss at the optimum: scikit-learn 1.9.1, computed once in November 2026 by
 * `LogisticRegression(C=1 / (60 * l2), solver='newton-cg', tol=1e-12, class_weight=...)` on the
 * rows of `makeRows`. With two labels it has one weight vector w, where we have w / 2 and -w / 2:
 * its penalty at l2 is ours at 2 * l2.
 */
const METRICS = [
  { labels: 2, l2: 0.2, classWeights: 'none', loss: 0.4507501, whole: 0.49874385 },
  { labels: 2, l2: 0.02, classWeights: 'balanced', loss: 0.43869619, whole: 0.45532974 },
  { labels: 3, l2: 1, classWeights: 'none', loss: 0.74923165, whole: 0.87710187 },
  { labels: 3, l2: 0.1, classWeights: 'balanced', loss: 0.46017516, whole: 0.57133762 },
  { labels: 3, l2: 0.001, classWeights: 'none', loss: 0.33211319, whole: 0.34757413 },
  { labels: 5, l2: 0.1, classWeights: 'none', loss: 1.08359754, whole: 1.18824054 },
  { labels: 5, l2: 0.01, classWeights: 'balanced', loss: 0.9933118, whole: 1.03661727 },
  { labels: 5, l2: 0.001, classWeights: 'balanced', loss: 0.98261194, whole: 0.9892174 },
] as const;

/** `sin((i + 1) (j + 2)) (1 + j / 4)`, and 1 more in the column of the label. */
function makeRows(labels: number) {
  const targets = Uint16Array.from(
    { length: ROWS },
    (_, i) => (i * i + Math.floor(i / 3)) % labels,
  );
  const data = Float32Array.from({ length: ROWS * COLUMNS }, (_, at) => {
    const [i, j] = [Math.floor(at / COLUMNS), at % COLUMNS];
    return Math.sin((i + 1) * (j + 2)) * (1 + j / 4) + (j === targets[i] ? 1 : 0);
  });
  return { features: { rows: ROWS, columns: COLUMNS, data }, targets };
}

for (const arithmetic of ['typescript', 'onnx'] satisfies Arithmetic[]) {
  test(`when scikit-learn solves the same problem then the loss is the same: ${arithmetic}`, async () => {
    for (const { labels, l2, classWeights, loss, whole } of METRICS) {
      const rows = makeRows(labels);
      const change = { optimizer: optimizer('lbfgs', 1000), l2, classWeights, arithmetic };
      const { network, converged } = await fitWhole(rows, change, NO_EXAMPLES, labels);
      assert.ok(converged);
      const probabilities = predict(network, rows.features);
      const balanced = balancedWeights(rows.targets, labels);
      let sum = 0;
      for (const [i, target] of rows.targets.entries()) {
        const weight = classWeights === 'balanced' ? balanced[target] : 1;
        sum -= (weight * Math.log(probabilities[i * labels + target])) / ROWS;
      }
      const squares = network.layers[0].weights.reduce((total, value) => total + value ** 2, 0);
      const name = `${labels} labels, l2 ${l2}, ${classWeights}`;
      const found = sum + (l2 / 2) * squares;
      // The penalised loss is flat at its least point, the two parts of it are not.
      assert.ok(Math.abs(found - whole) < 1e-5, `${name}: ${found}, expected ${whole}`);
      assert.ok(Math.abs(sum - loss) < 1e-4, `${name}: ${sum}, expected ${loss}`);
    }
  });
}
