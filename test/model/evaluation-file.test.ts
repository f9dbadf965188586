import assert from 'node:assert/strict';
import test from 'node:test';
import { computeSplitMetrics } from '../../src/metrics/compute-metrics.ts';
import { formatEvaluation } from '../../src/model/evaluation-file.ts';

/** Two images of each label, one in three of which is taken for the next label. */
async function metricsOf(count: number) {
  const labels = Array.from({ length: count }, (_, k) => `label${k}`);
  const targets = Array.from({ length: 2 * count }, (_, i) => i % count);
  const probabilities = new Float64Array(targets.length * count).fill(0.1 / count);
  for (const [i, truth] of targets.entries()) {
    probabilities[i * count + ((truth + Number(i % 3 === 0)) % count)] += 0.9;
  }
  const metrics = await computeSplitMetrics({ probabilities, targets }, labels);
  assert.ok(metrics !== null, 'there are images');
  return metrics;
}

test('when there are few labels then the confusion matrix is written whole', async () => {
  const { confusion } = await metricsOf(3);
  assert.deepEqual(JSON.parse(formatEvaluation({ confusion })), { confusion });
});

test('when there are many labels then the file grows with them, not with their square', async () => {
  const metrics = await metricsOf(60);
  const { confusion } = JSON.parse(formatEvaluation(metrics));
  const matrix = Array.from({ length: 60 }, () => new Array<number>(60).fill(0));
  for (const [truth, predicted, images] of confusion.cells) matrix[truth][predicted] = images;
  assert.deepEqual(matrix, metrics.confusion);
  const [once, twice] = [metrics, await metricsOf(120)].map((one) => formatEvaluation(one).length);
  assert.ok(twice < 2.2 * once, `${once} bytes of 60 labels, ${twice} of 120`);
});
