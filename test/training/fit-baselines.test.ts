import assert from 'node:assert/strict';
import test from 'node:test';
import { createMatrix } from '../../src/base/matrix.ts';
import { fitBaselines } from '../../src/training/fit-baselines.ts';
import { takeImageRows } from '../../src/training/pool.ts';
import { makePool } from '../helpers/make-pool.ts';

/** Images whose label is told by one property alone: mean, variance, width, height or bytes. */
function toldBy(column: number) {
  const pool = { ...makePool(60, 2, 0), features: createMatrix(60, 6) };
  const properties = createMatrix(60, 5);
  for (let row = 0; row < 60; row++) {
    properties.data.set([100, 400, 640, 480, 30_000], row * 5);
    properties.data[row * 5 + column] *= 1 + pool.targets[row];
  }
  return { ...pool, properties };
}

test('when a property tells the label then the metadata baseline finds it, on other images', async () => {
  for (let column = 0; column < 5; column++) {
    const all = toldBy(column);
    const rowsOf = (first: boolean) => [...all.units].filter((row) => row < 30 === first);
    const score = await fitBaselines(takeImageRows(all, rowsOf(true)), 2);
    const { metadata_baseline, nearest_centroid_baseline } = score(
      takeImageRows(all, rowsOf(false)),
    );
    assert.deepEqual(metadata_baseline, { accuracy: 1, balanced_accuracy: 1 });
    assert.equal(nearest_centroid_baseline.balanced_accuracy, 0.5);
  }
});

test('when features tell the label then the nearest centroid does, and metadata does not', async () => {
  const pool = makePool(60, 2, 0);
  const score = await fitBaselines(pool, 2);
  const { metadata_baseline, nearest_centroid_baseline } = score(pool);
  const { accuracy } = nearest_centroid_baseline;
  assert.ok(accuracy > 0.8, `${accuracy}`);
  assert.equal(metadata_baseline.accuracy, 0.5);
});
