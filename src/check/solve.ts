// A small system of linear equations.

/**
 * Gaussian elimination with the largest pivot of each column.
 * @param matrix `[n, n]`, row-major; overwritten
 * @param right `[n]`; overwritten
 * @returns the solution, `[n]`; undefined when the matrix is singular to working precision
 */
export function solveLinear(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const n = right.length;
  const largest = Math.max(...matrix.map(Math.abs));
  for (let k = 0; k < n; k++) {
    const pivot = pivotOf(matrix, n, k);
    if (!(Math.abs(matrix[pivot * n + k]) > 1e-14 * largest)) return undefined;
    swapRows(matrix, right, n, k, pivot);
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i * n + k] / matrix[k * n + k];
      for (let j = k; j < n; j++) matrix[i * n + j] -= factor * matrix[k * n + j];
      right[i] -= factor * right[k];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) right[k] -= matrix[k * n + j] * right[j];
    right[k] /= matrix[k * n + k];
  }
  return right;
}

function pivotOf(matrix: Float64Array, n: number, column: number): number {
  let best = column;
  for (let i = column + 1; i < n; i++) {
    if (Math.abs(matrix[i * n + column]) > Math.abs(matrix[best * n + column])) best = i;
  }
  return best;
}

function swapRows(
  matrix: Float64Array,
  right: Float64Array,
  n: number,
  a: number,
  b: number,
): void {
  if (a === b) return;
  for (let j = 0; j < n; j++) {
    const held = matrix[a * n + j];
    matrix[a * n + j] = matrix[b * n + j];
    matrix[b * n + j] = held;
  }
  const held = right[a];
  right[a] = right[b];
  right[b] = held;
}
