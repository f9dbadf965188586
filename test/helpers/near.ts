// Asserts that a number is what it should be, up to a tolerance that the test states.

import assert from 'node:assert/strict';

export function near(found: number | null | undefined, expected: number, tolerance = 1e-12): void {
  assert.ok(
    typeof found === 'number' && Math.abs(found - expected) <= tolerance,
    `expected ${expected} within ${tolerance}, found ${found}`,
  );
}
