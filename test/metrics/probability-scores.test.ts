import assert from 'node:assert/strict';
import test from 'node:test';
import {
  calibrationError,
  calibrationGaps,
  lossAndError,
  reliabilityBins,
  scoreImages,
  weightedMean,
} from '../../src/metrics/probability-scores.ts';
import { near } from '../helpers/near.ts';
import { TWELVE } from '../helpers/scored-sets.ts';

const once = (count: number) => new Float64Array(count).fill(1);

test('when twelve images are scored then the means are those of scikit-learn', () => {
  const scores = scoreImages(TWELVE.probabilities, TWELVE.targets, 3);
  // log_loss and brier_score_loss(scale_by_half=False) of scikit-learn 1.9.
  near(weightedMean(scores.losses, once(12)), 0.6866634612366082);
  near(weightedMean(scores.squares, once(12)), 0.3870833333333334);
});

test('when five images fall into three bins then the calibration error is that worked by hand', () => {
  // Bins of 1/15. 0.95, 0.97 (both right): |1 - 0.96| x 2/5. 0.62, 0.64 (one right):
  // |0.5 - 0.63| x 2/5. 0.6 lies in the bin that ends at 0.6 (wrong): 0.6 x 1/5.
  const tops = [0.95, 0.97, 0.62, 0.64, 0.6];
  const probabilities = tops.flatMap((top) => [top, 1 - top]);
  const targets = [0, 0, 0, 1, 1];
  near(lossAndError(probabilities, targets, 2).ece, 0.016 + 0.052 + 0.12);
  const bins = reliabilityBins(scoreImages(probabilities, targets, 2));
  assert.equal(bins.length, 15);
  assert.deepEqual(
    bins.map(({ images }) => images),
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2],
  );
  near(bins[9].confidence, 0.63);
  assert.equal(bins[9].accuracy, 0.5);
  near(bins[9].from, 0.6);
  near(bins[9].to, 10 / 15);
  assert.deepEqual(bins[0], { from: 0, to: 1 / 15, images: 0, confidence: null, accuracy: null });
});

test('when images have weights then the gaps are those of the images repeated', () => {
  const probabilities = [0.9, 0.1, 0.7, 0.3, 0.7, 0.3];
  const weights = Float64Array.of(2, 0, 1);
  const weighted = calibrationGaps(scoreImages(probabilities, [0, 0, 1], 2), weights);
  const repeated = scoreImages([0.9, 0.1, 0.9, 0.1, 0.7, 0.3], [0, 0, 1], 2);
  near(calibrationError(weighted), calibrationError(calibrationGaps(repeated, once(3))));
});

test('when the truth had probability 0 then the loss is large and finite', () => {
  const { log_loss: loss, ece } = lossAndError([1, 0], [1], 2);
  near(loss, -Math.log(1e-300), 1e-9);
  assert.equal(ece, 1);
});

test('when all is right and certain then loss, squared error and calibration error are 0', () => {
  const scores = scoreImages([1, 0, 0, 1], [0, 1], 2);
  assert.deepEqual([...scores.losses].map(Math.abs), [0, 0]);
  assert.deepEqual([...scores.squares], [0, 0]);
  assert.equal(lossAndError([1, 0, 0, 1], [0, 1], 2).ece, 0);
  assert.equal(reliabilityBins(scores)[14].images, 2);
});
