// Preprocessing, from image file to network input, as plain data saved with every model.

import { UnfitError } from '../base/errors.ts';
import type { PixelRange } from '../options/pixel-range.ts';

/** One number each for red, green and blue. */
export type Rgb = readonly [number, number, number];

/** Of pixel values divided by 255, by channel: the network is given `(value - mean) / std`. */
export interface Normalisation {
  readonly mean: Rgb;
  /** Above 0. */
  readonly std: Rgb;
}

/**
 * Everything that determines the network's input: equal values give the same input from the same
 * bytes with the same version of the decoder.
 */
export interface Preprocessing extends Normalisation {
  /** Raised when the meaning of a field changes. */
  readonly version: 2;
  /** Side of the square input, in pixels. */
  readonly size: number;
  /** EXIF orientation is applied before anything else. */
  readonly orientation: 'exif';
  /** 8-bit sRGB; embedded ICC profiles are ignored (measured: docs/decisions.md). */
  readonly colour: 'srgb';
  /** What shows through transparent pixels, 0..255. */
  readonly background: Rgb;
  /** `stretch`: both sides are scaled to `size`, ignoring the aspect ratio, as in retrain.py. */
  readonly fit: 'stretch' | 'crop' | 'pad';
  /** Share of the shorter side that a crop keeps, above 0 and up to 1. */
  readonly crop_share: number;
  /** Interpolation kernel; widened when shrinking, against aliasing. */
  readonly kernel: 'linear' | 'cubic' | 'lanczos3';
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

/**
 * Refuses preprocessing that the file format allows but this version does not support. Heat maps, too,
 * assume that the whole image was stretched.
 * @throws UnfitError
 */
export function requireSupported({ fit, crop_share: share, kernel }: Preprocessing): void {
  if (fit === 'stretch' && share === 1 && kernel === 'linear') return;
  throw new UnfitError(
    `expected preprocessing with fit stretch, crop share 1 and kernel linear, found ${fit}, ${share} and ${kernel}`,
    { code: 'preprocessing_unsupported', hint: 'use the imgdiag version that saved the model' },
  );
}

/** For people: `224x224 RGB, stretch, linear, mean 0 0 0, std 1 1 1`. */
export function describePreprocessing(preprocessing: Preprocessing): string {
  const { size, fit, kernel, mean, std, pixel_range: range } = preprocessing;
  const stored = range === null ? '' : `, pixel range ${range.join(' to ')}`;
  return `${size}x${size} RGB, ${fit}, ${kernel}, mean ${mean.join(' ')}, std ${std.join(' ')}${stored}`;
}
