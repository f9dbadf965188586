// A small grey image, and its value at any point.

/** Square, whatever the shape of the image: that is in `aspect`. */
export interface GreyImage {
  /** `[side, side]`, row-major, 0..255. */
  readonly values: Uint8Array;
  readonly side: number;
  /** Width / height of the image before it was made square. */
  readonly aspect: number;
}

/** Thousandths of red, green and blue in a grey level: ITU-R BT.601. */
const [RED, GREEN, BLUE] = [299, 587, 114];
const THOUSAND = 1000;

/**
 * Grey levels, each the mean of a block of pixels.
 * @param pixels uint8 RGB, `[side, side, 3]`, 0..255
 * @param smaller a divisor of `side`
 * @returns `[smaller, smaller]`, 0..255
 */
export function shrinkToGrey(pixels: Uint8Array, side: number, smaller: number): Uint8Array {
  const factor = side / smaller;
  const values = new Uint8Array(smaller * smaller);
  for (let y = 0; y < smaller; y++) {
    for (let x = 0; x < smaller; x++) {
      let sum = 0;
      for (let row = 0; row < factor; row++) {
        let at = 3 * ((y * factor + row) * side + x * factor);
        for (let column = 0; column < factor; column++, at += 3) {
          sum += RED * pixels[at] + GREEN * pixels[at + 1] + BLUE * pixels[at + 2];
        }
      }
      values[y * smaller + x] = Math.round(sum / (THOUSAND * factor * factor));
    }
  }
  return values;
}

/** Half the width and half the height, in units of half the shorter side. */
export function halvesOf({ aspect }: GreyImage): readonly [right: number, down: number] {
  return [Math.max(1, aspect), Math.max(1, 1 / aspect)];
}

/**
 * Value between pixels (bilinear), 0..255, at a point measured from the centre in units of half
 * the shorter side of the true image; beyond the edge, the edge pixel is repeated.
 */
export function sampleGrey(image: GreyImage, right: number, down: number): number {
  const { values, side, aspect } = image;
  const half = side / 2;
  const x = half - 0.5 + (aspect > 1 ? (right * half) / aspect : right * half);
  const y = half - 0.5 + (aspect < 1 ? down * half * aspect : down * half);
  const left = Math.min(side - 2, Math.max(0, Math.floor(x)));
  const top = Math.min(side - 2, Math.max(0, Math.floor(y)));
  const u = Math.min(1, Math.max(0, x - left));
  const v = Math.min(1, Math.max(0, y - top));
  const at = top * side + left;
  const upper = values[at] + u * (values[at + 1] - values[at]);
  const lower = values[at + side] + u * (values[at + side + 1] - values[at + side]);
  return upper + v * (lower - upper);
}
