import assert from 'node:assert/strict';
import test from 'node:test';
import { findOutliers } from '../../src/check/outliers.ts';

/** Twenty images; similarity to the fifth neighbour is `fifth`, to the four before 1. */
function findAmong(fifth: (row: number) => number) {
  const rows = [...Array(20).keys()];
  const files = rows.map((row) => ({ path: `${row}`, label: 'a', sha256: `${row}` }));
  const neighbours = rows.map((row) =>
    [1, 1, 1, 1, fifth(row)].map((similarity, i) => ({ row: i, similarity })),
  );
  return findOutliers({ files }, neighbours);
}

const usual = (row: number) => 0.8 + 0.005 * (row % 5);

test('when all are about as far from their neighbours then none is an outlier', () => {
  assert.deepEqual(findAmong(usual), []);
});

test('when one is far from its fifth neighbour then it is named, however near the first four', () => {
  const [found] = findAmong((row) => (row === 7 ? 0.1 : usual(row)));
  assert.deepEqual(
    found.items.map(({ paths }) => paths),
    [['7']],
  );
  assert.match(found.sentence, /^1 image is far from all others/);
});

test('when there are too few images for five neighbours then nothing is said', () => {
  const files = [{ path: '0', label: 'a', sha256: '0' }];
  assert.deepEqual(findOutliers({ files }, [[{ row: 0, similarity: 0.1 }]]), []);
});
