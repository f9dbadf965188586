import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { curvesOf } from '../../src/metrics/curves.ts';
import { areasUnder, rankImages } from '../../src/metrics/ranking.ts';
import { near } from '../helpers/near.ts';

test('when four images are ranked then the points are those worked by hand', () => {
  // Case 0.9; case and other 0.5; other 0.1.
  const scores = [0.9, 0.5, 0.5, 0.1];
  const ranking = rankImages(
    4,
    (image) => scores[image],
    (image) => image < 2,
  );
  assert.deepEqual(curvesOf('leg', ranking), {
    label: 'leg',
    roc: [
      [0, 0],
      [0, 0.5],
      [0.5, 1],
      [1, 1],
    ],
    precision_recall: [
      [0, 1],
      [0.5, 1],
      [1, 2 / 3],
      [1, 0.5],
    ],
  });
});

test('when the curves are summed up then they give the areas', () => {
  const random = createRandom(4, 'curves');
  const scores = Array.from({ length: 90 }, () => random.below(40));
  const isCase = scores.map((score) => random.uniform() < score / 40);
  const ranking = rankImages(
    90,
    (i) => scores[i],
    (i) => isCase[i],
  );
  const { roc, precision_recall: precisionRecall } = curvesOf('x', ranking);
  const areas = areasUnder(ranking, new Float64Array(90).fill(1));
  let trapezoids = 0;
  for (let i = 1; i < (roc ?? []).length; i++) {
    const [[x0, y0], [x1, y1]] = (roc ?? []).slice(i - 1, i + 1);
    trapezoids += ((x1 - x0) * (y0 + y1)) / 2;
  }
  near(trapezoids, areas.roc);
  let steps = 0;
  for (let i = 1; i < (precisionRecall ?? []).length; i++) {
    const [[x0], [x1, y1]] = (precisionRecall ?? []).slice(i - 1, i + 1);
    steps += (x1 - x0) * y1;
  }
  near(steps, areas.pr);
});

test('when a label is rare then its curves have few points, with the same areas', () => {
  const ranking = rankImages(
    3000,
    (image) => -image,
    (image) => [3, 4, 1500].includes(image),
  );
  const { roc, precision_recall: precisionRecall } = curvesOf('x', ranking);
  assert.deepEqual(roc, [
    [0, 0],
    [3 / 2997, 0],
    [3 / 2997, 2 / 3],
    [1498 / 2997, 2 / 3],
    [1498 / 2997, 1],
    [1, 1],
  ]);
  assert.deepEqual(precisionRecall, [
    [0, 0],
    [0, 0],
    [1 / 3, 1 / 4],
    [2 / 3, 2 / 5],
    [2 / 3, 2 / 1500],
    [1, 3 / 1501],
    [1, 3 / 3000],
  ]);
});

test('when there are thousands of images then 200 points are left, both ends among them', () => {
  const ranking = rankImages(
    3000,
    (image) => image,
    (image) => image % 7 === 0 || image > 2500,
  );
  const { roc, precision_recall: precisionRecall } = curvesOf('x', ranking);
  assert.equal(roc?.length, 200);
  assert.equal(precisionRecall?.length, 200);
  assert.deepEqual(
    [roc?.[0], roc?.at(-1)],
    [
      [0, 0],
      [1, 1],
    ],
  );
  assert.equal(precisionRecall?.[0][0], 0);
  assert.equal(precisionRecall?.at(-1)?.[0], 1);
});

test('when a label has no cases or no others then there are no curves', () => {
  for (const isCase of [true, false]) {
    const ranking = rankImages(
      3,
      (image) => image,
      () => isCase,
    );
    assert.deepEqual(curvesOf('x', ranking), { label: 'x', roc: null, precision_recall: null });
  }
});
