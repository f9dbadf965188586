import assert from 'node:assert/strict';
import test from 'node:test';
import { createLbfgs } from '../../src/head/lbfgs.ts';
import type { Evaluate } from '../../src/head/lbfgs-line.ts';
import { largestDifference } from '../helpers/make-examples.ts';

const TIGHT = { gradient: 1e-9, decrease: 0 };

/** Runs to the end. @returns number of steps */
async function run(evaluate: Evaluate, at: Float64Array, tolerances = TIGHT, most = 500) {
  const search = createLbfgs(evaluate, at, tolerances);
  let steps = 0;
  for (; !search.converged && steps < most; steps++) await search.step();
  return { steps, search };
}

/** `sum of c_i (x_i - i)^2 / 2` with c from 1 to 100. */
const quadratic: Evaluate = async (at, gradient) => {
  let value = 0;
  for (let i = 0; i < at.length; i++) {
    const curvature = 10 ** ((2 * i) / (at.length - 1));
    gradient[i] = curvature * (at[i] - i);
    value += (gradient[i] * (at[i] - i)) / 2;
  }
  return value;
};

/** Rosenbrock's curved valley (1960): least at (1, 1), where it is 0. */
const valley: Evaluate = async ([x, y], gradient) => {
  gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x);
  gradient[1] = 200 * (y - x * x);
  return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
};

test('when a quadratic is badly scaled then its least point is found', async () => {
  const at = new Float64Array(20);
  const { search, steps } = await run(quadratic, at);
  assert.ok(search.converged && steps < 200, `${steps} steps`);
  const expected = at.map((_, i) => i);
  assert.ok(largestDifference(at, expected) < 1e-7);
});

test('when the way is curved then it is followed', async () => {
  const at = Float64Array.of(-1.2, 1);
  const { search, steps } = await run(valley, at);
  // Nocedal & Wright report 21 iterations of BFGS from about the same start.
  assert.ok(search.converged && steps < 60, `${steps} steps`);
  assert.ok(largestDifference(at, [1, 1]) < 1e-7, `${at}`);
});

test('when the search goes on then the value never rises', async () => {
  const search = createLbfgs(valley, Float64Array.of(-1.2, 1), TIGHT);
  let before = Number.POSITIVE_INFINITY;
  for (let steps = 0; !search.converged && steps < 100; steps++) {
    await search.step();
    assert.ok(search.value <= before + 1e-9, `${before} to ${search.value}`);
    before = search.value;
  }
});

test('when it starts at the least point then it says so and stays there', async () => {
  const at = Float64Array.of(1, 1);
  const { search, steps } = await run(valley, at);
  assert.deepEqual([search.converged, steps, ...at], [true, 1, 1, 1]);
  await search.step();
  assert.deepEqual([...at], [1, 1]);
});

test('when the decrease is small twice in a row then the search is over sooner', async () => {
  const [loose, tight] = [new Float64Array(20), new Float64Array(20)];
  const early = await run(quadratic, loose, { gradient: 0, decrease: 0.5 });
  const late = await run(quadratic, tight);
  assert.ok(early.steps < late.steps, `${early.steps}, ${late.steps}`);
  assert.ok(early.search.converged);
});

test('when no step makes the value smaller then the search ends', async () => {
  // The gradient promises what the value does not keep.
  const liar: Evaluate = async (at, gradient) => {
    gradient.fill(1);
    return Math.abs(at[0]);
  };
  const { search, steps } = await run(liar, Float64Array.of(0), TIGHT, 50);
  assert.ok(search.converged && steps < 5, `${steps}`);
});

test('when a trial is not a number then a shorter one is taken', async () => {
  // Defined for x > 0 only; least at 1.
  const logarithm: Evaluate = async ([x], gradient) => {
    gradient[0] = 1 - 1 / x;
    return x - Math.log(x);
  };
  const at = Float64Array.of(50);
  const { search } = await run(logarithm, at);
  assert.ok(search.converged);
  assert.ok(Math.abs(at[0] - 1) < 1e-6, `${at}`);
});
