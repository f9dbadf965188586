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

/** Inner product of `length` numbers of each. */
export function dotProduct(
  a: Float32Array | Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  length: number,
): number {
  let sum = 0;
  for (let j = 0; j < length; j++) sum += a[fromA + j] * b[fromB + j];
  return sum;
}
