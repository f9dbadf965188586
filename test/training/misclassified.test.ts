import assert from 'node:assert/strict';
import test from 'node:test';
import { applyHead } from '../../src/head/head.ts';
import { misclassifiedImages } from '../../src/training/misclassified.ts';
import { makePool, trainPool } from '../helpers/make-pool.ts';

test('when a head is wrong then path, label and prediction of the image are given, of no other', async () => {
  const pool = makePool(60, 2, 0);
  const { head } = (await trainPool(pool, 2)).final;
  const labels = ['a', 'b'];
  const images = pool.units.map((row) => ({
    path: `${row}.png`,
    label: labels[pool.targets[row]],
  }));
  const scores = applyHead(head, pool.features);
  const wrong = pool.units.filter((row) => scores[2 * row + pool.targets[row]] < 0.5);
  assert.ok(wrong.length > 1 && wrong.length < 20, `${wrong}`);
  // Only test images are listed: here all but the first that is wrong.
  const splits = images.map((_, row) => (row === wrong[0] ? 'training' : 'testing'));
  const rows = { features: pool.features, splits, files: images, labels };
  assert.deepEqual(
    misclassifiedImages(head, rows),
    wrong.slice(1).map((row) => ({ ...images[row], predicted: labels[1 - pool.targets[row]] })),
  );
});
