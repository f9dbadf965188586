import assert from 'node:assert/strict';
import test from 'node:test';
import { backward, createBlockPass, createPass, forward } from '../../src/head/layers.ts';
import { createNetwork } from '../../src/head/network.ts';
import { largestDifference } from '../helpers/make-examples.ts';

/** Two units, two labels: logits 2 u0 - u1 and 3 u1 + 1. */
function makeTwoLayers() {
  const network = createNetwork([1, 2, 2]);
  network.layers[1].weights.set([2, -1, 0, 3]);
  network.layers[1].bias.set([0, 1]);
  return network;
}

test('when sums go forward then negative ones become 0 and the rest is worked by hand', () => {
  const network = makeTwoLayers();
  const pass = createPass(network, 2);
  pass.values[0].set([1, 2, -5, 4]);
  const logits = forward(network, pass, 2);
  assert.deepEqual([...logits.subarray(0, 4)], [0, 7, -4, 13]);
  assert.deepEqual([...pass.values[0].subarray(0, 4)], [1, 2, 0, 4]);
});

test('when errors go back then gradients are those worked by hand, and units at 0 pass none', () => {
  const network = makeTwoLayers();
  const gradient = createNetwork([1, 2, 2]);
  const pass = createPass(network, 2);
  pass.values[0].set([1, 2, -5, 4]);
  forward(network, pass, 2);
  pass.values[1].fill(0);
  pass.values[1].set([1, -1, 2, 10]);
  backward(network, gradient, pass, 2);
  // dW[k, j] = sum over rows of error[k] unit[j]
  assert.deepEqual([...gradient.layers[1].weights], [1, 2 + 8, -1, -2 + 40]);
  assert.deepEqual([...gradient.layers[1].bias], [3, 9]);
  // First row: 2 * 1 and -1 * 1 + 3 * -1; second: 0, for its unit is off, and -2 + 30.
  assert.ok(largestDifference(pass.values[0].subarray(0, 4), [2, -4, 0, 28]) === 0);
  assert.deepEqual([...gradient.layers[0].bias], [2, 24]);
});

test('when there is one layer then forward and backward leave the first sums alone', () => {
  const network = createNetwork([3, 2]);
  const gradient = createNetwork([3, 2]);
  const pass = createPass(network, 1);
  pass.values[0].set([-1, 2]);
  assert.equal(forward(network, pass, 1), pass.values[0]);
  backward(network, gradient, pass, 1);
  assert.deepEqual([...gradient.layers[0].bias], [-1, 2]);
  assert.deepEqual([...pass.values[0].subarray(0, 2)], [-1, 2]);
});

test('when memory is made then it holds whole groups of four rows', () => {
  const network = createNetwork([3, 2]);
  assert.equal(createPass(network, 5).capacity, 8);
  assert.equal(createBlockPass(network, 5).capacity, 8);
  assert.ok(createBlockPass(network, 100_000).capacity < 1000);
});
