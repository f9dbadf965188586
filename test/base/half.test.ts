import assert from 'node:assert/strict';
import test from 'node:test';
import { halfOf, halfToNumber, halvesOf, halvesToNumbers } from '../../src/base/half.ts';

test('when the number of a code is encoded again then the code is the same', () => {
  for (let code = 0; code < 2 ** 16; code++) {
    const value = halfToNumber(code);
    // Any NaN may stand for another.
    if (Number.isNaN(value)) assert.ok(Number.isNaN(halfToNumber(halfOf(value))), `${code}`);
    else assert.equal(halfOf(value), Object.is(value, -0) ? 0x8000 : code);
  }
});

test('when many are converted then each is as it is alone', () => {
  const codes = Uint16Array.from({ length: 2 ** 16 }, (_, code) => code);
  const numbers = halvesToNumbers(codes);
  assert.deepEqual(numbers, Float32Array.from(codes, halfToNumber));
  assert.deepEqual(halvesOf(numbers), Uint16Array.from(numbers, halfOf));
});
