import assert from 'node:assert/strict';
import test from 'node:test';
import { hasColour, sharpnessOf } from '../../src/check/sharpness.ts';

test('when an image is a chessboard then its sharpness is 64, worked by hand', () => {
  // Levels 100 and 102: variance 1; the Laplacian is 4 * 102 - 4 * 100 = +-8, squared 64.
  const grey = Uint8Array.from({ length: 36 }, (_, i) => ((i + Math.floor(i / 6)) % 2 ? 102 : 100));
  assert.ok(Math.abs(sharpnessOf(grey, 6) - 64) < 1e-9);
});

test('when an image is blank then its sharpness is 0', () => {
  assert.equal(sharpnessOf(new Uint8Array(36).fill(80), 6), 0);
});

test('when channels differ by a little then that is no colour', () => {
  assert.equal(hasColour(Uint8Array.of(100, 101, 99, 50, 50, 51)), false);
  assert.equal(hasColour(Uint8Array.of(100, 120, 99, 50, 50, 51)), true);
});
