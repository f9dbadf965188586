import assert from 'node:assert/strict';
import test from 'node:test';
import { dot } from '../../src/base/matrix.ts';
import { add, type Evaluate, searchLine } from '../../src/head/lbfgs-line.ts';

/** Searches from 0 along the x axis, upwards. */
async function search(evaluate: Evaluate, first: number) {
  const from = Float64Array.of(0);
  const gradient = new Float64Array(1);
  let trials = 0;
  const counted: Evaluate = async (at, there) => {
    trials++;
    return evaluate(at, there);
  };
  const value = await evaluate(from, gradient);
  const point = await searchLine(counted, from, value, gradient, Float64Array.of(1), first);
  return { point, value, slope: gradient[0], trials };
}

/** Least at x = 3, with slope -6 at 0. */
const parabola: Evaluate = async ([x], gradient) => {
  gradient[0] = 2 * (x - 3);
  return (x - 3) ** 2;
};

for (const first of [1e-3, 0.1, 1, 3, 5.9, 100, 1e6]) {
  test(`when the first trial is ${first} then the point found satisfies the Wolfe conditions`, async () => {
    const { point, value, slope } = await search(parabola, first);
    assert.ok(point);
    const [t] = point.at;
    assert.ok(point.value <= value + 1e-4 * t * slope + 1e-8);
    assert.ok(point.gradient[0] >= 0.9 * slope);
    assert.equal(point.value, (t - 3) ** 2);
    assert.equal(point.gradient[0], 2 * (t - 3));
  });
}

test('when the first trial fits then nothing more is tried', async () => {
  assert.equal((await search(parabola, 3)).trials, 1);
});

test('when the first trial is far too long then interpolation needs few more', async () => {
  const { trials } = await search(parabola, 30);
  assert.ok(trials <= 4, `${trials}`);
});

test('when the direction leads upwards then there is no point', async () => {
  const rising: Evaluate = async ([x], gradient) => {
    gradient[0] = 1;
    return x;
  };
  const { point, trials } = await search(rising, 1);
  assert.deepEqual([point, trials], [undefined, 0]);
});

test('when the value is nowhere smaller then there is no point', async () => {
  const wrong: Evaluate = async ([x], gradient) => {
    gradient[0] = -1;
    return Math.abs(x);
  };
  assert.equal((await search(wrong, 1)).point, undefined);
});

test('when vectors are added and multiplied then it is entry by entry', () => {
  const values = Float64Array.of(1, 2);
  add(values, Float64Array.of(10, 20), -0.5);
  assert.deepEqual([...values], [-4, -8]);
  assert.equal(dot(values, Float64Array.of(1, 2)), -20);
});
