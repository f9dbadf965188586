// Any image file to pixels as preprocessing says: the one way from bytes to pixels.

import { createBudget } from '../base/budget.ts';
import { InputError, messageOf } from '../base/errors.ts';
import { FORMATS, type Format, sniffFormat } from './formats.ts';
import type { RgbImage } from './heat.ts';
import { type Preprocessing, requireSupported } from './preprocessing.ts';
import { loadSharp, type Sharp } from './sharp.ts';

/** Images with more pixels than this are refused by their header, unless told otherwise. */
export const MAX_PIXELS = 100_000_000;

/**
 * Pixels decoded at once, at 3 to 8 bytes each: as many small images as there are threads, or one
 * of 100 million. An interlaced PNG, a WebP or an AVIF of a few kB lies in memory whole.
 */
const PIXELS_AT_ONCE = 100_000_000;

/** Why one image cannot be used; `code` is stable, the message names no file. */
export class ImageError extends InputError {}

export interface Decoder {
  /** What resizes every image and decodes most: two versions may differ in the last bit. */
  readonly version: string;
  /** Images with more are refused by their header, before any pixel is decoded. */
  readonly maxPixels: number;
  /**
   * Decodes one file.
   * @param onDamaged called when the file is damaged and used all the same
   * @returns uint8 RGB `[size, size, 3]`, row-major, 0..255
   * @throws ImageError when the bytes are no image that can be read; UnfitError for preprocessing
   *   that cannot be done
   */
  decode(
    bytes: Uint8Array,
    preprocessing: Preprocessing,
    onDamaged?: () => void,
  ): Promise<Uint8Array>;
  /**
   * The same pixels, and the image's own size from its header, read once more (0.2 ms).
   * @throws as `decode`
   */
  decodeWithSize(bytes: Uint8Array, preprocessing: Preprocessing): Promise<SizedImage>;
  /**
   * The image for people to look at: upright, in its own aspect.
   * @throws as `decode`
   */
  decodeUpright(bytes: Uint8Array, preprocessing: Preprocessing, sides: Sides): Promise<RgbImage>;
}

/** Bounds of an image's longest side, in pixels. */
export interface Sides {
  readonly least: number;
  readonly most: number;
}

export interface DecoderOptions {
  /** Default: 100 million. */
  readonly maxPixels?: number | undefined;
}

export interface SizedImage {
  /** uint8 RGB `[size, size, 3]`, row-major, 0..255. */
  readonly pixels: Uint8Array;
  /** Of the image as stored, upright, in pixels. */
  readonly width: number;
  readonly height: number;
  /** It is cut short or damaged, and its preprocessing says to use what can be read of it. */
  readonly damaged: boolean;
}

/** Loads sharp, and decodes with it. */
export async function loadDecoder({
  maxPixels = MAX_PIXELS,
}: DecoderOptions = {}): Promise<Decoder> {
  const sharp = await loadSharp();
  // Several images are decoded at once, each on one thread: 1.6 to 2 times the images per
  // second of one image on all threads. No cache: every image is read once.
  sharp.concurrency(1);
  sharp.cache(false);
  const budget = createBudget(PIXELS_AT_ONCE);

  /** Whole if it can be; what is damaged only where the preprocessing says so. */
  async function read<T>(
    bytes: Uint8Array,
    preprocessing: Preprocessing,
    work: (image: Sharp, damaged: boolean) => Promise<T>,
  ): Promise<T> {
    requireSupported(preprocessing);
    const { name, decoder } = readableFormat(bytes);
    const context = { sharp, maxPixels, partial: false };
    const pixels = await decoder.pixels(bytes, context).catch(() => 0);
    return budget.use(pixels, async () => {
      try {
        return await work(await decoder.open(bytes, context), false);
      } catch (error) {
        const reason = imageError(error, name, maxPixels);
        if (preprocessing.damaged !== 'use' || reason.code !== 'image_damaged') throw reason;
        try {
          return await work(await decoder.open(bytes, { ...context, partial: true }), true);
        } catch {
          throw reason;
        }
      }
    });
  }
  return {
    version: `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
    maxPixels,
    decode: (bytes, preprocessing, onDamaged) =>
      read(bytes, preprocessing, async (image, damaged) => {
        const pixels = await toPixels(image, preprocessing);
        if (damaged) onDamaged?.();
        return pixels;
      }),
    decodeWithSize: (bytes, preprocessing) =>
      read(bytes, preprocessing, async (image, damaged) => {
        // Pixels first: what is wrong with an image is then told as `decode` tells it.
        const pixels = await toPixels(image, preprocessing);
        const { width, height } = (await image.metadata()).autoOrient;
        return { pixels, width, height, damaged };
      }),
    decodeUpright: (bytes, preprocessing, sides) =>
      read(bytes, preprocessing, async (image) => {
        const own = (await image.metadata()).autoOrient;
        const longest = Math.min(Math.max(own.width, own.height, sides.least), sides.most);
        return toRgb(image.resize(longest, longest, { fit: 'inside' }), preprocessing);
      }),
  };
}

async function toPixels(image: Sharp, preprocessing: Preprocessing): Promise<Uint8Array> {
  const { size, kernel, shrink_on_load: fastShrinkOnLoad } = preprocessing;
  // `stretch`, the one fit that `requireSupported` lets through.
  const square = image.resize(size, size, { fit: 'fill', kernel, fastShrinkOnLoad });
  const { pixels, width, height } = await toRgb(square, preprocessing);
  if (width !== size || height !== size) throw new Error(`decoded to ${width}x${height}`);
  return pixels;
}

async function toRgb(image: Sharp, { background: [r, g, b] }: Preprocessing): Promise<RgbImage> {
  const { data, info } = await image
    .flatten({ background: { r, g, b } })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`decoded to ${info.channels} channels`);
  return { pixels: data, width: info.width, height: info.height };
}

function readableFormat(bytes: Uint8Array): Required<Pick<Format, 'name' | 'decoder'>> {
  if (bytes.length === 0) {
    throw new ImageError('the file is empty (0 bytes)', {
      code: 'image_empty',
      hint: 'copy or download it again',
    });
  }
  const { name, decoder, hint = giveAnImage() } = FORMATS[sniffFormat(bytes)];
  if (decoder !== undefined) return { name, decoder };
  throw new ImageError(`expected an image, found ${name}`, { code: 'image_format', hint });
}

function giveAnImage(): string {
  const names = Object.values(FORMATS).flatMap(({ name, decoder }) => (decoder ? name : []));
  return `give an image file: ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/**
 * What libvips says of a file is kept in one place for all threads, so that files decoded at the
 * same time may swap their reasons: only what sharp itself says is told apart.
 */
function imageError(error: unknown, name: string, maxPixels: number): ImageError {
  if (/exceeds pixel limit/i.test(messageOf(error))) return tooManyPixels(name, maxPixels, error);
  return new ImageError(`the ${name} data is cut short, damaged, or of a kind that is not read`, {
    code: 'image_damaged',
    hint: 'copy or download the file again, or open it in an image program and save it again',
    cause: error,
  });
}

/** @param name of the format */
export function tooManyPixels(name: string, maxPixels: number, cause?: unknown): ImageError {
  const limit = maxPixels % 1e6 === 0 ? `${maxPixels / 1e6} million` : `${maxPixels}`;
  return new ImageError(`the ${name} image has more than ${limit} pixels`, {
    code: 'image_too_large',
    hint: 'make it smaller first, e.g. vipsthumbnail FILE --size 2000, or raise --max_pixels',
    cause,
  });
}
