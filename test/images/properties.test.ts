import assert from 'node:assert/strict';
import test from 'node:test';
import { CACHED_PROPERTIES, greyMoments, PROPERTY_NAMES } from '../../src/images/properties.ts';

test('when pixels are grey then mean and variance are theirs', () => {
  const pixels = Uint8Array.from([10, 20, 30, 60].flatMap((grey) => [grey, grey, grey]));
  // (20 + 10 + 0 + 30)^2 by hand: 400 + 100 + 0 + 900 = 1400, a quarter each.
  const { mean, variance } = greyMoments(pixels);
  assert.equal(mean, 30);
  assert.ok(Math.abs(variance - 350) < 1e-9, `${variance}`);
});

test('when pixels have colour then the grey level is that of BT.601', () => {
  assert.deepEqual(greyMoments(Uint8Array.of(255, 0, 0)), { mean: 76.245, variance: 0 });
  assert.deepEqual(greyMoments(Uint8Array.of(0, 255, 0)), { mean: 149.685, variance: 0 });
  assert.deepEqual(greyMoments(Uint8Array.of(0, 0, 255)), { mean: 29.07, variance: 0 });
});

test('when all pixels are alike then the variance is nothing, at any size of an extractor', () => {
  for (const size of [1, 224, 299, 320]) {
    const pixels = new Uint8Array(size * size * 3).fill(253);
    assert.deepEqual(greyMoments(pixels), { mean: 253, variance: 0 });
  }
});

test('when half is black and half is white then the variance is the largest there is', () => {
  const { mean, variance } = greyMoments(Uint8Array.of(0, 0, 0, 255, 255, 255));
  assert.deepEqual([mean, variance], [127.5, 16256.25]);
});

test('what is cached are the first columns of the table', () => {
  const shared = PROPERTY_NAMES.length - 1;
  assert.deepEqual(PROPERTY_NAMES.slice(0, shared), CACHED_PROPERTIES.slice(0, shared));
});
