// Any image file to the pixels that a preprocessing asks for; the only file that decodes.

import { createBudget } from '../base/budget.ts';
import { InputError, messageOf } from '../base/errors.ts';
import { decodeBmp } from './bmp.ts';
import type { RgbImage } from './heat.ts';
import { type Preprocessing, requireSupported } from './preprocessing.ts';
import { loadSharp, type Sharp } from './sharp.ts';
import { formatOf, sniffFormat } from './sniff.ts';

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
  /** What turns bytes into pixels: two versions may differ in the last bit. */
  readonly version: string;
  /** Images with more are refused by their header, before any pixel is decoded. */
  readonly maxPixels: number;
  /**
   * Decodes one file.
   * @param onDamaged called when the file is damaged and the preprocessing says to use it all the same
   * @returns uint8 RGB `[size, size, 3]`, row-major, 0..255
   * @throws ImageError when the bytes are no image that can be read as the preprocessing asks
   */
  decode(
    bytes: Uint8Array,
    preprocessing: Preprocessing,
    onDamaged?: () => void,
  ): Promise<Uint8Array>;
  /**
   * The same pixels, and the image's own size from its header, read once more (0.2 ms).
   * @throws ImageError as `decode`
   */
  decodeWithSize(bytes: Uint8Array, preprocessing: Preprocessing): Promise<SizedImage>;
  /**
   * The image for people to look at: upright, in its own aspect.
   * @throws ImageError as `decode`
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
  /** It is cut short or damaged, and the preprocessing says to use what can be read of it. */
  readonly damaged: boolean;
}

/** Loads the decoder; importing sharp takes about 50 ms, so it waits until pixels are needed. */
export async function loadDecoder({
  maxPixels = MAX_PIXELS,
}: DecoderOptions = {}): Promise<Decoder> {
  const sharp = await loadSharp();
  // Several images are decoded at once, each on one thread: 1.6 to 2 times the images per
  // second of one image on all threads. No cache: every image is read once.
  sharp.concurrency(1);
  sharp.cache(false);
  const budget = createBudget(PIXELS_AT_ONCE);
  const open = (bytes: Uint8Array, format: string, partial: boolean): Sharp => {
    if (format === 'BMP') {
      const { data, width, height, channels } = decodeBmp(bytes, { maxPixels, partial });
      return sharp(data, { raw: { width, height, channels }, limitInputPixels: maxPixels });
    }
    return sharp(bytes, {
      autoOrient: true,
      // Converting through an embedded profile costs up to half of a JPEG's decode time and
      // does not raise accuracy; CMYK has no meaning without one.
      ignoreIcc: true,
      limitInputPixels: maxPixels,
      failOn: partial ? 'none' : 'warning',
    });
  };
  /** By its header; 0 where that cannot be read, since then nothing is decoded. */
  async function pixelsOf(bytes: Uint8Array, format: string): Promise<number> {
    // At most eight pixels a byte: there is no more in a bitmap that is not compressed.
    if (format === 'BMP') return 8 * bytes.length;
    try {
      const { width, height } = await open(bytes, format, true).metadata();
      return width * height;
    } catch {
      return 0;
    }
  }
  /** Whole if it can be; what is damaged only where the preprocessing says so. */
  async function read<T>(
    bytes: Uint8Array,
    preprocessing: Preprocessing,
    work: (image: Sharp, damaged: boolean) => Promise<T>,
  ): Promise<T> {
    requireSupported(preprocessing);
    const format = checkFormat(bytes);
    return budget.use(await pixelsOf(bytes, format), () =>
      decodeNow(bytes, format, preprocessing, work),
    );
  }
  async function decodeNow<T>(
    bytes: Uint8Array,
    format: string,
    preprocessing: Preprocessing,
    work: (image: Sharp, damaged: boolean) => Promise<T>,
  ): Promise<T> {
    try {
      return await work(open(bytes, format, false), false);
    } catch (error) {
      const reason = imageError(error, format, maxPixels);
      if (preprocessing.damaged !== 'use' || reason.code !== 'image_damaged') throw reason;
      try {
        return await work(open(bytes, format, true), true);
      } catch {
        throw reason;
      }
    }
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
      read(bytes, preprocessing, (image) => toUpright(image, preprocessing, sides)),
  };
}

async function toUpright(
  image: Sharp,
  preprocessing: Preprocessing,
  sides: Sides,
): Promise<RgbImage> {
  const [r, g, b] = preprocessing.background;
  const own = (await image.metadata()).autoOrient;
  const longest = Math.min(Math.max(own.width, own.height, sides.least), sides.most);
  const { data, info } = await image
    .resize(longest, longest, { fit: 'inside' })
    .flatten({ background: { r, g, b } })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`decoded to ${info.channels} channels`);
  return { pixels: data, width: info.width, height: info.height };
}

async function toPixels(image: Sharp, preprocessing: Preprocessing): Promise<Uint8Array> {
  const [r, g, b] = preprocessing.background;
  const { size } = preprocessing;
  const { data, info } = await image
    .resize(size, size, {
      fit: 'fill',
      kernel: preprocessing.kernel,
      fastShrinkOnLoad: preprocessing.shrink_on_load,
    })
    .flatten({ background: { r, g, b } })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3 || data.length !== size * size * 3) {
    throw new Error(`decoded to ${info.width}x${info.height}x${info.channels}`);
  }
  return data;
}

function checkFormat(bytes: Uint8Array): string {
  if (bytes.length === 0) {
    throw new ImageError('the file is empty (0 bytes)', {
      code: 'image_empty',
      hint: 'copy or download it again',
    });
  }
  const { name, readable, hint }: { name: string; readable: boolean; hint?: string } = formatOf(
    sniffFormat(bytes),
  );
  if (readable) return name;
  throw new ImageError(`expected an image, found ${name}`, {
    code: 'image_format',
    ...(hint === undefined ? {} : { hint }),
  });
}

/**
 * What libvips says of a file is kept in one place for all threads, so that files decoded at the
 * same time may swap their reasons: only what sharp itself says is told apart.
 */
function imageError(error: unknown, format: string, maxPixels: number): ImageError {
  if (/exceeds pixel limit/i.test(messageOf(error))) {
    return tooManyPixels(format, maxPixels, error);
  }
  return new ImageError(`the ${format} data is cut short, damaged, or of a kind that is not read`, {
    code: 'image_damaged',
    hint: 'copy or download the file again, or open it in an image program and save it anew',
    cause: error,
  });
}

/** @param format as `formatOf` names it, or nothing where it is not known any more */
export function tooManyPixels(format: string, maxPixels: number, cause?: unknown): ImageError {
  const limit = maxPixels % 1e6 === 0 ? `${maxPixels / 1e6} million` : `${maxPixels}`;
  const what = ['the', format, 'image'].filter(Boolean).join(' ');
  return new ImageError(`${what} has more than ${limit} pixels`, {
    code: 'image_too_large',
    hint: 'make it smaller first, e.g. vipsthumbnail FILE --size 2000, or raise --max_pixels',
    cause,
  });
}
