import assert from 'node:assert/strict';
import test from 'node:test';
import { createMatrix } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { findOutliers } from '../../src/check/outliers.ts';

function makeInput(strange: readonly number[]) {
  const random = createRandom(4, 'cloud');
  const rows = [...Array(80).keys()];
  const features = createMatrix(80, 6);
  for (let i = 0; i < features.data.length; i++) features.data[i] = random.normal();
  for (const row of strange) features.data[row * 6] += 40;
  return {
    labels: ['a'],
    files: rows.map((row) => ({ path: `${row}`, label: 'a', sha256: `${row}` })),
    targets: new Uint16Array(80),
    units: rows,
    sets: rows.map(() => 'training' as const),
    features,
    properties: createMatrix(80, 5),
    seed: 1,
  };
}

test('when one picture lies far from all others then it is named', async () => {
  const [found] = await findOutliers(makeInput([33]));
  assert.equal(found.items[0].paths[0], '33');
});

test('when two strange pictures lie together then they do not cover each other', async () => {
  const [found] = await findOutliers(makeInput([33, 34]));
  const named = found.items.slice(0, 2).flatMap(({ paths }) => paths);
  assert.deepEqual(named.sort(), ['33', '34']);
});

test('when it is stopped then it stops', async () => {
  await assert.rejects(findOutliers(makeInput([]), AbortSignal.abort(new Error('stop'))), /stop/);
});
