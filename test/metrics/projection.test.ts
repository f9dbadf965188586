import assert from 'node:assert/strict';
import test from 'node:test';
import { createMatrix, type Matrix, rowOf } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { fitStandardisation, standardise } from '../../src/head/standardise.ts';
import { DRAWN_ROWS, drawnRows, projectFeatures } from '../../src/metrics/projection.ts';

function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  const matrix = createMatrix(rows.length, rows[0].length);
  for (const [at, row] of rows.entries()) rowOf(matrix, at).set(row);
  return matrix;
}

/** Normal noise on three directions of falling weight, `[rows, 8]`. */
function cloud(rows: number): Matrix {
  const random = createRandom(7, 'cloud');
  const axes = Array.from({ length: 3 }, () => Array.from({ length: 8 }, () => random.normal()));
  return matrixOf(
    Array.from({ length: rows }, () => {
      const at = [3 * random.normal(), 1.5 * random.normal(), random.normal()];
      return axes[0].map((_, j) =>
        axes.reduce((sum, axis, k) => sum + at[k] * axis[j], 0.3 * random.normal()),
      );
    }),
  );
}

/** Eigenvalues and eigenvectors by Jacobi's rotations (Golub and Van Loan, 8.5): slow and sure. */
function eigen(symmetric: readonly (readonly number[])[]) {
  const a = symmetric.map((row) => [...row]);
  const n = a.length;
  const v = a.map((_, i) => a.map((_, j) => Number(i === j)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const angle = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const turn = (m: number[][], i: number, x: number, y: number, byRow: boolean) => {
          const [f, g] = byRow ? [m[x][i], m[y][i]] : [m[i][x], m[i][y]];
          const [to, too] = [c * f - s * g, s * f + c * g];
          if (byRow) [m[x][i], m[y][i]] = [to, too];
          else [m[i][x], m[i][y]] = [to, too];
        };
        for (let i = 0; i < n; i++) turn(a, i, p, q, false);
        for (let i = 0; i < n; i++) turn(a, i, p, q, true);
        for (let i = 0; i < n; i++) turn(v, i, p, q, false);
      }
    }
  }
  return a
    .map((row, at) => ({ value: row[at], vector: v.map((line) => line[at]) }))
    .sort((one, other) => other.value - one.value);
}

test('a hand-worked case: two features that rise together, one that goes its own way', () => {
  // Standardised: columns 1 and 2 are (-1, -1, 1, 1), column 3 is (-1, 1, -1, 1), uncorrelated.
  // So the first direction is (1, 1, 0)/sqrt 2 with 2/3 of the variance, the second (0, 0, 1).
  const { points, explained } = projectFeatures(
    matrixOf([
      [0, 10, 5],
      [0, 10, 7],
      [2, 30, 5],
      [2, 30, 7],
    ]),
  );
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-3, `${a}, expected ${b}`);
  near(explained[0], 2 / 3);
  near(explained[1], 1 / 3);
  const expected = [
    [-1, -1],
    [-1, 1],
    [1, -1],
    [1, 1],
  ].map(([x, y]) => [x * Math.SQRT2, y]);
  for (const [at, [x, y]] of points.entries()) {
    near(x, expected[at][0]);
    near(y, expected[at][1]);
  }
});

test('directions and shares are those of the covariance matrix (oracle: Jacobi rotations)', () => {
  const features = cloud(300);
  const { rows, columns, data } = standardise(features, fitStandardisation(features));
  const covariance = Array.from({ length: columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += data[row * columns + i] * data[row * columns + j];
      return sum / rows;
    }),
  );
  const oracle = eigen(covariance);
  const { points, explained } = projectFeatures(features);
  for (const k of [0, 1] as const) {
    // The trace of a correlation matrix is its size.
    assert.ok(Math.abs(explained[k] - oracle[k].value / columns) < 1e-4);
    const { vector } = oracle[k];
    const largest = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    for (let row = 0; row < rows; row++) {
      let expected = 0;
      for (let j = 0; j < columns; j++) {
        expected += Math.sign(largest) * vector[j] * data[row * columns + j];
      }
      // Directions settle more slowly than variances: a hundredth of the cloud's spread of 1 to 3.
      assert.ok(
        Math.abs(points[row][k] - expected) < 0.02,
        `row ${row}: ${points[row][k]}, ${expected}`,
      );
    }
  }
});

test('the same features give the same map, to the last bit', () => {
  assert.deepEqual(projectFeatures(cloud(50)), projectFeatures(cloud(50)));
});

test('when there are many rows, directions found on some of them place all of them', () => {
  const { points, explained } = projectFeatures(cloud(5_000));
  assert.equal(points.length, 5_000);
  assert.ok(explained[0] > explained[1] && explained[1] > 0);
});

test('when features never change, or there is one only, the map is flat and not NaN', () => {
  const still = projectFeatures(
    matrixOf([
      [1, 1],
      [1, 1],
    ]),
  );
  assert.deepEqual(still, {
    points: [
      [0, 0],
      [0, 0],
    ],
    explained: [0, 0],
  });
  const line = projectFeatures(matrixOf([[1], [2], [3]]));
  assert.deepEqual(
    line.points.map(([, y]) => y),
    [0, 0, 0],
  );
  assert.ok(Math.abs(line.explained[0] - 1) < 1e-6);
  assert.equal(line.explained[1], 0);
  assert.ok(
    projectFeatures(matrixOf([[1, 2]]))
      .points.flat()
      .every(Number.isFinite),
  );
});

test('rows to draw: all where few, else every mistake and others evenly spaced', () => {
  assert.deepEqual(drawnRows(3, [1]), [0, 1, 2]);
  const mistakes = [1, 3, 19_999];
  const drawn = drawnRows(20_000, mistakes);
  assert.ok(drawn.length <= DRAWN_ROWS && drawn.length > DRAWN_ROWS - 10);
  for (const mistake of mistakes) assert.ok(drawn.includes(mistake));
  assert.deepEqual(
    drawn,
    [...new Set(drawn)].sort((a, b) => a - b),
  );
});
