import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import {
  areasUnder,
  macroAuc,
  meanOfDefined,
  rankImages,
  rankImagesPerLabel,
  runsOf,
} from '../../src/metrics/ranking.ts';
import { near } from '../helpers/near.ts';
import { TWELVE } from '../helpers/scored-sets.ts';

const once = (count: number) => new Float64Array(count).fill(1);

test('when twelve images are ranked then the areas are those of scikit-learn', () => {
  // roc_auc_score and average_precision_score of scikit-learn 1.9, one label against the rest.
  const expected = [
    [0.8857142857142857, 0.885],
    [0.890625, 0.8166666666666667],
    [0.9259259259259259, 0.8666666666666667],
  ];
  const rankings = rankImagesPerLabel(TWELVE.probabilities, TWELVE.targets, 3);
  for (const [k, [roc, pr]] of expected.entries()) {
    const areas = areasUnder(rankings[k], once(12));
    near(areas.roc, roc);
    near(areas.pr, pr);
  }
  near(macroAuc(TWELVE.probabilities, TWELVE.targets, 3), 0.9007550705467372);
});

test('when scores are ranked then the area is the share of pairs in the right order', () => {
  // Cases score 0.9, 0.6, 0.4; others 0.7, 0.4: pairs right are 2 + 1 + 0.5 of 6.
  const scores = [0.9, 0.6, 0.4, 0.7, 0.4].flatMap((score) => [1 - score, score]);
  near(macroAuc(scores, [1, 1, 1, 0, 0], 2), 3.5 / 6);
});

test('when three labels are ranked then the areas of each against the rest are averaged', () => {
  const scores = [3, 0, 0, 0, 3, 1, 0, 1, 2, 2, 0, 1];
  // Label 0: cases 3, 2 over 0, 0: 1. Label 1: 3 over 0, 1, 0: 1. Label 2: 2 over 0, 1, 1: 1.
  assert.equal(macroAuc(scores, [0, 1, 2, 0], 3), 1);
});

test('when only one label is there then no area is made up', () => {
  assert.equal(macroAuc([0.1, 0.9, 0.5, 0.5], [1, 1], 2), null);
  assert.equal(macroAuc([], [], 2), null);
});

test('when all scores are equal then the areas are a half and the share of cases', () => {
  const ranking = rankImages(
    4,
    () => 0.5,
    (image) => image === 2,
  );
  assert.deepEqual(areasUnder(ranking, once(4)), { roc: 0.5, pr: 0.25 });
});

test('when images have weights then the areas are those of the images repeated', () => {
  const random = createRandom(3, 'weights');
  const scores = Array.from({ length: 40 }, () => random.below(12));
  const isCase = scores.map((score) => random.uniform() < score / 12);
  const weights = Float64Array.from(scores, () => random.below(4));
  const repeated = scores.flatMap((_, i) => new Array<number>(weights[i]).fill(i));
  const weighted = areasUnder(
    rankImages(
      40,
      (i) => scores[i],
      (i) => isCase[i],
    ),
    weights,
  );
  const copies = rankImages(
    repeated.length,
    (at) => scores[repeated[at]],
    (at) => isCase[repeated[at]],
  );
  const plain = areasUnder(copies, once(repeated.length));
  near(weighted.roc, plain.roc);
  near(weighted.pr, plain.pr);
});

test('when cases or others are left out of a draw then both areas are undefined', () => {
  const ranking = rankImages(
    2,
    (image) => image,
    (image) => image === 1,
  );
  for (const weights of [Float64Array.of(0, 2), Float64Array.of(2, 0)]) {
    assert.deepEqual(areasUnder(ranking, weights), { roc: Number.NaN, pr: Number.NaN });
  }
});

test('when runs of equal scores are asked for then they come by falling score', () => {
  const scores = [1, 3, 3, 2, 1];
  const ranking = rankImages(
    5,
    (image) => scores[image],
    (image) => image < 2,
  );
  assert.deepEqual(runsOf(ranking), [
    { last: 1, cases: 1, others: 1 },
    { last: 2, cases: 0, others: 1 },
    { last: 4, cases: 1, others: 1 },
  ]);
});

test('when a mean leaves out what is undefined then nothing is left of nothing', () => {
  assert.equal(meanOfDefined(Float64Array.of(1, Number.NaN, 0)), 0.5);
  assert.ok(Number.isNaN(meanOfDefined(Float64Array.of(Number.NaN))));
});
