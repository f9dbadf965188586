import assert from 'node:assert/strict';
import test from 'node:test';
import {
  accuracyOf,
  balancedAccuracyOf,
  type Confusion,
  cohensKappa,
  countConfusion,
  countLabels,
  countTopLabels,
  f1Of,
  type LabelCounts,
  matthewsCorrelation,
  topLabels,
} from '../../src/metrics/confusion.ts';
import { near } from '../helpers/near.ts';
import { TWELVE } from '../helpers/scored-sets.ts';

const TOP = topLabels(TWELVE.probabilities, 12, 3);

/** Every cell of the matrix as that many images. */
function countsOf(confusion: Confusion): LabelCounts {
  const pairs = confusion.flatMap((row, truth) =>
    row.flatMap((count, top) => Array.from({ length: count }, () => [truth, top])),
  );
  const [targets, predicted] = [0, 1].map((side) => pairs.map((pair) => pair[side]));
  return countLabels(targets, predicted, confusion.length);
}

test('when twelve images are counted then the table is that of scikit-learn', () => {
  const confusion = countConfusion(TWELVE.targets, TOP, 3);
  assert.deepEqual(confusion, [
    [3, 1, 1],
    [1, 3, 0],
    [0, 1, 2],
  ]);
  assert.deepEqual(countsOf(confusion), countTopLabels(TWELVE.probabilities, TWELVE.targets, 3));
  const counts = countsOf(confusion);
  assert.deepEqual([...counts.support], [5, 4, 3]);
  assert.deepEqual([...counts.predicted], [4, 5, 3]);
  assert.deepEqual([...counts.hits], [3, 3, 2]);
  near(accuracyOf(counts), 8 / 12);
  // matthews_corrcoef and balanced_accuracy_score of scikit-learn 1.9.
  near(matthewsCorrelation(countsOf(confusion)), 0.5);
  near(balancedAccuracyOf(countsOf(confusion)), 0.6722222222222222);
});

test('when images have weights then each counts as often', () => {
  const weights = Float64Array.of(2, 0.5, 3);
  assert.deepEqual(countLabels([0, 1, 1], [0, 0, 1], 2, weights), {
    hits: Float64Array.of(2, 3),
    support: Float64Array.of(2, 3.5),
    predicted: Float64Array.of(2.5, 3),
  });
});

test('when a label has no cases then balanced accuracy leaves it out', () => {
  const confusion = [
    [1, 1],
    [0, 0],
  ];
  assert.equal(balancedAccuracyOf(countsOf(confusion)), 0.5);
});

test('when there are two labels then the correlation is the phi coefficient', () => {
  // (20 x 30 - 5 x 10) / sqrt(25 x 30 x 35 x 40)
  const confusion = [
    [20, 5],
    [10, 30],
  ];
  near(matthewsCorrelation(countsOf(confusion)), 550 / Math.sqrt(25 * 30 * 35 * 40));
  assert.equal(
    matthewsCorrelation(
      countsOf([
        [3, 0],
        [0, 4],
      ]),
    ),
    1,
  );
  assert.equal(
    matthewsCorrelation(
      countsOf([
        [0, 3],
        [4, 0],
      ]),
    ),
    -1,
  );
});

test('when agreement is counted then kappa is what is left of it beyond chance', () => {
  // Twelve images: 8 agree, by chance (5 x 4 + 4 x 5 + 3 x 3) / 12 = 49 / 12.
  const twelve = countConfusion(TWELVE.targets, TOP, 3);
  near(cohensKappa(countsOf(twelve)), (8 - 49 / 12) / (12 - 49 / 12));
  const cases: readonly (readonly [Confusion, number])[] = [
    // 35 of 50 agree, by chance (25 x 30 + 25 x 20) / 50 = 25.
    [
      [
        [20, 5],
        [10, 15],
      ],
      0.4,
    ],
    // The prediction is independent of the truth.
    [
      [
        [2, 2],
        [3, 3],
      ],
      0,
    ],
    // Labels of one size, always the other one.
    [
      [
        [0, 5],
        [5, 0],
      ],
      -1,
    ],
    [
      [
        [3, 0],
        [0, 4],
      ],
      1,
    ],
    // Images of one label, predicted as either.
    [
      [
        [1, 1],
        [0, 0],
      ],
      0,
    ],
  ];
  for (const [confusion, kappa] of cases) near(cohensKappa(countsOf(confusion)), kappa);
  assert.ok(
    Number.isNaN(
      cohensKappa(
        countsOf([
          [4, 0],
          [0, 0],
        ]),
      ),
    ),
  );
});

test('when there are four labels then the correlation is that of the indicator vectors', () => {
  // The definition in Gorodkin 2004: cov(X, Y) / sqrt(cov(X, X) cov(Y, Y)) with X, Y one-hot rows.
  const confusion = [
    [9, 2, 0, 1],
    [3, 14, 2, 0],
    [0, 1, 5, 6],
    [2, 0, 3, 11],
  ];
  const pairs = confusion.flatMap((row, truth) =>
    row.flatMap((count, taken) => Array.from({ length: count }, () => [truth, taken])),
  );
  const covariance = (a: 0 | 1, b: 0 | 1) => {
    let sum = 0;
    for (let k = 0; k < 4; k++) {
      const share = (side: 0 | 1) => pairs.filter((pair) => pair[side] === k).length / pairs.length;
      for (const pair of pairs) {
        sum += (Number(pair[a] === k) - share(a)) * (Number(pair[b] === k) - share(b));
      }
    }
    return sum;
  };
  const expected = covariance(0, 1) / Math.sqrt(covariance(0, 0) * covariance(1, 1));
  near(matthewsCorrelation(countsOf(confusion)), expected);
});

test('when truth or prediction holds one label then there is no correlation', () => {
  const undefinedOnes: Confusion[] = [
    [
      [3, 2],
      [0, 0],
    ],
    [
      [3, 0],
      [2, 0],
    ],
    [
      [3, 0],
      [0, 0],
    ],
  ];
  for (const confusion of undefinedOnes)
    assert.ok(Number.isNaN(matthewsCorrelation(countsOf(confusion))));
});

test('when F1 is asked for then it is 0 without hits and undefined without cases', () => {
  near(f1Of(3, 5, 4), 2 / 3);
  assert.equal(f1Of(0, 5, 0), 0);
  assert.ok(Number.isNaN(f1Of(0, 0, 2)));
});
