// Maps stored values of more than 8 bits to grey levels: pure, and the same for every format.

import type { PixelRange } from '../options/pixel-range.ts';
import { ImageError } from './image-error.ts';

/**
 * Which values a file holds: `8-bit` (or fewer) are grey levels already; `16-bit` are unsigned;
 * `whole` are signed, or whole numbers of more than 16 bits.
 */
export type StoredKind = '8-bit' | '16-bit' | 'float' | 'whole';

/** Raised when the same values give different pixels; part of the cache key of all but 8-bit files. */
export const MAPPING_VERSION = 1;

/** Values of an image, pixel by pixel, each with all its bands. */
export interface StoredImage {
  readonly kind: StoredKind;
  /** In words: `signed 16-bit whole numbers`. */
  readonly what: string;
  readonly width: number;
  readonly height: number;
  /** `[height, width, bands]`, row-major. */
  readonly values: ArrayLike<number>;
  readonly bands: number;
  /** Indices of the bands shown: grey, or red, green and blue. */
  readonly colours: readonly number[];
  /** Index of the band that is transparency. */
  readonly alpha?: number | undefined;
  /** Value of alpha that is opaque; 0 is transparent. */
  readonly opaque: number;
  /** The colours were multiplied by alpha. */
  readonly premultiplied?: boolean;
  /** The lowest value is white. */
  readonly inverted?: boolean;
}

export interface GreyLevels {
  readonly width: number;
  readonly height: number;
  /** Colours, then alpha if there is one. */
  readonly channels: 1 | 2 | 3 | 4;
  /** uint8 `[height, width, channels]`, row-major, 0..255. */
  readonly data: Uint8Array;
  /** Largest stored value of the colours; undefined for all kinds but `16-bit`. */
  readonly largest: number | undefined;
}

const WHITE = 255;
/** Different values of 16 bits. */
const VALUES = 2 ** 16;
/** Of the unsigned kinds, whatever is stored. */
const FULL = { '8-bit': [0, WHITE], '16-bit': [0, 65_535] } as const;

/**
 * Linear from `range` to 0..255, rounded and clipped; what is not a number is black.
 * @param range null: the range of the type, where that is known
 * @throws ImageError where it is not
 */
export function toGreyLevels(image: StoredImage, range: PixelRange | null): GreyLevels {
  const { kind, values, bands, colours, alpha, opaque, width, height } = image;
  const [low, high] = rangeOf(image, range);
  const scale = WHITE / (high - low);
  const levelOf = (value: number) => {
    const level = toByte((value - low) * scale);
    return image.inverted ? WHITE - level : level;
  };
  const channels = (colours.length + (alpha === undefined ? 0 : 1)) as GreyLevels['channels'];
  const data = new Uint8Array(width * height * channels);
  let largest = 0;
  if (kind === '16-bit' && !image.premultiplied && width * height > VALUES) {
    // Four times as fast as to compute the level of each pixel.
    const levels = Uint8Array.from({ length: VALUES }, (_, value) => levelOf(value));
    for (const [channel, band] of colours.entries()) {
      for (let from = band, to = channel; to < data.length; from += bands, to += channels) {
        const stored = values[from];
        if (stored > largest) largest = stored;
        data[to] = levels[stored];
      }
    }
  } else {
    for (const [channel, band] of colours.entries()) {
      for (let from = band, to = channel; to < data.length; from += bands, to += channels) {
        const stored = values[from];
        if (stored > largest) largest = stored;
        const share =
          image.premultiplied && alpha !== undefined ? values[from - band + alpha] / opaque : 1;
        data[to] = levelOf(share > 0 ? stored / share : 0);
      }
    }
  }
  if (alpha !== undefined) {
    for (let from = alpha, to = channels - 1; to < data.length; from += bands, to += channels) {
      data[to] = toByte((WHITE * values[from]) / opaque);
    }
  }
  return { width, height, channels, data, largest: kind === '16-bit' ? largest : undefined };
}

function toByte(level: number): number {
  // Also when it is not a number.
  if (!(level > 0)) return 0;
  return level < WHITE ? Math.round(level) : WHITE;
}

/**
 * The image turned as its EXIF orientation says.
 * https://www.cipa.jp/std/documents/e/DC-008-2012_E.pdf, 4.6.4 A
 */
export function turnUpright(image: GreyLevels, orientation: number): GreyLevels {
  if (!(orientation >= 2 && orientation <= 8)) return image;
  const { channels, data } = image;
  const turned = orientation > 4;
  // Where the first row and the first column belong.
  const fromRight = [2, 3, 6, 7].includes(orientation);
  const fromBottom = [3, 4, 7, 8].includes(orientation);
  const [width, height] = turned ? [image.height, image.width] : [image.width, image.height];
  const upright = new Uint8Array(data.length);
  let from = 0;
  for (let row = 0; row < image.height; row++) {
    for (let column = 0; column < image.width; column++) {
      const [right, down] = turned ? [row, column] : [column, row];
      const x = fromRight ? width - 1 - right : right;
      const y = fromBottom ? height - 1 - down : down;
      const to = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) upright[to + c] = data[from++];
    }
  }
  return { ...image, width, height, data: upright };
}

function rangeOf({ kind, values, what }: StoredImage, given: PixelRange | null): PixelRange {
  if (kind === '8-bit') return FULL[kind];
  if (given !== null) return given;
  if (kind === '16-bit') return FULL[kind];
  if (kind === 'whole') throw unknownRange(`values of a known range, found ${what}`);
  let [least, most, outside] = [0, 1, false];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value >= 0 && value <= 1) continue;
    outside = true;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (!outside) return [0, 1];
  const found = least < 0 || most > 1 ? `${rounded(least)} to ${rounded(most)}` : 'no numbers';
  throw unknownRange(`floating-point values from 0 to 1, found ${found}`);
}

function rounded(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}

function unknownRange(sentence: string): ImageError {
  return new ImageError(`expected ${sentence}`, {
    code: 'image_range',
    hint: 'give the values that are black and white, to retrain or check, as --pixel_range LOW:HIGH',
  });
}
