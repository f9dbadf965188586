import test from 'node:test';
import { standardErrorOfMean } from '../../src/metrics/standard-error.ts';
import { near } from '../helpers/near.ts';

const VALUES = [1, 2, 3, 4];

test('when images are independent then the error is the standard deviation over the root of n', () => {
  near(standardErrorOfMean(VALUES, [7, 3, 9, 1]), Math.sqrt(5 / 3 / 4));
});

test('when images come in groups then the error is that of the means of equal groups', () => {
  // Means 1.5 and 3.5, whose standard deviation is the root of 2.
  near(standardErrorOfMean(VALUES, [0, 0, 1, 1]), 1);
  // Both means are 2.5.
  near(standardErrorOfMean(VALUES, [0, 1, 1, 0]), 0);
});

test('when groups differ in size then the error is that of a ratio estimator', () => {
  // Deviations from the mean of 2.5: -1.5 in the group of one, 1.5 in the other; n is 4.
  near(standardErrorOfMean(VALUES, [0, 1, 1, 1]), Math.sqrt(2 * (1.5 ** 2 + 1.5 ** 2)) / 4);
});

test('when there is a single group then nothing is known of the spread', () => {
  near(1 / standardErrorOfMean(VALUES, [5, 5, 5, 5]), 0);
});
