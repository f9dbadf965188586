import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom, type Random } from '../../src/base/random.ts';

const draw = (random: Random, count: number) => Array.from({ length: count }, random.uniform);

test('when seed and name are the same then so are all numbers, in every version', () => {
  // Values drawn in November 2026: saved models depend on them.
  const random = createRandom(0, 'batches');
  assert.deepEqual(draw(random, 2), [0.7127218131473729, 0.05992076109937461]);
  assert.deepEqual([random.below(10), random.below(10), random.below(10)], [3, 3, 1]);
  assert.equal(random.normal(), 1.7928987713452416);
  assert.deepEqual(
    createRandom(7, 's').shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    [9, 1, 6, 3, 4, 0, 2, 7, 8, 5],
  );
});

test('when seed or name differs then the numbers differ', () => {
  const first = createRandom(0, 'batches').uniform();
  assert.equal(createRandom(1, 'batches').uniform(), 0.9203004021547956);
  assert.equal(createRandom(0, 'other').uniform(), 0.2688434716049747);
  assert.notEqual(first, createRandom(0, 'batches ').uniform());
});

test('when another stream is drawn from then this one goes on as before', () => {
  const alone = draw(createRandom(3, 'a'), 20);
  const [a, b] = [createRandom(3, 'a'), createRandom(3, 'b')];
  const mixed = Array.from({ length: 20 }, () => {
    b.uniform();
    b.shuffle([1, 2, 3]);
    return a.uniform();
  });
  assert.deepEqual(mixed, alone);
});

test('when two streams share a seed then they do not move together', () => {
  const count = 10_000;
  const [a, b] = ['a', 'b'].map((name) => draw(createRandom(5, name), count));
  const covariance = a.reduce((sum, value, i) => sum + (value - 0.5) * (b[i] - 0.5), 0) / count;
  // Correlation, since a uniform number has variance 1/12; 0.05 is five standard errors.
  assert.ok(Math.abs(12 * covariance) < 0.05, `${12 * covariance}`);
});

test('when uniform is drawn often then it stays in [0, 1) and is even', () => {
  const values = draw(createRandom(11, 'uniform'), 20_000);
  assert.ok(values.every((value) => value >= 0 && value < 1));
  const counts = Array.from({ length: 10 }, () => 0);
  for (const value of values) counts[Math.floor(10 * value)]++;
  // 2000 expected in each tenth, standard deviation 42.
  for (const count of counts) assert.ok(Math.abs(count - 2000) < 220, `${counts}`);
});

test('when below(n) is drawn often then it gives every integer of 0..n-1 and no other', () => {
  const random = createRandom(2, 'below');
  for (const n of [1, 2, 3, 7]) {
    const seen = new Set(Array.from({ length: 500 }, () => random.below(n)));
    assert.deepEqual(
      [...seen].sort(),
      Array.from({ length: n }, (_, i) => i),
    );
  }
});

test('when normal is drawn often then mean is 0 and variance 1', () => {
  const random = createRandom(4, 'normal');
  const values = Array.from({ length: 20_000 }, random.normal);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  // Standard errors are 0.007 and 0.01.
  assert.ok(Math.abs(mean) < 0.04, `${mean}`);
  assert.ok(Math.abs(variance - 1) < 0.05, `${variance}`);
  assert.ok(values.every(Number.isFinite));
});

test('when an array is shuffled then it is the same array with the same items', () => {
  const items = Uint32Array.from({ length: 100 }, (_, i) => i);
  const shuffled = createRandom(1, 'shuffle').shuffle(items);
  assert.equal(shuffled, items);
  assert.notDeepEqual(
    [...items],
    [...items].sort((a, b) => a - b),
  );
  assert.deepEqual(
    [...items].sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i),
  );
  assert.deepEqual(createRandom(1, 'shuffle').shuffle([]), []);
});

test('when three items are shuffled often then all six orders come up equally', () => {
  const random = createRandom(9, 'orders');
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle(['a', 'b', 'c']).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  // 1000 expected, standard deviation 29.
  for (const [order, count] of counts) assert.ok(Math.abs(count - 1000) < 150, `${order} ${count}`);
});
