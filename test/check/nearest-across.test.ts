import assert from 'node:assert/strict';
import test from 'node:test';
import { createMatrix, multiplyRows, normaliseRows } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { multiplyPlainly, nearestAcross } from '../../src/check/nearest-across.ts';
import { loadDenseProducts } from '../../src/network/onnx/dense.ts';

const ROWS = 2600;
const random = createRandom(1, 'directions');
const directions = createMatrix(ROWS, 8);
for (let i = 0; i < directions.data.length; i++) directions.data[i] = random.normal();
normaliseRows(directions);
// Every unit has two rows, which are far from each other.
const units = Array.from({ length: ROWS }, (_, row) => row % (ROWS / 2));
const all = [...units.keys()];
const search = {
  rows: all.filter((row) => row % 5 === 0),
  among: all.filter((row) => row % 5 > 0),
};

/** By the definition: the nearest of another unit, and the nearest of a third. */
function expected(row: number) {
  const others = search.among
    .filter((other) => units[other] !== units[row])
    .map((other) => ({ other, similarity: multiplyRows(directions, row, directions, other) }))
    .sort((a, b) => b.similarity - a.similarity || a.other - b.other);
  const [first] = others;
  const third = others.find(({ other }) => units[other] !== units[first.other]);
  return { ...first, second: third?.similarity };
}

for (const engine of ['TypeScript', 'ONNX Runtime'] as const) {
  test(`when it is searched in blocks by ${engine} then it finds what the definition says`, async () => {
    const products = await loadDenseProducts(true);
    assert.ok(products, 'ONNX Runtime is installed for the tests');
    const found = await nearestAcross(
      directions,
      units,
      search,
      engine === 'TypeScript'
        ? multiplyPlainly
        : (x, y) => products.multiply(x, y.data, new Float32Array(y.rows)),
    );
    assert.deepEqual(
      found.map(({ row }) => row),
      search.rows,
    );
    for (const { row, other, similarity, second } of found.slice(0, 100)) {
      const wanted = expected(row);
      assert.equal(other, wanted.other);
      assert.ok(Math.abs(similarity - wanted.similarity) < 1e-5, `${similarity}`);
      assert.ok(Math.abs(second - (wanted.second ?? -1)) < 1e-5, `${second}`);
    }
  });
}

test('when there is nothing to search then nothing is found, and a stop is heard', async () => {
  const rows = [0, 1];
  assert.deepEqual(
    await nearestAcross(directions, units, { rows, among: [] }, multiplyPlainly),
    [],
  );
  const own = { rows: [0], among: [ROWS / 2] };
  assert.deepEqual(await nearestAcross(directions, units, own, multiplyPlainly), []);
  const reason = new Error('stop');
  await assert.rejects(
    nearestAcross(directions, units, search, multiplyPlainly, AbortSignal.abort(reason)),
    reason,
  );
});
