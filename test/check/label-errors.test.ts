import assert from 'node:assert/strict';
import test from 'node:test';
import { createMatrix } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { findLabelErrors, rankSuspicions } from '../../src/check/label-errors.ts';
import { nearestNeighbours } from '../../src/check/neighbours.ts';

test('when probabilities are given then rank, margin and confidence are those worked by hand', () => {
  // Self-confidences: label 0 (0.9 + 0.7 + 0.2) / 3 = 0.6, label 1 (0.8 + 0.45) / 2 = 0.625.
  const probabilities = Float64Array.of(0.9, 0.1, 0.7, 0.3, 0.2, 0.8, 0.2, 0.8, 0.55, 0.45);
  const ranked = rankSuspicions(probabilities, [0, 0, 0, 1, 1], 2);
  assert.deepEqual(
    ranked.map(({ row }) => row),
    [2, 4, 1, 3, 0],
  );
  assert.ok(Math.abs(ranked[0].margin - 0.6) < 1e-12);
  // Row 4 rather looks like label 0, but 0.55 is less than what images of it get on average.
  assert.deepEqual(
    ranked.map(({ confident }) => confident),
    [true, false, false, false, false],
  );
});

/** Two clouds, and `wrong` rows of them under the other's label. */
function makeInput(wrong: readonly number[]) {
  const random = createRandom(3, 'clouds');
  const rows = [...Array(60).keys()];
  const features = createMatrix(60, 4);
  for (const row of rows) {
    for (let j = 0; j < 4; j++) {
      features.data[row * 4 + j] = random.normal() + (j === 0 ? (row % 2) * 8 : 0);
    }
  }
  return {
    labels: ['even', 'odd'],
    files: rows.map((row) => ({ path: `${row}`, label: '', sha256: `${row}` })),
    targets: Uint16Array.from(rows, (row) => (wrong.includes(row) ? 1 - (row % 2) : row % 2)),
    units: rows,
    splits: rows.map(() => 'training' as const),
    features,
    properties: createMatrix(60, 5),
    seed: 1,
  };
}

test('when three of sixty labels are wrong then those three are named, and what they look like', async () => {
  const input = makeInput([4, 17, 30]);
  const [found] = await findLabelErrors(input, await nearestNeighbours(input));
  assert.deepEqual(found.items.flatMap(({ paths }) => paths).sort(), ['17', '30', '4']);
  const [seventeen] = found.items.filter(({ paths }) => paths[0] === '17');
  assert.match(seventeen.detail, /^looks like odd \(0\.\d\d\)$/);
});

test('when all labels are right then nothing is suspected', async () => {
  const input = makeInput([]);
  assert.deepEqual(await findLabelErrors(input, await nearestNeighbours(input)), []);
});
