// Numbers for the head's tests: seeded matrices, and labelled points in separate clouds.

import type { Matrix } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { createNetwork, type Examples, type Network } from '../../src/head/network.ts';

/** Standard normal values, scaled. */
export function makeMatrix(rows: number, columns: number, seed = 1, scale = 1): Matrix {
  const random = createRandom(seed, 'matrix');
  const data = Float32Array.from({ length: rows * columns }, () => scale * random.normal());
  return { rows, columns, data };
}

/** Normal weights and biases. @param sizes features, hidden units if any, labels */
export function makeNetwork(sizes: readonly number[], seed = 1, scale = 1): Network {
  const random = createRandom(seed, 'network');
  const network = createNetwork(sizes);
  const { parameters } = network;
  for (let i = 0; i < parameters.length; i++) parameters[i] = scale * random.normal();
  return network;
}

/** Label indices 0, 1, ..., again and again. */
export function makeTargets(count: number, labels: number): Uint16Array {
  return Uint16Array.from({ length: count }, (_, i) => i % labels);
}

/** Clouds of spread 0.5, the one of label k around 2 on axis k: every pair of them is separable. */
export function makeClouds(count: number, features: number, labels: number, seed = 1): Examples {
  const matrix = makeMatrix(count, features, seed, 0.5);
  const targets = makeTargets(count, labels);
  for (const [row, target] of targets.entries()) matrix.data[row * features + target] += 2;
  return { features: matrix, targets };
}

/** Largest absolute difference of two lists of equal length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}
