import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { strataOf } from '../../src/metrics/bootstrap.ts';
import { cellsOf, statisticOf } from '../../src/metrics/compute-metrics.ts';
import type { Estimate } from '../../src/metrics/estimate.ts';
import { type GroupIndex, indexGroups, rarestOf, unitsPerLabel } from '../../src/metrics/groups.ts';
import type { ScoredSet } from '../../src/metrics/probability-scores.ts';
import { prepare, resample, type Statistic } from '../../src/metrics/resample.ts';
import { near } from '../helpers/near.ts';
import { coverage, drawGroupedSet, TWELVE } from '../helpers/scored-sets.ts';

function wholeOf(set: ScoredSet, groups: GroupIndex | null, labels = ['x', 'y']) {
  const units = rarestOf(unitsPerLabel(set.targets, labels, groups));
  const cells = cellsOf(null, units).filter(({ how }) => typeof how === 'function');
  const whole = Object.fromEntries(cells.map((cell) => [cell.name, statisticOf(cell)]));
  return { prepared: prepare(set, labels.length), whole };
}

test('when a metric is a mean then its interval is about that of the normal distribution', async () => {
  const random = createRandom(1, 'mean');
  const set = drawGroupedSet(random, { groups: 400, perGroup: 1 }, { apart: 2, shared: 0 });
  const { prepared, whole } = wholeOf(set, null);
  const [{ value, interval }] = await resample(
    prepared,
    [whole.log_loss],
    strataOf(set.targets, 2, null),
    null,
    0,
  );
  const { losses } = prepared.scores;
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / 400;
  near(value, mean, 1e-12);
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / 399;
  const half = 1.96 * Math.sqrt(variance / 400);
  // 2,000 draws place an end within about 4 % of the half width, skewness adds as much.
  near(interval?.[0], mean - half, 0.15 * half);
  near(interval?.[1], mean + half, 0.15 * half);
});

test('when the seed is the same then so are the intervals, and another seed gives others', async () => {
  const groups = null;
  const { prepared, whole } = wholeOf(TWELVE, groups, ['x', 'y', 'z']);
  const statistics = Object.values(whole);
  const strata = strataOf(TWELVE.targets, 3, groups);
  const once = await resample(prepared, statistics, strata, groups, 7);
  assert.deepEqual(await resample(prepared, statistics, strata, groups, 7), once);
  assert.notDeepEqual(await resample(prepared, statistics, strata, groups, 8), once);
  for (const { value, interval } of once) {
    assert.ok(value !== null && interval !== null && interval[0] <= value && value <= interval[1]);
  }
});

test('when a metric is undefined in some draws then they are left out, and in all then it is null', async () => {
  const prepared = prepare(TWELVE, 3);
  const strata = strataOf(TWELVE.targets, 3, null);
  const common = { reason: 'none', units: 12, withoutSpread: () => [0.1, 0.2] as const };
  const some: Statistic = {
    ...common,
    of: ({ weights }) => (weights[0] > 2 ? Number.NaN : weights[0]),
  };
  const none: Statistic = { ...common, of: () => Number.NaN };
  const level: Statistic = { ...common, of: () => 0.15 };
  const [ofSome, ofNone, ofLevel] = await resample(prepared, [some, none, level], strata, null, 0);
  // Four of five images are drawn, and count 5 / 4 times.
  assert.deepEqual(ofSome, { value: 1, interval: [0, 1.25] });
  assert.deepEqual(ofNone, { value: null, interval: null, note: 'none' });
  assert.deepEqual(ofLevel, { value: 0.15, interval: [0.1, 0.2] });
});

test('when images of a patient are alike then only whole groups cover the true metrics', async () => {
  // Far more groups than any round has stand for the truth.
  const shape = { apart: 1.5, shared: 0.6 };
  const large = drawGroupedSet(createRandom(2, 'truth'), { groups: 40_000, perGroup: 3 }, shape);
  const { prepared, whole } = wholeOf(large, null);
  const truths = await resample(
    prepared,
    tested(whole),
    strataOf(large.targets, 2, null),
    null,
    0,
    {
      draws: 1,
    },
  );
  const random = createRandom(3, 'rounds');
  const rounds = Array.from({ length: 300 }, () =>
    drawGroupedSet(random, { groups: 60, perGroup: 4 }, shape),
  );
  const covered = async (isGrouped: boolean) => {
    const found: Estimate[][] = [];
    for (const [seed, set] of rounds.entries()) {
      const groups = isGrouped ? indexGroups(set.groups) : null;
      const own = wholeOf(set, groups);
      const strata = strataOf(set.targets, 2, groups);
      const draws = { draws: 300 };
      found.push(await resample(own.prepared, tested(own.whole), strata, groups, seed, draws));
    }
    return truths.map(({ value }, at) => {
      let round = 0;
      return coverage(rounds.length, value ?? 0, () => found[round++][at].interval);
    });
  };
  // The standard error of 300 rounds is 0.013; 300 draws instead of 2,000 cost about 0.005.
  for (const share of await covered(true))
    assert.ok(share > 0.91 && share < 0.98, `groups: ${share}`);
  for (const share of await covered(false)) assert.ok(share < 0.86, `images: ${share}`);
});

/** All but the calibration error, which noise raises. */
function tested({ ece: _, ...others }: Record<string, Statistic>): Statistic[] {
  return Object.values(others);
}

test('when scores are as sure as they are right then the calibration error may be 0', async () => {
  // Temperatures of 1 and of 0.35: true errors of 0 and 0.129 (of 400,000 images).
  const random = createRandom(4, 'calibrated');
  for (const [temperature, truth] of [
    [1, 0],
    [0.35, 0.129],
  ]) {
    const intervals: Estimate['interval'][] = [];
    for (let round = 0; round < 200; round++) {
      const logits = Array.from({ length: 150 }, () => 2 * random.normal());
      const set = {
        probabilities: Float64Array.from(
          logits.flatMap((logit) => {
            const score = 1 / (1 + Math.exp(-logit / temperature));
            return [1 - score, score];
          }),
        ),
        targets: Uint16Array.from(logits, (logit) =>
          Number(random.uniform() < 1 / (1 + Math.exp(-logit))),
        ),
        groups: [],
      };
      const { prepared, whole } = wholeOf(set, null);
      const strata = strataOf(set.targets, 2, null);
      const [found] = await resample(prepared, [whole.ece], strata, null, 0, { draws: 300 });
      intervals.push(found.interval);
    }
    const share = coverage(200, truth, () => intervals.pop());
    // The standard error of 200 rounds is 0.02.
    assert.ok(share > 0.85, `${temperature}: ${share}`);
  }
});

test('when it is to stop then the bootstrap stops', async () => {
  const { prepared, whole } = wholeOf(TWELVE, null, ['x', 'y', 'z']);
  const stop = new AbortController();
  const slow: Statistic = {
    ...whole.log_loss,
    of: (draw) => {
      const end = performance.now() + 5;
      while (performance.now() < end);
      return whole.log_loss.of(draw);
    },
  };
  setTimeout(() => stop.abort(), 1);
  const strata = strataOf(TWELVE.targets, 3, null);
  await assert.rejects(resample(prepared, [slow], strata, null, 0, { signal: stop.signal }), {
    name: 'AbortError',
  });
});
