// Metadata of an image, independent of what it shows: the features of the metadata baseline.

/**
 * Columns of a table of properties, in this order: mean (0..255) and variance (0..16256.25) of the
 * grey levels after preprocessing, width and height of the image as stored, upright, in pixels, and
 * the length of the file in bytes. A model that is hardly better than these has learned little.
 */
export const PROPERTY_NAMES = ['mean', 'variance', 'width', 'height', 'bytes'] as const;

/**
 * Cached with the features of an image; the file's length is known without. `largest` is the largest stored
 * value of a 16-bit file, else 0.
 */
export const CACHED_PROPERTIES = ['mean', 'variance', 'width', 'height', 'largest'] as const;

/** Thousandths of red, green and blue in a grey level: ITU-R BT.601, as Pillow's mode `L`. */
const [RED, GREEN, BLUE] = [299, 587, 114];
const THOUSAND = 1000;

/**
 * Mean and variance (divided by the number of pixels) of the grey level. The sums are integers,
 * so that an image of a single grey has a variance of exactly 0 (up to 370 x 370 pixels).
 * @param pixels uint8 RGB, any number of pixels but zero, 0..255
 */
export function greyMoments(pixels: Uint8Array): { mean: number; variance: number } {
  const count = pixels.length / 3;
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const grey = RED * pixels[at] + GREEN * pixels[at + 1] + BLUE * pixels[at + 2];
    sum += grey;
    squares += grey * grey;
  }
  const mean = sum / count;
  const variance = Math.max(0, squares / count - mean * mean);
  return { mean: mean / THOUSAND, variance: variance / (THOUSAND * THOUSAND) };
}
