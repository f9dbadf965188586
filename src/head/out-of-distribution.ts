// Out-of-distribution detection: a Gaussian per label on the features, saved as parameters, and
// the distance above which an image is unlike those of training.

/**
 * All numbers are float32, so that a saved copy decides the same. Features are scaled to length 1
 * first: their direction is what an image shows, their length is mostly contrast.
 */
export interface Gaussian {
  /** `[labels, features]`; NaN for a label without any images. */
  readonly means: Float32Array;
  /** `[features]`: 1 / standard deviation within a label. */
  readonly scale: Float32Array;
  /** `[count, features]`: orthonormal directions of largest variance, in standardised features. */
  readonly directions: Float32Array;
  /** `[count]`: variance along each direction, above 0. */
  readonly variances: Float32Array;
  /** Mean variance along all other directions, above 0. */
  readonly residual: number;
}

export interface OodDetector extends Gaussian {
  /** Distance above which an image is out-of-distribution. */
  readonly threshold: number;
}

/**
 * Mean squared standardised distance, over features, to the nearest label mean: 0 or more, about 1
 * for the images fitted on.
 * @param row features as the extractor gives them, `[features]`
 */
export function oodDistance(gaussian: Gaussian, row: ArrayLike<number>): number {
  return distanceOfUnit(gaussian, unitLength(row));
}

/** The same for a row of length 1. */
export function distanceOfUnit(
  { means, scale, directions, variances, residual }: Gaussian,
  unit: Float64Array,
): number {
  const columns = scale.length;
  const deviations = new Float64Array(columns);
  let nearest = Number.POSITIVE_INFINITY;
  for (let mean = 0; mean < means.length; mean += columns) {
    let rest = 0;
    for (let j = 0; j < columns; j++) {
      deviations[j] = (unit[j] - means[mean + j]) * scale[j];
      rest += deviations[j] ** 2;
    }
    let distance = 0;
    for (let k = 0; k < variances.length; k++) {
      let along = 0;
      for (let j = 0; j < columns; j++) along += deviations[j] * directions[k * columns + j];
      distance += along ** 2 / variances[k];
      rest -= along ** 2;
    }
    distance += Math.max(rest, 0) / residual;
    // A label without images has NaN here, and is ignored.
    if (distance < nearest) nearest = distance;
  }
  return nearest / columns;
}

export function isOutOfDistribution(oodDetector: OodDetector, row: ArrayLike<number>): boolean {
  return oodDistance(oodDetector, row) > oodDetector.threshold;
}

/** A copy of length 1, or zeros for a zero vector. */
export function unitLength(row: ArrayLike<number>): Float64Array {
  const values = new Float64Array(row.length);
  let squares = 0;
  for (let j = 0; j < row.length; j++) squares += row[j] ** 2;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let j = 0; j < row.length; j++) values[j] = row[j] * scale;
  return values;
}
