// Decodes and preprocesses image files: the only way from bytes to pixels.

import { messageOf } from '../base/errors.ts';
import type { OpenedImage } from './decoders.ts';
import { FORMATS, type Format, type FormatId, sniffFormat } from './formats.ts';
import type { RgbImage } from './heat.ts';
import { ImageError, tooManyPixels } from './image-error.ts';
import { holdPixels } from './memory.ts';
import { cropOf, type Preprocessing } from './preprocessing.ts';
import { loadSharp, type Sharp } from './sharp.ts';

export { DiskError, ImageError, tooManyPixels } from './image-error.ts';

/** By default, images with more pixels than this are refused before decoding. */
export const MAX_PIXELS = 100_000_000;

/** How a file was read. */
export interface ReadAs {
  /** The file is truncated or damaged, and the preprocessing says to use what can be read. */
  readonly damaged: boolean;
  /** Largest stored value of a file of unsigned 16-bit values, else undefined. */
  readonly largest: number | undefined;
  /** It has more bands than grey or RGB, which are left out, since nothing says that they are alpha. */
  readonly spare: boolean;
}

export interface Decoder {
  /** Versions of sharp and libvips, which resize all images and decode most; pixels may depend on them. */
  readonly version: string;
  /** Images with more pixels are refused from their header, before decoding. */
  readonly maxPixels: number;
  /**
   * Decodes one file.
   * @param onRead called once the image is decoded
   * @returns uint8 RGB `[size, size, 3]`, row-major, 0..255
   * @throws ImageError when the bytes are not a readable image
   */
  decode(
    bytes: Uint8Array,
    preprocessing: Preprocessing,
    onRead?: (as: ReadAs) => void,
  ): Promise<Uint8Array>;
  /**
   * The same, with the image's own size from its header, which is read once more (0.2 ms).
   * @throws as `decode`
   */
  decodeWithSize(bytes: Uint8Array, preprocessing: Preprocessing): Promise<SizedImage>;
  /**
   * The image for display: upright, in its own aspect ratio.
   * @throws as `decode`
   */
  decodeUpright(
    bytes: Uint8Array,
    preprocessing: Preprocessing,
    sides: LongestSide,
  ): Promise<RgbImage>;
}

/** Bounds of an image's longest side, in pixels. */
export interface LongestSide {
  readonly least: number;
  readonly most: number;
}

export interface DecoderOptions {
  /** Default: 100 million. */
  readonly maxPixels?: number | undefined;
}

export interface SizedImage extends ReadAs {
  /** uint8 RGB `[size, size, 3]`, row-major, 0..255. */
  readonly pixels: Uint8Array;
  /** Of the image as stored, upright, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** A decoder on sharp. */
export async function loadDecoder({
  maxPixels = MAX_PIXELS,
}: DecoderOptions = {}): Promise<Decoder> {
  const sharp = await loadSharp();
  // Decoding several images at once, each on one thread, is 1.6 to 2 times as fast as decoding
  // one on all threads. No cache, since every image is read once.
  sharp.concurrency(1);
  sharp.cache(false);

  /** Reads the whole image; a damaged one only where the preprocessing allows it. */
  async function read<T>(
    bytes: Uint8Array,
    preprocessing: Preprocessing,
    work: (image: Sharp, as: ReadAs) => Promise<T>,
  ): Promise<T> {
    const { name, decoder } = readableFormat(bytes);
    const context = { sharp, maxPixels, partial: false, range: preprocessing.pixel_range };
    const use = ({ image, largest, spare = false }: OpenedImage, damaged: boolean) =>
      work(image, { damaged, largest, spare });
    const pixels = await decoder.pixels(bytes, context).catch(() => 0);
    return holdPixels(pixels, async () => {
      try {
        return await use(await decoder.open(bytes, context), false);
      } catch (error) {
        const reason = imageError(error, name, maxPixels);
        if (preprocessing.damaged !== 'use' || reason.code !== 'image_damaged') throw reason;
        try {
          return await use(await decoder.open(bytes, { ...context, partial: true }), true);
        } catch {
          throw reason;
        }
      }
    });
  }
  return {
    version: `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
    maxPixels,
    decode: (bytes, preprocessing, onRead) =>
      read(bytes, preprocessing, async (image, as) => {
        const pixels = await toPixels(image, preprocessing);
        onRead?.(as);
        return pixels;
      }),
    decodeWithSize: (bytes, preprocessing) =>
      read(bytes, preprocessing, async (image, as) => {
        // Pixels first, so that errors are the same as those of `decode`.
        const pixels = await toPixels(image, preprocessing);
        const { width, height } = (await image.metadata()).autoOrient;
        return { pixels, width, height, ...as };
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
  const { size } = preprocessing;
  const square = await toSquare(image, preprocessing);
  const { pixels, width, height } = await toRgb(square, preprocessing);
  if (width !== size || height !== size) throw new Error(`decoded to ${width}x${height}`);
  return pixels;
}

async function toSquare(image: Sharp, preprocessing: Preprocessing): Promise<Sharp> {
  const { size, fit, kernel, shrink_on_load: fastShrinkOnLoad } = preprocessing;
  const how = { kernel, fastShrinkOnLoad };
  if (fit === 'stretch') return image.resize(size, size, { fit: 'fill', ...how });
  if (fit === 'pad') {
    const background = colourOf(preprocessing);
    return image.resize(size, size, { fit: 'contain', background, ...how });
  }
  const { width, height, left, top } = cropOf((await image.metadata()).autoOrient, preprocessing);
  return image
    .resize(width, height, { fit: 'fill', ...how })
    .extract({ left, top, width: size, height: size });
}

function colourOf({ background: [r, g, b] }: Preprocessing) {
  return { r, g, b };
}

async function toRgb(image: Sharp, preprocessing: Preprocessing): Promise<RgbImage> {
  const { data, info } = await image
    .flatten({ background: colourOf(preprocessing) })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`decoded to ${info.channels} channels`);
  return { pixels: data, width: info.width, height: info.height };
}

function readableFormat(bytes: Uint8Array): Required<Pick<Format, 'name' | 'decoder'>> {
  const format = sniffFormat(bytes);
  const { name, decoder } = FORMATS[format];
  if (decoder !== undefined) return { name, decoder };
  throw formatError(format, bytes.length);
}

/** Why a file of this format and so many bytes is no image; undefined where it may be one. */
export function formatError(format: FormatId, bytes: number): ImageError | undefined {
  if (bytes === 0) {
    return new ImageError('the file is empty (0 bytes)', {
      code: 'image_empty',
      hint: 'copy or download it again',
    });
  }
  const { name, decoder, hint = giveAnImage() } = FORMATS[format];
  if (decoder !== undefined) return undefined;
  return new ImageError(`expected an image, found ${name}`, { code: 'image_format', hint });
}

function giveAnImage(): string {
  const names = Object.values(FORMATS).flatMap(({ name, decoder }) => (decoder ? name : []));
  return `give an image file: ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/**
 * libvips keeps its error messages in one place for all threads, so files decoded at the same time may
 * swap them; only sharp's own message about the pixel limit is reliable.
 */
function imageError(error: unknown, name: string, maxPixels: number): ImageError {
  if (error instanceof ImageError) return error;
  if (/exceeds pixel limit/i.test(messageOf(error))) return tooManyPixels(name, maxPixels, error);
  return new ImageError(`the ${name} data is truncated, damaged or of an unsupported kind`, {
    code: 'image_damaged',
    hint: 'copy or download the file again, or open it in an image editor and save it again',
    cause: error,
  });
}

/** The warning for a file that is used because of `damaged: use`. */
export function damagedWarning(file: string): string {
  return `${file}: truncated or damaged, but used anyway (--damaged use)`;
}
