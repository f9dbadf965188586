import assert from 'node:assert/strict';
import test from 'node:test';
import {
  isOutOfDistribution,
  type OodDetector,
  oodDistance,
} from '../../src/head/out-of-distribution.ts';

/** Two labels, two features, one direction. */
const BY_HAND: OodDetector = {
  means: Float32Array.of(1, 0, 0, 1),
  scale: Float32Array.of(2, 4),
  directions: Float32Array.of(1, 0),
  variances: Float32Array.of(4),
  residual: 0.5,
  threshold: 1,
};

test('the distance is to the nearest mean, along the direction and across it (by hand)', () => {
  // (3, 4) / 5 = (0.6, 0.8). From (0, 1): (1.2, -0.8): (1.44 / 4 + 0.64 / 0.5) / 2 = 0.82.
  // From (1, 0): (-0.8, 3.2): (0.64 / 4 + 10.24 / 0.5) / 2 = 10.32.
  assert.ok(Math.abs(oodDistance(BY_HAND, [3, 4]) - 0.82) < 1e-6);
  assert.equal(oodDistance(BY_HAND, [0, 1]), 0);
});

test('the length of the features does not count', () => {
  assert.equal(oodDistance(BY_HAND, [6, 8]), oodDistance(BY_HAND, [3, 4]));
});

test('features that are all 0 have a distance, not NaN', () => {
  // (0, 0) - (1, 0) = (-1, 0), scaled (-2, 0): 4 / 4 / 2 = 0.5.
  assert.equal(oodDistance(BY_HAND, [0, 0]), 0.5);
});

test('a label without images is passed over', () => {
  const means = Float32Array.of(Number.NaN, Number.NaN, 0, 1);
  assert.equal(oodDistance({ ...BY_HAND, means }, [0, 2]), 0);
});

test('beyond the threshold an image is outOfDistribution, on it not', () => {
  assert.equal(isOutOfDistribution({ ...BY_HAND, threshold: 0.5 }, [0, 0]), false);
  assert.equal(isOutOfDistribution({ ...BY_HAND, threshold: 0.499 }, [0, 0]), true);
});
