import assert from 'node:assert/strict';
import test from 'node:test';
import { fitParetoScaling, fitStandardisation, standardise } from '../../src/head/standardise.ts';
import { largestDifference, makeMatrix } from '../helpers/make-examples.ts';

test('when a tiny table is standardised then mean and scale are those worked by hand', () => {
  // Columns 1 3 5 and 10 10 40: means 3 and 20, deviations sqrt(8/3) and sqrt(200).
  const table = { rows: 3, columns: 2, data: Float32Array.of(1, 10, 3, 10, 5, 40) };
  const fitted = fitStandardisation(table);
  assert.ok(largestDifference(fitted.mean, [3, 20]) < 1e-12);
  assert.ok(largestDifference(fitted.scale, [Math.sqrt(3 / 8), 1 / Math.sqrt(200)]) < 1e-12);
  const { data } = standardise(table, fitted);
  const [root, a] = [Math.sqrt(1.5), Math.SQRT1_2];
  assert.ok(largestDifference(data, [-root, -a, 0, -a, root, 2 * a]) < 1e-6);
});

test('when features are standardised then each has mean 0 and deviation 1', () => {
  const matrix = makeMatrix(500, 7, 3);
  // Column c lies around 100 c, with a spread of 10^(c - 3).
  for (let at = 0; at < matrix.data.length; at++) {
    const column = at % 7;
    matrix.data[at] = matrix.data[at] * 10 ** (column - 3) + 100 * column;
  }
  const scaled = standardise(matrix, fitStandardisation(matrix));
  for (let column = 0; column < 7; column++) {
    const values = [...scaled.data].filter((_, at) => at % 7 === column);
    const mean = values.reduce((sum, value) => sum + value, 0) / 500;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 500;
    // The results are rounded to float32.
    assert.ok(Math.abs(mean) < 1e-5, `mean ${mean} in column ${column}`);
    assert.ok(Math.abs(variance - 1) < 1e-5, `variance ${variance} in column ${column}`);
  }
});

test('when features are scaled by Pareto then deviations become their roots', () => {
  // Deviations 2, 8 and 0, means 3, 20 and 7: the root mean square of the first two is sqrt(34).
  const table = { rows: 2, columns: 3, data: Float32Array.of(1, 12, 7, 5, 28, 7) };
  const fitted = fitParetoScaling(table);
  const [a, b] = [2, 8].map((deviation) => Math.sqrt(deviation / Math.sqrt(34)));
  assert.ok(largestDifference(fitted.mean, [3, 20, 7]) < 1e-12, `${fitted.mean}`);
  const { data } = standardise(table, fitted);
  assert.ok(largestDifference(data, [-a, -b, 0, a, b, 0]) < 1e-6, `${data}`);
  const constant = { rows: 2, columns: 1, data: Float32Array.of(7, 7) };
  assert.deepEqual([...fitParetoScaling(constant).scale], [0]);
});

test('when all features are measured in another unit then nothing changes by Pareto', () => {
  const matrix = makeMatrix(50, 4, 5);
  const larger = { ...matrix, data: matrix.data.map((value) => 1024 * value) };
  const [one, other] = [matrix, larger].map((rows) => standardise(rows, fitParetoScaling(rows)));
  assert.ok(largestDifference(one.data, other.data) < 1e-5, 'not the same');
});

test('when a feature never changes then it becomes 0, also for values never seen', () => {
  const constants = [0, 0.1, -3.7, 1e-30, 6];
  const rows = 1000;
  const data = Float32Array.from({ length: rows * 5 }, (_, at) => constants[at % 5]);
  const fitted = fitStandardisation({ rows, columns: 5, data });
  assert.deepEqual([...fitted.scale], [0, 0, 0, 0, 0]);
  const other = { rows: 1, columns: 5, data: Float32Array.of(1, 2, 3, 4, 5) };
  assert.ok(standardise(other, fitted).data.every((value) => value === 0));
});

test('when a feature changes by rounding only then it counts as constant', () => {
  // Two neighbouring float32 numbers: a relative spread of 6e-8.
  const data = Float32Array.of(3, 3 + 2 ** -22, 3, 3 + 2 ** -22);
  assert.deepEqual([...fitStandardisation({ rows: 4, columns: 1, data }).scale], [0]);
  const small = Float32Array.of(3, 3.001, 3, 3.001);
  const { scale } = fitStandardisation({ rows: 4, columns: 1, data: small });
  // Deviation 0.0005, which float32 holds to 3e-4 of itself here.
  assert.ok(Math.abs(scale[0] / 2000 - 1) < 1e-3, `${scale[0]}`);
});

test('when there is one row then every feature is constant', () => {
  const row = makeMatrix(1, 4);
  const fitted = fitStandardisation(row);
  assert.deepEqual([...fitted.mean], [...row.data]);
  assert.deepEqual([...standardise(row, fitted).data].map(Math.abs), [0, 0, 0, 0]);
});

test('when a table is standardised then the table itself stays as it is', () => {
  const matrix = makeMatrix(5, 3);
  const before = Float32Array.from(matrix.data);
  const scaled = standardise(matrix, fitStandardisation(matrix));
  assert.deepEqual(matrix.data, before);
  assert.deepEqual([scaled.rows, scaled.columns, scaled.data.length], [5, 3, 15]);
  assert.equal(standardise({ ...matrix, rows: 0 }, fitStandardisation(matrix)).data.length, 0);
});
