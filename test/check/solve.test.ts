import assert from 'node:assert/strict';
import test from 'node:test';
import { solveLinear } from '../../src/check/solve.ts';

test('when a system needs another pivot first then it is solved', () => {
  // y = 2, x + y = 5
  const solved = solveLinear(Float64Array.of(0, 1, 1, 1), Float64Array.of(2, 5));
  assert.deepEqual([...(solved ?? [])], [3, 2]);
});

test('when a system is singular then there is no solution', () => {
  assert.equal(solveLinear(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 2)), undefined);
  assert.equal(solveLinear(new Float64Array(4), new Float64Array(2)), undefined);
});
