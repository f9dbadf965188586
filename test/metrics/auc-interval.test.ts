import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { aucInterval, newcombeInterval } from '../../src/metrics/auc-interval.ts';
import { wilsonInterval } from '../../src/metrics/proportions.ts';
import { areasUnder, type Ranking, rankImages } from '../../src/metrics/ranking.ts';
import { near } from '../helpers/near.ts';
import { coverage } from '../helpers/scored-sets.ts';

function rank(cases: readonly number[], others: readonly number[]): Ranking {
  const scores = [...cases, ...others];
  return rankImages(
    scores.length,
    (i) => scores[i],
    (i) => i < cases.length,
  );
}

test('when the ratings are those of Hanley & McNeil then the interval is DeLong on the logit scale', () => {
  // Radiology 1982, table I: ratings 1 to 5 of 58 normal and 51 abnormal CT scans. Stata's roctab
  // prints for them area 0.8932, DeLong standard error 0.0307, interval 0.83295 to 0.95339.
  const repeat = (counts: readonly number[]) =>
    counts.flatMap((count, rating) => new Array<number>(count).fill(rating));
  const ranking = rank(repeat([3, 2, 2, 11, 33]), repeat([33, 6, 6, 11, 2]));
  const area = areasUnder(ranking, new Float64Array(109).fill(1)).roc;
  near(area, 0.8932, 5e-5);
  const [low, high] = aucInterval(ranking) ?? [0, 0];
  const logit = (share: number) => Math.log(share / (1 - share));
  const standardError = ((logit(high) - logit(low)) / 2 / 1.959964) * area * (1 - area);
  near(standardError, 0.0307, 5e-5);
  near(area - 1.959964 * standardError, 0.83295, 5e-6);
  // DeLong's variance worked out pair by pair in NumPy, then the logit.
  near(low, 0.8164434579114811, 1e-9);
  near(high, 0.9401761946121983, 1e-9);
});

test('when DeLong has nothing to go by then the interval is Newcombe’s and not empty', () => {
  // Roots of his equation found by scipy.optimize.brentq.
  const perfect = aucInterval(rank(range(10, 20), range(0, 10)));
  near(perfect?.[0], 0.8002136128811059, 1e-9);
  assert.equal(perfect?.[1], 1);
  const inverted = aucInterval(rank(range(0, 10), range(10, 20)));
  assert.equal(inverted?.[0], 0);
  near(inverted?.[1], 1 - 0.8002136128811059, 1e-9);
  const equal = aucInterval(rank(new Array(5).fill(1), new Array(30).fill(1)));
  near(equal?.[0], 0.2620560745329661, 1e-9);
  near(equal?.[1], 0.7379439254670339, 1e-9);
});

test('when there is one case then there is an interval, and none without cases', () => {
  const [low, high] = aucInterval(rank([5], [1, 2, 3, 9])) ?? [0, 0];
  assert.ok(low > 0 && low < 0.75 && high > 0.75 && high < 1);
  const single = newcombeInterval(1, 1, 1);
  near(single[0], wilsonInterval(1, 1)[0], 1e-9);
  assert.equal(aucInterval(rank([], [1, 2])), null);
  assert.equal(aucInterval(rank([1, 2], [])), null);
});

test('when two normal scores overlap then the interval covers the true area', () => {
  const random = createRandom(5, 'delong');
  // Phi(apart / sqrt(2)): tables of the normal distribution at 0.7071, 1.4142 and 2.1213.
  for (const [apart, truth, cases, others] of [
    [1, 0.76025, 30, 60],
    [2, 0.92135, 50, 50],
    [3, 0.983053, 40, 80],
  ]) {
    const covered = coverage(1500, truth, () => {
      const draw = (count: number, mean: number) =>
        Array.from({ length: count }, () => random.normal() + mean);
      return aucInterval(rank(draw(cases, apart), draw(others, 0)));
    });
    // The standard error of 1,500 rounds is 0.006.
    assert.ok(covered > 0.925 && covered < 0.98, `${truth}: ${covered}`);
  }
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
