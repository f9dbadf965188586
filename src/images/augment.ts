// Random variants of an image: retrain.py's distortions and a rotation, drawn and then sampled.

import { createRandom } from '../base/random.ts';

/** What may vary, named like the options; all zero and false: nothing varies. */
export interface Augmentation {
  /** Every other variant is mirrored, starting with the first. */
  readonly flip_left_right: boolean;
  /** Percent by which the resized image is larger than the window cut from it, 0..100. */
  readonly random_crop: number;
  /** Percent by which the image is enlarged, at most, before the window is cut, 0..100. */
  readonly random_scale: number;
  /** Percent by which pixel values are raised or lowered, at most, 0..100. */
  readonly random_brightness: number;
  /** Degrees by which the image is rotated, at most, in either direction, 0..180. */
  readonly random_rotation: number;
}

/** Version of parameters and sampler; raised when the same parameters give different pixels. */
export const AUGMENTATION_VERSION = 1;

/** Parameters drawn for one variant; lengths in pixels of the image resized to `side` x `side`. */
export interface VariantParameters {
  /** Side the whole image is resized to before the window is cut, at least the window's. */
  readonly side: number;
  /** Where the window starts, in whole pixels, 0..side - size. */
  readonly left: number;
  readonly top: number;
  /** Rotation about the window's centre, clockwise. */
  readonly degrees: number;
  /** After rotating and cutting. */
  readonly mirrored: boolean;
  /** Factor for pixel values, at least 0. */
  readonly brightness: number;
}

/** A square image to sample from. */
export interface VariantSource {
  /** uint8 RGB, `[side, side, 3]`, row-major, 0..255. */
  readonly pixels: Uint8Array;
  readonly side: number;
  /** Width / height of what was stretched to the square; needed to keep angles when rotating. */
  readonly aspect: number;
}

/** A source is at most this many times as wide as its variants; beyond that, windows are enlarged. */
const SOURCE_LIMIT = 2;

/** Whether any variant can differ from the image itself. */
export function isAugmented(augmentation: Augmentation): boolean {
  const { flip_left_right, random_crop, random_scale, random_brightness, random_rotation } =
    augmentation;
  return flip_left_right || random_crop + random_scale + random_brightness + random_rotation > 0;
}

/**
 * The parameters of one variant. Every number is drawn whether it is used or not, so that
 * turning one option on does not change what the others do.
 * @param size side of the variant, in pixels
 * @param sha256 of the image's file
 * @param copy 0, 1, 2...: which of the image's variants
 */
export function drawVariant(
  augmentation: Augmentation,
  size: number,
  { sha256, seed, copy }: { sha256: string; seed: number; copy: number },
): VariantParameters {
  const { uniform } = createRandom(seed, `augment ${sha256} ${copy}`);
  const between = (low: number, high: number) => low + (high - low) * uniform();
  // In the order of retrain.py's add_input_distortions; new draws belong at the end.
  const side = resizedSide(augmentation, size, between(0, augmentation.random_scale));
  const left = Math.floor(between(0, side - size + 1));
  const top = Math.floor(between(0, side - size + 1));
  const percent = between(-augmentation.random_brightness, augmentation.random_brightness);
  const degrees = between(-augmentation.random_rotation, augmentation.random_rotation);
  // Alternating, not drawn: with the image itself, a single copy already shows both orientations.
  const mirrored = augmentation.flip_left_right && copy % 2 === 0;
  return { side, left, top, degrees, mirrored, brightness: 1 + percent / 100 };
}

/** Side at which an image is decoded so that none, or few, of its variants are enlarged. */
export function sourceSide(augmentation: Augmentation, size: number): number {
  return Math.min(resizedSide(augmentation, size, augmentation.random_scale), SOURCE_LIMIT * size);
}

/** @param scale percent drawn */
function resizedSide({ random_crop }: Augmentation, size: number, scale: number): number {
  return Math.round(size * (1 + random_crop / 100) * (1 + scale / 100));
}

/**
 * Samples one variant, bilinearly: `[size, size, 3]` into `out`. Where a rotated window reaches
 * beyond the image, border pixels are repeated: a wedge of one colour would add an edge that no
 * validation image has, and a white one would be the brightest part of a dark X-ray.
 * With `side` equal to the source's and no rotation, pixels are copied, not interpolated.
 */
export function sampleVariant(
  source: VariantSource,
  parameters: VariantParameters,
  size: number,
  out: Uint8Array,
): void {
  const { pixels, side } = source;
  const { brightness } = parameters;
  const [acrossX, downX, startX, acrossY, downY, startY] = affineOf(source, parameters, size);
  const last = side - 1;
  let at = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) {
      const fromX = clamp(startX + acrossX * x + downX * y, last);
      const fromY = clamp(startY + acrossY * x + downY * y, last);
      const x0 = fromX | 0;
      const y0 = fromY | 0;
      const right = fromX - x0;
      const below = brightness * (fromY - y0);
      const above = brightness - below;
      // In the last row and column, neighbours have weight 0 and are the pixel itself.
      const a = 3 * (y0 * side + x0);
      const b = x0 < last ? a + 3 : a;
      const row = y0 < last ? 3 * side : 0;
      const c = a + row;
      const d = b + row;
      const wB = above * right;
      const wA = above - wB;
      const wD = below * right;
      const wC = below - wD;
      // Unrolled: a fifth faster than a loop over the channels.
      const red = wA * pixels[a] + wB * pixels[b] + wC * pixels[c] + wD * pixels[d];
      const green =
        wA * pixels[a + 1] + wB * pixels[b + 1] + wC * pixels[c + 1] + wD * pixels[d + 1];
      const blue =
        wA * pixels[a + 2] + wB * pixels[b + 2] + wC * pixels[c + 2] + wD * pixels[d + 2];
      out[at] = toByte(red);
      out[at + 1] = toByte(green);
      out[at + 2] = toByte(blue);
    }
  }
}

/**
 * Source position of the variant's pixel x, y: `[0] x + [1] y + [2]` across, `[3] x + [4] y + [5]`
 * down: the inverse of resize, window, rotation about the window's centre, mirror.
 */
function affineOf(
  { side: sourceSide, aspect }: VariantSource,
  { side, left, top, degrees, mirrored }: VariantParameters,
  size: number,
): [number, number, number, number, number, number] {
  const middle = (size - 1) / 2;
  const ratio = sourceSide / side;
  const mirror = mirrored ? -1 : 1;
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  // Rotated as in the image before it was made square, where a step down is 1 / aspect as long.
  const across = [ratio * cos * mirror, (ratio * sin) / aspect];
  const down = [-ratio * sin * aspect * mirror, ratio * cos];
  const start = (corner: number, [byX, byY]: number[]) =>
    (corner + middle + 0.5) * ratio - 0.5 - (byX + byY) * middle;
  return [across[0], across[1], start(left, across), down[0], down[1], start(top, down)];
}

function clamp(value: number, last: number): number {
  return value < 0 ? 0 : Math.min(value, last);
}

/** Rounded and clamped; `value` is at least 0. */
function toByte(value: number): number {
  return value < 254.5 ? value + 0.5 : 255;
}
