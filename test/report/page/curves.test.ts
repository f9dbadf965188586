import assert from 'node:assert/strict';
import test from 'node:test';
import type { CurvePoint } from '../../../src/metrics/curves.ts';
import { curves, thin } from '../../../src/report/page/curves.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { textOf } from '../../helpers/text-of.ts';

async function curvesOf(labels: readonly string[], counts: readonly number[]) {
  const data = await makeReport({ labels, counts, images: false });
  return curves(data, data.splits[0]).map(textOf);
}

test('points within a pixel of the last are left out, ends stay', () => {
  const fine = Array.from({ length: 10_001 }, (_, at): CurvePoint => [at / 10_000, 1]);
  const kept = thin(fine);
  assert.ok(kept.length <= 330 && kept.length > 300);
  assert.deepEqual([kept[0], kept.at(-1)], [fine[0], fine.at(-1)]);
  assert.deepEqual(
    thin([
      [0, 0],
      [0, 0.5],
      [1, 1],
    ]),
    [
      [0, 0],
      [0, 0.5],
      [1, 1],
    ],
  );
});

test('of two labels one ROC curve is drawn: the one the threshold is for', async () => {
  const [roc, recall] = await curvesOf(['sick', 'well'], [10, 20]);
  assert.match(roc, /sick 0\.\d{3} \(.*mirror image/);
  assert.doesNotMatch(roc, /well/);
  assert.match(recall, /sick .* chance 0\.333.*well .* chance 0\.667/);
});

test('of many labels the worst are named and the rest counted', async () => {
  const labels = Array.from({ length: 30 }, (_, at) => `label${at}`);
  const [roc] = await curvesOf(
    labels,
    labels.map(() => 5),
  );
  assert.equal(roc.match(/label\d+/g)?.length, 5);
  assert.match(roc, /25 other labels; the labels named here have the lowest ROC AUC/);
});

test('a label without images has no curve', async () => {
  const [roc, recall] = await curvesOf(['a', 'b', 'c'], [5, 0, 5]);
  assert.doesNotMatch(roc + recall, /\bb [0-9–]/);
});

test('where no label has a curve, there is no chart', async () => {
  assert.deepEqual(await curvesOf(['a', 'b'], [5, 0]), []);
});
