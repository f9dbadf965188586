// A dense matrix of float32, the shape in which features travel.

/** `data` is row-major, `[rows, columns]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

export function createMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float32Array(rows * columns) };
}

/** Row `index` as a view of the same memory, `[columns]`. */
export function rowOf(matrix: Matrix, index: number): Float32Array {
  return matrix.data.subarray(index * matrix.columns, (index + 1) * matrix.columns);
}

/** A copy of the rows named, in the order named: `[indices.length, columns]`. */
export function takeRows(matrix: Matrix, indices: ArrayLike<number>): Matrix {
  const taken = createMatrix(indices.length, matrix.columns);
  for (let i = 0; i < indices.length; i++) {
    taken.data.set(rowOf(matrix, indices[i]), i * matrix.columns);
  }
  return taken;
}

export function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < b.length; at++) sum += a[at] * b[at];
  return sum;
}

/** Inner product of two rows: four sums side by side are twice as fast as one. */
export function multiplyRows(a: Matrix, i: number, b: Matrix, j: number): number {
  const { columns, data: one } = a;
  const two = b.data;
  let p = i * columns;
  let q = j * columns;
  const end = p + columns;
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (; p + 3 < end; p += 4, q += 4) {
    first += one[p] * two[q];
    second += one[p + 1] * two[q + 1];
    third += one[p + 2] * two[q + 2];
    fourth += one[p + 3] * two[q + 3];
  }
  for (; p < end; p++, q++) first += one[p] * two[q];
  return first + second + third + fourth;
}

/** Scales every row to length 1, in place; rows of zeros stay. */
export function normaliseRows(matrix: Matrix): Matrix {
  for (let row = 0; row < matrix.rows; row++) {
    const length = Math.sqrt(multiplyRows(matrix, row, matrix, row));
    const own = rowOf(matrix, row);
    if (length > 0) own.set(own.map((value) => value / length));
  }
  return matrix;
}
