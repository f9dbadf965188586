// Decoders, from the bytes of a file to an image of 8-bit values that sharp goes on with.

import type { PixelRange } from '../options/pixel-range.ts';
import { decodeBmp, readBmpLayout } from './bmp.ts';
import { type Sharp, type SharpModule, wholeBuffer } from './sharp.ts';
import {
  type GreyLevels,
  type StoredImage,
  type StoredKind,
  toGreyLevels,
  turnUpright,
} from './stored-values.ts';
import { readTiffLayout } from './tiff-layout.ts';
import { tiffSamples } from './tiff-samples.ts';
import { readTiffValues } from './tiff-values.ts';

export interface DecodingContext {
  readonly sharp: SharpModule;
  /** Files with more pixels are refused from their header, with the words `exceeds pixel limit`. */
  readonly maxPixels: number;
  /** Whether to use what can be read of a truncated or damaged file. */
  readonly partial: boolean;
  /** Stored values that become black and white, of files of more than 8 bits; null: by their type. */
  readonly range: PixelRange | null;
}

export interface OpenedImage {
  /** Of 8-bit values, or of those that libvips makes of others. */
  readonly image: Sharp;
  /** Largest stored value of a file of unsigned 16-bit values, else undefined. */
  readonly largest?: number | undefined;
  /** As in `Samples`. */
  readonly spare?: boolean;
}

/** What a header says of the values in a file. */
export interface Samples {
  readonly kind: StoredKind;
  /** There are more bands than grey or RGB, which are not said to be alpha: they are left out. */
  readonly spare: boolean;
}

/** Decodes files of a format. */
export interface FormatDecoder {
  /** @throws Error for a file that cannot be read */
  open(bytes: Uint8Array, context: DecodingContext): Promise<OpenedImage>;
  /** Left out where all files have 8 bits. Never throws: opening will. */
  samples?(bytes: Uint8Array): Samples;
  /** Whether the first 4 MB are enough for that. */
  readonly headTells?: boolean;
  /**
   * Pixels to reserve in the memory that all images share, from the header alone; more than the image
   * has where the decoder takes more than 8 bytes for each.
   * @throws Error where the header cannot be read; then nothing is decoded
   */
  pixels(bytes: Uint8Array, context: DecodingContext): Promise<number>;
  /**
   * Raised when the same file gives different pixels; part of the cache key of the files it decodes.
   * Undefined for sharp, whose version is part of every key, since it resizes all images.
   */
  readonly version?: string;
}

export const SHARP: FormatDecoder = {
  open: async (bytes, context) => ({ image: openSharp(bytes, context) }),
  async pixels(bytes, context) {
    const { width, height } = await openSharp(bytes, { ...context, partial: true }).metadata();
    return width * height;
  },
};

function openSharp(bytes: Uint8Array, { sharp, maxPixels, partial }: DecodingContext): Sharp {
  return sharp(bytes, {
    autoOrient: true,
    // Applying an embedded profile takes up to half of a JPEG's decoding time and does not
    // raise accuracy; CMYK is undefined without one.
    ignoreIcc: true,
    limitInputPixels: maxPixels,
    failOn: partial ? 'none' : 'warning',
  });
}

/** Formats whose files may have 16 bits, grey or RGB, with or without alpha. */
function deep(isDeep: (bytes: Uint8Array) => boolean, cost = 1): FormatDecoder {
  return {
    samples: (bytes) => ({ kind: isDeep(bytes) ? '16-bit' : '8-bit', spare: false }),
    async open(bytes, context) {
      const image = openSharp(bytes, context);
      if (!isDeep(bytes)) return { image };
      const { space, depth } = await image.metadata();
      if (depth !== 'ushort') return { image };
      const raw = image.toColourspace(space).raw({ depth });
      const { data, info } = await raw.toBuffer({ resolveWithObject: true });
      const { width, height, channels: bands } = info;
      const stored: StoredImage = {
        kind: '16-bit',
        what: '16-bit whole numbers',
        width,
        height,
        values: new Uint16Array(wholeBuffer(data).buffer),
        bands,
        colours: bands < 3 ? [0] : [0, 1, 2],
        alpha: bands % 2 === 0 ? bands - 1 : undefined,
        opaque: 65_535,
      };
      return openLevels(toGreyLevels(stored, context.range), context);
    },
    pixels: async (bytes, context) =>
      (await SHARP.pixels(bytes, context)) * cost * (isDeep(bytes) ? DEEP : 1),
  };
}

/** Pixels of 8 bits that take as much memory as one of 16, with its grey levels. */
const DEEP = 2;

function openLevels(
  { data, width, height, channels, largest }: GreyLevels,
  { sharp, maxPixels }: DecodingContext,
): OpenedImage {
  const raw = { width, height, channels };
  return { image: sharp(data, { raw, limitInputPixels: maxPixels }), largest };
}

/** Bit depth in the header; sBIT only tells what the samples were scaled from. */
export const PNG: FormatDecoder = { ...deep((bytes) => bytes[24] === 16), headTells: true };

/** Pixels of other formats that take as much memory as one that libheif and dav1d decode. */
const AVIF_COST = 6;

/** The flag `high_bitdepth` of the AV1 configuration: 10 or 12 bits, which are scaled to 16. */
export const AVIF = deep((bytes) => {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('av1C');
  return at >= 0 && (bytes[at + 6] & 0x40) !== 0;
}, AVIF_COST);

export const TIFF: FormatDecoder = {
  samples(bytes) {
    const layout = readTiffLayout(bytes);
    return layout === undefined ? { kind: '8-bit', spare: false } : tiffSamples(layout);
  },
  async open(bytes, context) {
    const layout = readTiffLayout(bytes);
    if (layout === undefined) return SHARP.open(bytes, context);
    const samples = tiffSamples(layout);
    if (samples.reader === 'libvips') return SHARP.open(bytes, context);
    const stored = await readTiffValues(bytes, layout, samples, context);
    const levels = toGreyLevels(stored, context.range);
    const { spare } = samples;
    return { ...openLevels(turnUpright(levels, layout.orientation), context), spare };
  },
  async pixels(bytes, context) {
    const layout = readTiffLayout(bytes);
    if (layout === undefined) return SHARP.pixels(bytes, context);
    const { width, height, bits, bands } = layout;
    return width * height * Math.max(1, (DEEP * bands * bits[0]) / 32);
  },
  version: 'imgdiag-tiff 1',
};

export const BMP: FormatDecoder = {
  async open(bytes, { sharp, maxPixels, partial }) {
    const { data, width, height, channels } = decodeBmp(bytes, { maxPixels, partial });
    const raw = { width, height, channels };
    return { image: sharp(data, { raw, limitInputPixels: maxPixels }) };
  },
  async pixels(bytes) {
    const { width, height } = readBmpLayout(bytes);
    return width * height;
  },
  version: 'imgdiag-bmp 1',
};
