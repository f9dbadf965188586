// Preprocessing, from image file to network input, as plain data saved with every model.

import type { PixelRange } from '../options/pixel-range.ts';

/** One number each for red, green and blue. */
export type Rgb = readonly [number, number, number];

/** Of pixel values divided by 255, by channel: the network is given `(value - mean) / std`. */
export interface Normalisation {
  readonly mean: Rgb;
  /** Above 0. */
  readonly std: Rgb;
}

export const FITS = ['stretch', 'crop', 'pad'] as const;
export const KERNELS = ['linear', 'cubic', 'lanczos3'] as const;

/** How an image becomes a square. */
export interface Fitting {
  /**
   * `stretch`: both sides are scaled to `size`, ignoring the aspect ratio, as in retrain.py.
   * `crop`: the shorter side is scaled to `size / crop_share`, and the central square is kept.
   * `pad`: the longer side is scaled to `size`; the rest is `background`, the same on both sides.
   */
  readonly fit: (typeof FITS)[number];
  /** Share of the shorter side that a crop keeps, above 0 and up to 1; 1 for other fits. */
  readonly crop_share: number;
  /** Interpolation kernel; widened when shrinking, against aliasing. libvips enlarges by `cubic` instead of `lanczos3`. */
  readonly kernel: (typeof KERNELS)[number];
}

/**
 * Everything that determines the network's input: equal values give the same input from the same
 * bytes with the same version of the decoder.
 */
export interface Preprocessing extends Normalisation, Fitting {
  /** Raised when the meaning of a field changes. */
  readonly version: 2;
  /** Side of the square input, in pixels. */
  readonly size: number;
  /** EXIF orientation is applied before anything else. */
  readonly orientation: 'exif';
  /** 8-bit sRGB; embedded ICC profiles are ignored (measured: docs/decisions.md). */
  readonly colour: 'srgb';
  /** What shows through transparent pixels, and beside an image that is padded, 0..255. */
  readonly background: Rgb;
  /** JPEG's own reduction while decoding: faster for large files, but it changes pixels. */
  readonly shrink_on_load: boolean;
  /** Stored values of 16-bit, float and signed files that become black and white; null: by their type. */
  readonly pixel_range: PixelRange | null;
  /** `use`: what can be read of a truncated or damaged file is used. */
  readonly damaged: 'refuse' | 'use';
}

/** Input of a network: square images of `size` pixels, normalised. */
export type NetworkInput = Normalisation & Pick<Preprocessing, 'size'>;

/** The preprocessing of new models, except for what is given. */
export function createPreprocessing(
  given: Partial<Preprocessing> & Pick<Preprocessing, 'size'>,
): Preprocessing {
  return {
    version: 2,
    orientation: 'exif',
    colour: 'srgb',
    background: [255, 255, 255],
    fit: 'stretch',
    crop_share: 1,
    kernel: 'linear',
    shrink_on_load: false,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    pixel_range: null,
    damaged: 'refuse',
    ...given,
  };
}

/** The normalisation that maps pixel values 0 to `low` and 255 to `high`. */
export function fromInputRange(low: number, high: number): Normalisation {
  const std = 1 / (high - low);
  // A subtraction, since a product would turn 0 into -0.
  const mean = 0 - low * std;
  return { mean: [mean, mean, mean], std: [std, std, std] };
}

/** The same for pixel values 0..255, by channel: the network is given `value * scale + offset`. */
export function pixelScaling({ mean, std }: Normalisation): { scale: number[]; offset: number[] } {
  return {
    scale: std.map((one) => 1 / (255 * one)),
    offset: mean.map((one, channel) => 0 - one / std[channel]),
  };
}

/** Sides in pixels. */
export interface Sides {
  readonly width: number;
  readonly height: number;
}

/**
 * Where the central square of `size` begins, in pixels of the image once it is scaled to `width` x `height`.
 * Rounded as by torchvision's Resize and CenterCrop, and by timm: 224 and 0.875 scale the shorter side to 256.
 */
export function cropOf(
  { width, height }: Sides,
  { size, crop_share: share }: Pick<Preprocessing, 'size' | 'crop_share'>,
): Sides & { readonly left: number; readonly top: number } {
  // 255 from a share of 224 / 255, which is not exact, too.
  const side = Math.max(size, Math.floor(size / share + 1e-6));
  const shorter = Math.min(width, height);
  const scaled = (length: number) => Math.floor((side * length) / shorter);
  const start = (length: number) => halfToEven((length - size) / 2);
  const [across, down] = [scaled(width), scaled(height)];
  return { width: across, height: down, left: start(across), top: start(down) };
}

/** As Python rounds: 0.5 becomes 0, and 1.5 becomes 2. */
function halfToEven(value: number): number {
  return value % 2 === 0.5 ? Math.floor(value) : Math.round(value);
}

/** A rectangle in an image, in shares of its width and height; with padding, it is larger than that. */
export interface Part extends Sides {
  readonly left: number;
  readonly top: number;
}

/** What the network's square input shows of an image. */
export function partShown(preprocessing: Preprocessing, image: Sides): Part {
  const { fit, size } = preprocessing;
  const { width, height } = image;
  if (fit === 'stretch') return { left: 0, top: 0, width: 1, height: 1 };
  if (fit === 'pad') {
    const side = Math.max(width, height);
    const [across, down] = [side / width, side / height];
    return { left: (1 - across) / 2, top: (1 - down) / 2, width: across, height: down };
  }
  const scaled = cropOf(image, preprocessing);
  return {
    left: scaled.left / scaled.width,
    top: scaled.top / scaled.height,
    width: size / scaled.width,
    height: size / scaled.height,
  };
}

/** For people: `224x224 RGB, stretch, linear, mean 0 0 0, std 1 1 1`. */
export function describePreprocessing(preprocessing: Preprocessing): string {
  const { size, fit, crop_share: share, kernel, mean, std, pixel_range: range } = preprocessing;
  const square = fit === 'crop' ? `crop ${share}` : fit;
  const stored = range === null ? '' : `, pixel range ${range.join(' to ')}`;
  return `${size}x${size} RGB, ${square}, ${kernel}, mean ${mean.join(' ')}, std ${std.join(' ')}${stored}`;
}
