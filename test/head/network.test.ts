import assert from 'node:assert/strict';
import test from 'node:test';
import {
  copyNetwork,
  createNetwork,
  labelCountOf,
  sizesOf,
  startNetwork,
} from '../../src/head/network.ts';
import { makeNetwork } from '../helpers/make-examples.ts';

test('when a network is made then its layers are views of one vector, weights before bias', () => {
  const network = createNetwork([3, 2, 4]);
  network.parameters.forEach((_, i) => {
    network.parameters[i] = i;
  });
  const [first, last] = network.layers;
  assert.deepEqual([...first.weights], [0, 1, 2, 3, 4, 5]);
  assert.deepEqual([...first.bias], [6, 7]);
  assert.deepEqual([last.weights[0], last.weights.length, last.bias[0]], [8, 8, 16]);
  assert.equal(network.parameters.length, 3 * 2 + 2 + 2 * 4 + 4);
  assert.deepEqual(sizesOf(network), [3, 2, 4]);
  assert.equal(labelCountOf(network), 4);
});

test('when a network is copied then the copy has memory of its own', () => {
  const network = makeNetwork([3, 2]);
  const copy = copyNetwork(network);
  assert.deepEqual(copy, network);
  copy.layers[0].weights[0] = 99;
  assert.notEqual(network.parameters[0], 99);
});

test('when training begins then one layer is 0, and only a last layer is', () => {
  assert.ok(startNetwork([5, 3], 1).parameters.every((value) => value === 0));
  const { layers } = startNetwork([400, 50, 3], 1);
  assert.ok(layers[1].weights.every((value) => value === 0));
  assert.ok(layers[0].bias.every((value) => value === 0));
  const squares = layers[0].weights.reduce((sum, value) => sum + value * value, 0) / 20_000;
  // Variance 2 / 400, known to about 1 % from 20,000 draws.
  assert.ok(Math.abs(squares * 200 - 1) < 0.05, `${squares}`);
});

test('when the seed differs then so do hidden units, and only then', () => {
  const units = (seed: number) => [...startNetwork([5, 4, 3], seed).parameters];
  assert.deepEqual(units(1), units(1));
  assert.notDeepEqual(units(1), units(2));
});
