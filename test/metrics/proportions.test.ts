import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import type { Estimate } from '../../src/metrics/estimate.ts';
import { indexGroups } from '../../src/metrics/groups.ts';
import {
  countOf,
  effectiveSize,
  estimateShare,
  type Share,
  scaledWilson,
  wilsonInterval,
} from '../../src/metrics/proportions.ts';
import { near } from '../helpers/near.ts';
import { coverage } from '../helpers/scored-sets.ts';

test('when proportions are those of Newcombe (Stat Med 1998, table I) then so are the intervals', () => {
  const published = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [hits, size, low, high] of published) {
    const found = wilsonInterval(hits / size, size);
    near(found[0], low, 5e-5);
    near(found[1], high, 5e-5);
  }
});

test('when all or none are hits then the interval ends there, and is not empty', () => {
  // n / (n + z^2) with z^2 = 3.8415, also for a size that is not whole.
  for (const size of [1, 2.5, 30]) {
    const [low, high] = wilsonInterval(1, size);
    near(low, size / (size + 3.841458820694124));
    assert.equal(high, 1);
    assert.equal(wilsonInterval(0, size)[0], 0);
    near(wilsonInterval(0, size)[1], 1 - low);
  }
});

test('when a range is wider than a share then Wilson is scaled with it', () => {
  const [low, high] = wilsonInterval(0.75, 20);
  const scaled = scaledWilson(0.5, 20, [-1, 1]);
  near(scaled[0], 2 * low - 1);
  near(scaled[1], 2 * high - 1);
});

test('when groups are unlike then the effective size is that worked by hand', () => {
  // Sizes 2 x 6, hits 2 2 2 1 0 0: share 7/12, residuals 5/6 (3 times), -1/6, -7/6 (twice);
  // variance = (3 x 25 + 1 + 2 x 49) / 36 x 6/5 / 144, binomial = 35/144 / 11;
  // Student's t with 5 degrees: 2.570582 (table), approximated within 0.11 %.
  const hits = [1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
  const groups = hits.map((_, i) => Math.floor(i / 2));
  const designEffect = ((174 / 36) * (6 / 5)) / 144 / (35 / 144 / 11);
  const expected = 12 / designEffect / (2.570582 / 1.959964) ** 2;
  near(effectiveSize(hits, groups), expected, 0.0023 * expected);
});

test('when each image is its own group then only the few degrees of freedom cost anything', () => {
  const hits = Array.from({ length: 50 }, (_, i) => Number(i % 5 > 0));
  const own = hits.map((_, i) => i);
  // t with 49 degrees is 2.00958.
  near(effectiveSize(hits, own), 50 / (2.00958 / 1.959964) ** 2, 1e-3);
});

test('when groups are more alike than chance then they never count more than their images', () => {
  const hits = Array.from({ length: 200 }, (_, i) => i % 2);
  const pairs = hits.map((_, i) => Math.floor(i / 2));
  assert.ok(effectiveSize(hits, pairs) <= 200);
  assert.ok(effectiveSize(hits, pairs) > 190);
});

test('when all are right then each group counts as one image', () => {
  assert.equal(effectiveSize([1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 2, 2]), 3);
  // Sizes 4 and 1: 25 / 17.
  near(effectiveSize([0, 0, 0, 0, 0], [0, 0, 0, 0, 1]), 25 / 17);
  assert.equal(effectiveSize([1, 0, 1], [5, 5, 5]), 1);
});

const RIGHT: Share = {
  counts: () => true,
  hits: (_, predicted) => predicted === 1,
  lack: 'no image of',
};

/** The share of hits, 0 or 1 each. */
function shareOf(hits: readonly number[], groups: readonly number[] | null): Estimate {
  const index = groups === null ? null : indexGroups(groups);
  return estimateShare(RIGHT, { targets: hits, predicted: hits }, 1, 'x', index);
}

test('when no image counts then there is no value but a reason', () => {
  assert.deepEqual(shareOf([], null), { value: null, interval: null, note: 'no image of x' });
});

test('when images of a share are counted then they are those of the cells of the confusion', () => {
  const confusion = [
    [5, 2],
    [1, 9],
  ];
  assert.equal(countOf(RIGHT, confusion, 1), 17);
  const predicted = {
    ...RIGHT,
    counts: (_: number, taken: number, label: number) => taken === label,
  };
  assert.equal(countOf(predicted, confusion, 0), 6);
});

test('when groups are few then the interval is wider and said to be unreliable', () => {
  const hits = [1, 1, 1, 1, 1, 1, 0, 0];
  const alone = shareOf(hits, null);
  const grouped = shareOf(hits, [1, 1, 1, 1, 1, 1, 2, 2]);
  assert.equal(grouped.value, 0.75);
  assert.equal(grouped.note, 'the interval is unreliable: only 2 groups');
  assert.equal(alone.note, undefined);
  const width = ({ interval }: typeof alone) => (interval?.[1] ?? 0) - (interval?.[0] ?? 0);
  assert.ok(width(grouped) > width(alone));
});

test('when images are independent then Wilson covers the truth about 95 times in 100', () => {
  const random = createRandom(1, 'wilson');
  for (const [truth, size] of [
    [0.9, 50],
    [0.7, 30],
    [0.97, 200],
  ]) {
    const covered = coverage(4000, truth, () => {
      let hits = 0;
      for (let i = 0; i < size; i++) hits += Number(random.uniform() < truth);
      return wilsonInterval(hits / size, size);
    });
    // The standard error of 4,000 rounds is 0.0034; coverage itself swings with n x p.
    assert.ok(covered > 0.92 && covered < 0.98, `${truth} of ${size}: ${covered}`);
  }
});

test('when images of a patient are alike then only the effective size covers the truth', () => {
  const random = createRandom(2, 'grouped wilson');
  const truth = 0.85;
  // Images of a group agree with its common outcome 7 times in 10, else draw their own.
  const draw = (groupCount: number) => {
    const [hits, groups]: number[][] = [[], []];
    for (let group = 0; group < groupCount; group++) {
      const common = random.uniform() < truth;
      const size = 1 + random.below(6);
      for (let i = 0; i < size; i++) {
        hits.push(Number(random.uniform() < 0.7 ? common : random.uniform() < truth));
        groups.push(group);
      }
    }
    return { hits, groups };
  };
  for (const groupCount of [20, 60]) {
    const ofGroups = coverage(2000, truth, () => {
      const { hits, groups } = draw(groupCount);
      return shareOf(hits, groups).interval;
    });
    const ofImages = coverage(2000, truth, () => {
      return shareOf(draw(groupCount).hits, null).interval;
    });
    assert.ok(ofGroups > 0.92 && ofGroups < 0.98, `${groupCount} groups: ${ofGroups}`);
    assert.ok(ofImages < 0.85, `${groupCount} groups taken for images: ${ofImages}`);
  }
});
