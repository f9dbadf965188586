// Robust z-scores: how far values are from the bulk, by median and median absolute deviation.

/** Outliers are beyond this: Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers. */
export const OUTLYING = 3.5;
/**
 * Makes the median absolute deviation of normal values comparable with their standard deviation.
 */
const CONSISTENCY = 0.6745;

export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Modified z-score of each value, `[n]`; all 0 when half of the values are equal. */
export function robustScores(values: ArrayLike<number>): Float64Array {
  const middle = median(values);
  const distances = Float64Array.from(values, (value) => Math.abs(value - middle));
  const deviation = median(distances);
  return Float64Array.from(values, (value) =>
    deviation === 0 ? 0 : (CONSISTENCY * (value - middle)) / deviation,
  );
}
