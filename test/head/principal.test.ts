import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { principalDirections } from '../../src/head/principal.ts';

test('of a cross along the axes, the longer arm comes out (by hand: 3^2 + 3^2 = 18, 1 + 1 = 2)', () => {
  const rows = Float64Array.of(3, 0, -3, 0, 0, 1, 0, -1);
  const { directions, squares } = principalDirections(rows, 2, 1);
  assert.ok(Math.abs(Math.abs(directions[0]) - 1) < 1e-6 && Math.abs(directions[1]) < 1e-3);
  assert.ok(Math.abs(squares[0] - 18) < 1e-4);
  const both = principalDirections(rows, 2, 2);
  assert.ok(Math.abs(both.squares[0] + both.squares[1] - 20) < 1e-9);
});

test('directions are orthonormal and span where the rows vary, with more columns than rows', () => {
  const random = createRandom(1, 'principal');
  const columns = 50;
  const basis = [0, 1, 2].map(() => Array.from({ length: columns }, () => random.normal()));
  const rows = Float64Array.from({ length: 20 * columns }, () => 0);
  for (let row = 0; row < 20; row++) {
    const weights = basis.map(() => random.normal());
    for (let j = 0; j < columns; j++) {
      rows[row * columns + j] = basis.reduce((sum, b, i) => sum + b[j] * weights[i], 0);
    }
  }
  const { directions, squares } = principalDirections(rows, columns, 5);
  const total = rows.reduce((sum, value) => sum + value ** 2, 0);
  const along = squares.reduce((sum, value) => sum + value, 0);
  assert.ok(Math.abs(along - total) < 1e-9 * total, `${along} of ${total}`);
  for (let a = 0; a < 3; a++) {
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let j = 0; j < columns; j++) {
        product += directions[a * columns + j] * directions[b * columns + j];
      }
      assert.ok(Math.abs(product - (a === b ? 1 : 0)) < 1e-9);
    }
  }
});

test('rows of zeros give directions without any squares, and no NaN', () => {
  const { directions, squares } = principalDirections(new Float64Array(12), 4, 2);
  assert.ok(directions.every((value) => value === 0));
  assert.deepEqual([...squares], [0, 0]);
});
