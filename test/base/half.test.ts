import assert from 'node:assert/strict';
import test from 'node:test';
import { halfOf, halfToNumber } from '../../src/base/half.ts';

test('when the number of a code is encoded again then the code is the same', () => {
  for (let code = 0; code < 2 ** 16; code++) {
    const value = halfToNumber(code);
    // Any NaN may stand for another.
    if (Number.isNaN(value)) assert.ok(Number.isNaN(halfToNumber(halfOf(value))), `${code}`);
    else assert.equal(halfOf(value), Object.is(value, -0) ? 0x8000 : code);
  }
});
