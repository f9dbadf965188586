// Sharpness: how much of an image's contrast is fine detail; and whether it has colour.

/**
 * Mean square of the Laplacian over the variance of the grey level (the variance of the Laplacian,
 * Pech-Pacheco et al. 2000, made independent of contrast); 0 for an image without structure.
 * @param grey `[side, side]`, 0..255
 */
export function sharpnessOf(grey: Uint8Array, side: number): number {
  let squares = 0;
  let sum = 0;
  let sumOfSquares = 0;
  let count = 0;
  for (let y = 1; y < side - 1; y++) {
    for (let at = y * side + 1; at < (y + 1) * side - 1; at++) {
      const around = grey[at - 1] + grey[at + 1] + grey[at - side] + grey[at + side];
      squares += (around - 4 * grey[at]) ** 2;
      sum += grey[at];
      sumOfSquares += grey[at] ** 2;
      count++;
    }
  }
  const variance = sumOfSquares / count - (sum / count) ** 2;
  // Below one grey level it is the noise of a blank image, neither sharp nor blurred.
  return variance < 1 ? 0 : squares / count / variance;
}

/** Mean difference between channels from which an image counts as coloured. */
const COLOURED = 3;

/** @param pixels uint8 RGB, 0..255 */
export function hasColour(pixels: Uint8Array): boolean {
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const [r, g, b] = [pixels[at], pixels[at + 1], pixels[at + 2]];
    sum += Math.max(r, g, b) - Math.min(r, g, b);
  }
  return sum / (pixels.length / 3) >= COLOURED;
}
