// How a file becomes the network's input: plain data, saved with every model.

import { UnfitError } from '../base/errors.ts';

/** One number each for red, green and blue. */
export type Rgb = readonly [number, number, number];

/** Of pixel values divided by 255, by channel: the network is given `(value - mean) / std`. */
export interface Normalisation {
  readonly mean: Rgb;
  /** Above 0. */
  readonly std: Rgb;
}

/**
 * Everything that decides the network's input. Equal values give the same input from the same
 * bytes with the same version of what decodes them.
 */
export interface Preprocessing extends Normalisation {
  /** Meaning of the fields below; raised when one changes, and its code with it. */
  readonly version: 2;
  /** Side of the square input, in pixels. */
  readonly size: number;
  /** EXIF orientation is applied before anything else. */
  readonly orientation: 'exif';
  /** 8-bit sRGB; embedded ICC profiles are not looked at (measured: docs/decisions.md). */
  readonly colour: 'srgb';
  /** What shows through transparent pixels, 0..255. */
  readonly background: Rgb;
  /** `stretch`: both sides are scaled to `size`; the aspect ratio is given up, as in retrain.py. */
  readonly fit: 'stretch' | 'crop' | 'pad';
  /** Share of the shorter side that a crop keeps, above 0 and up to 1. */
  readonly crop_share: number;
  /** Interpolation; wider than the name says when shrinking, so that nothing aliases. */
  readonly kernel: 'linear' | 'cubic' | 'lanczos3';
  /** JPEG's own reduction while decoding: quicker on large files, but it moves pixels. */
  readonly shrink_on_load: boolean;
  /** `use`: a file that is cut short or damaged gives whatever can be read of it. */
  readonly damaged: 'refuse' | 'use';
}

/** What a network is given: square images of `size` pixels, normalised. */
export type NetworkInput = Normalisation & Pick<Preprocessing, 'size'>;

/** The preprocessing of every new model, but for what is given: its size, and what it must differ in. */
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
    damaged: 'refuse',
    ...given,
  };
}

/** The normalisation that maps pixel values 0 to `low` and 255 to `high`. */
export function fromInputRange(low: number, high: number): Normalisation {
  const std = 1 / (high - low);
  // Subtracted, since a product would make -0 of 0.
  const mean = 0 - low * std;
  return { mean: [mean, mean, mean], std: [std, std, std] };
}

/** The same for a pixel value 0..255, by channel: the network is given `value * scale + offset`. */
export function pixelScaling({ mean, std }: Normalisation): { scale: number[]; offset: number[] } {
  return {
    scale: std.map((one) => 1 / (255 * one)),
    offset: mean.map((one, channel) => 0 - one / std[channel]),
  };
}

/**
 * Refuses what the saved form can tell but this version cannot do; a heat map, too, spans the whole
 * image only where that was stretched.
 * @throws UnfitError
 */
export function requireSupported({ fit, kernel }: Preprocessing): void {
  if (fit === 'stretch' && kernel === 'linear') return;
  throw new UnfitError(
    `expected preprocessing with fit stretch and kernel linear, found fit ${fit} and kernel ${kernel}`,
    { code: 'preprocessing_unsupported', hint: 'use the imgdiag version that saved the model' },
  );
}

/** For people: `224x224 RGB, stretch, linear, mean 0 0 0, std 1 1 1`. */
export function describePreprocessing({ size, fit, kernel, mean, std }: Preprocessing): string {
  return `${size}x${size} RGB, ${fit}, ${kernel}, mean ${mean.join(' ')}, std ${std.join(' ')}`;
}

/** The warning of a file that `damaged: use` lets through. */
export function damagedWarning(file: string): string {
  return `${file}: cut short or damaged, and used all the same (--damaged use)`;
}
