import assert from 'node:assert/strict';
import test from 'node:test';
import { bestTurn, polarSpectrum, RING_STEP } from '../../src/check/polar.ts';
import { makeGrey, makeScene } from '../helpers/make-sketch.ts';

const scene = makeScene(5);
const first = polarSpectrum(makeGrey(scene));
/** Directions are sampled 2.8 degrees apart. */
const APART = 360 / 128;

test('when an image is turned then the angle is found to the next direction sampled', () => {
  for (const degrees of [0, 20, 135, 270, 359]) {
    const found = bestTurn(first, polarSpectrum(makeGrey(scene, { degrees })), 0, false);
    const off = Math.abs(((found.degrees - degrees + 540) % 360) - 180);
    assert.ok(off <= APART / 2 + 0.5, `${degrees}: ${found.degrees}`);
    assert.ok(found.score > 0.95, `${found.score}`);
  }
});

test('when it is mirrored then only the mirrored placement fits', () => {
  const second = polarSpectrum(makeGrey(scene, { mirrored: true, degrees: 60 }));
  const mirrored = bestTurn(first, second, 0, true);
  assert.ok(Math.abs(mirrored.degrees - 60) <= APART);
  assert.ok(mirrored.score > 0.95);
  assert.ok(bestTurn(first, second, 0, false).score < 0.8);
});

test('when it is enlarged by whole rings then that shift fits best', () => {
  const second = polarSpectrum(makeGrey(scene, { scale: RING_STEP ** 3 }));
  const scores = [0, 1, 2, 3, 4, 5].map((shift) => bestTurn(first, second, shift, false).score);
  assert.equal(scores.indexOf(Math.max(...scores)), 3);
  assert.ok(Math.abs(bestTurn(first, second, 3, false).scale - RING_STEP ** 3) < 1e-9);
});

test('when an image is blank then nothing fits', () => {
  const blank = polarSpectrum(makeGrey(() => 80));
  assert.ok(bestTurn(blank, blank, 0, false).score <= 0);
});
