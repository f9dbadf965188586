import assert from 'node:assert/strict';
import test from 'node:test';
import { openDenseProducts } from '../../../src/network/onnx/dense.ts';
import { largestDifference, makeMatrix } from '../../helpers/make-examples.ts';

test('when products are taken then they are those of plain sums, whatever the sizes', async () => {
  const products = await openDenseProducts();
  for (const [rows, columns, outputs] of [
    [1, 1, 1],
    [7, 5, 3],
    [300, 64, 2],
    [33, 129, 17],
  ]) {
    const x = makeMatrix(rows, columns, 1);
    const weights = makeMatrix(outputs, columns, 2).data;
    const bias = makeMatrix(1, outputs, 3).data;
    const errors = makeMatrix(rows, outputs, 4).data;
    const sums = new Float64Array(rows * outputs);
    const gradient = new Float64Array(outputs * columns);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < outputs; k++) {
        sums[i * outputs + k] = bias[k];
        for (let j = 0; j < columns; j++) {
          const value = x.data[i * columns + j];
          sums[i * outputs + k] += value * weights[k * columns + j];
          gradient[k * columns + j] += value * errors[i * outputs + k];
        }
      }
    }
    const name = `${rows} x ${columns} x ${outputs}`;
    // Sums of up to 300 products in float32.
    const forward = await products.multiply(x, weights, bias);
    assert.ok(largestDifference(forward, sums) < 1e-4, name);
    const backward = await products.multiplyTransposed(x, errors);
    assert.ok(largestDifference(backward, gradient) < 1e-4, name);
  }
  await products.dispose();
});

test('when a product is taken again then it is the same, in memory of its own', async () => {
  const products = await openDenseProducts();
  const x = makeMatrix(50, 20);
  const [weights, bias] = [makeMatrix(3, 20).data, new Float32Array(3)];
  const first = await products.multiply(x, weights, bias);
  const second = await products.multiply(x, weights, bias);
  assert.deepEqual(first, second);
  assert.notEqual(first.buffer, second.buffer);
  await products.dispose();
});
