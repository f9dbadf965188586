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

/** Inner product of `length` numbers; four sums at a time, since each addition waits for the last. */
export function dotProduct(
  a: Float32Array | Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  length: number,
): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let j = 0;
  for (; j + 3 < length; j += 4) {
    first += a[fromA + j] * b[fromB + j];
    second += a[fromA + j + 1] * b[fromB + j + 1];
    third += a[fromA + j + 2] * b[fromB + j + 2];
    fourth += a[fromA + j + 3] * b[fromB + j + 3];
  }
  for (; j < length; j++) first += a[fromA + j] * b[fromB + j];
  return first + second + (third + fourth);
}
