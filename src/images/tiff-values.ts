// Reads the samples of a TIFF file one by one: libvips unpacks the bytes, which are then taken for what
// they are. Left to itself, it inverts some types and not others, cuts signed samples off at 0, takes any
// second or fourth band for alpha, and does not read numbers of 64 bits.

import { endianness } from 'node:os';
import { halfToNumber } from '../base/half.ts';
import { ImageError } from './image-error.ts';
import { type SharpModule, wholeBuffer } from './sharp.ts';
import type { StoredImage } from './stored-values.ts';
import type { TiffLayout } from './tiff-layout.ts';
import { FLOAT, SIGNED, type TiffSamples, WHITE_IS_ZERO } from './tiff-samples.ts';

/** Compressions that know bytes only: LZW, Deflate (of two numbers); PackBits, none. */
const NONE = 1;
const PREDICTED = [5, 8, 32946];
const BYTEWISE = [...PREDICTED, 32773, NONE];
/** Bytes that one compressed byte can hold: 2,700 with LZW. */
const MOST_COMPRESSED = 4000;
/** Bytes of samples for each pixel that is allowed: as much memory as all decodes share. */
const BYTES_PER_PIXEL = 8;
/** Predictors: differences of neighbours, and of the bytes of floating-point numbers. */
const HORIZONTAL = 2;
const OF_FLOATS = 3;

export interface TiffContext {
  readonly sharp: SharpModule;
  readonly maxPixels: number;
  readonly partial: boolean;
}

type Values =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/**
 * All bands, as stored: not yet upright.
 * @param samples of this layout
 * @throws ImageError for samples that cannot be shown; Error for a file that cannot be read
 */
export async function readTiffValues(
  bytes: Uint8Array,
  layout: TiffLayout,
  samples: TiffSamples,
  context: TiffContext,
): Promise<StoredImage> {
  const { width, height, bands, planar, photometric } = layout;
  if (samples.reader === 'none') {
    throw new ImageError(`expected samples that can be shown, found ${samples.what}`, {
      code: 'image_samples',
      hint: 'save it with samples of 8 or 16 bits, or as floating-point numbers',
    });
  }
  const size = width * height * bands * (layout.bits[0] / 8);
  if (width * height > context.maxPixels || size > BYTES_PER_PIXEL * context.maxPixels) {
    throw new Error('the TIFF exceeds pixel limit');
  }
  if (!BYTEWISE.includes(layout.compression)) throw new Error('unsupported compression');
  // A damaged header may claim anything, and libvips looks for each part of it.
  const packed = layout.lengths.reduce((sum, length) => sum + length, 0);
  const room = layout.compression === NONE ? packed : MOST_COMPRESSED * packed;
  const holds = Math.min(room, MOST_COMPRESSED * bytes.length);
  if (holds < size || layout.offsets.length < partsOf(layout)) {
    throw new Error('fewer bytes than its header claims');
  }
  const planes: Values[] = [];
  for (let plane = 0; plane < (planar ? bands : 1); plane++) {
    planes.push(valuesOf(await unpack(bytes, layout, plane, context), layout));
  }
  return {
    ...samples,
    width,
    height,
    values: planar ? interleave(planes) : planes[0],
    bands,
    opaque: opaqueOf(layout),
    inverted: photometric === WHITE_IS_ZERO,
  };
}

function interleave(planes: readonly Values[]): Values {
  const [first] = planes;
  const all = new (first.constructor as Uint8ArrayConstructor)(first.length * planes.length);
  for (const [band, plane] of planes.entries()) {
    for (let i = 0; i < plane.length; i++) all[i * planes.length + band] = plane[i];
  }
  return all;
}

/** How many strips or tiles there must be. */
function partsOf({ width, height, tile, rowsPerStrip, planar, bands }: TiffLayout): number {
  const [across, down] = tile ?? [width, rowsPerStrip];
  return Math.ceil(width / across) * Math.ceil(height / down) * (planar ? bands : 1);
}

/** The value of alpha that is opaque. */
function opaqueOf({ bits: [bits], formats: [format] }: TiffLayout): number {
  return format === FLOAT ? 1 : 2 ** (format === SIGNED ? bits - 1 : bits) - 1;
}

/** The bytes of a plane, row by row, in the order of the file, all differences undone. */
async function unpack(
  bytes: Uint8Array,
  layout: TiffLayout,
  plane: number,
  { sharp, partial }: TiffContext,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, tile, compression } = layout;
  const pixel = pixelBytes(layout);
  // Tiles at the right edge are whole, since a predictor needs all of them.
  const across = tile === undefined ? width : Math.ceil(width / tile[0]) * tile[0];
  const file = asBytes(bytes, layout, plane, across * pixel);
  const read = sharp(file, { limitInputPixels: false, failOn: partial ? 'none' : 'warning' });
  const data = wholeBuffer(await read.toColourspace('b-w').raw().toBuffer());
  const rowLength = across * pixel;
  if (data.length !== rowLength * height) throw new Error(`unpacked to ${data.length} bytes`);
  if (PREDICTED.includes(compression)) undoPredictor(data, layout, (tile?.[0] ?? width) * pixel);
  if (across === width) return data;
  const cropped = new Uint8Array(width * pixel * height);
  for (let row = 0; row < height; row++) {
    const from = row * rowLength;
    cropped.set(data.subarray(from, from + width * pixel), row * width * pixel);
  }
  return cropped;
}

/** Bytes of a pixel in one plane. */
function pixelBytes({ bits, bands, planar }: TiffLayout): number {
  return (bits[0] / 8) * (planar ? 1 : bands);
}

/** A TIFF of one plane of bytes, `rowLength` in each row, without predictor. */
function asBytes(
  bytes: Uint8Array,
  layout: TiffLayout,
  plane: number,
  rowLength: number,
): Uint8Array {
  const { height, tile, planar, bands, rowsPerStrip } = layout;
  const parts = planar ? layout.offsets.length / bands : layout.offsets.length;
  const own = <T>(all: readonly T[]) => all.slice(plane * parts, (plane + 1) * parts);
  const HEAD = 8;
  const offsets = own(layout.offsets).map((offset) => offset + HEAD);
  const lengths = own(layout.lengths);
  const tags: (readonly [tag: number, values: readonly number[]])[] = [
    [256, [rowLength]],
    [257, [height]],
    [258, [8]],
    [259, [layout.compression]],
    [262, [1]],
    [266, [layout.fillOrder]],
    [277, [1]],
    ...(tile === undefined
      ? ([
          [273, offsets],
          [278, [Math.min(rowsPerStrip, height)]],
          [279, lengths],
        ] as const)
      : ([
          [322, [tile[0] * pixelBytes(layout)]],
          [323, [tile[1]]],
          [324, offsets],
          [325, lengths],
        ] as const)),
  ];
  tags.sort(([a], [b]) => a - b);
  const at = HEAD + bytes.length + (bytes.length % 2);
  const directory = 2 + tags.length * 12 + 4;
  const long = tags.reduce((sum, [, { length }]) => sum + (length > 1 ? 4 * length : 0), 0);
  const file = Buffer.alloc(at + directory + long);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(at, 4);
  file.set(bytes, HEAD);
  file.writeUInt16LE(tags.length, at);
  let next = at + directory;
  for (const [i, [tag, values]] of tags.entries()) {
    const entry = at + 2 + 12 * i;
    file.writeUInt16LE(tag, entry);
    // LONG
    file.writeUInt16LE(4, entry + 2);
    file.writeUInt32LE(values.length, entry + 4);
    const inline = values.length === 1;
    if (!inline) file.writeUInt32LE(next, entry + 8);
    for (const [n, value] of values.entries())
      file.writeUInt32LE(value, (inline ? entry + 8 : next) + 4 * n);
    if (!inline) next += 4 * values.length;
  }
  return file;
}

/** In place. @param length bytes that it was applied to at once, those of a row in a strip or tile */
function undoPredictor(data: Uint8Array<ArrayBuffer>, layout: TiffLayout, length: number): void {
  const { bits, bands, planar, predictor } = layout;
  const step = planar ? 1 : bands;
  if (predictor === OF_FLOATS) {
    const size = bits[0] / 8;
    const shuffled = new Uint8Array(length);
    for (let start = 0; start < data.length; start += length) {
      for (let i = start + step; i < start + length; i++) data[i] += data[i - step];
      shuffled.set(data.subarray(start, start + length));
      // The first bytes of all numbers come first, the most significant; then the second.
      for (let byte = 0, from = 0; byte < size; byte++) {
        const place = layout.bigEndian ? byte : size - 1 - byte;
        for (let to = place; to < length; to += size) data[start + to] = shuffled[from++];
      }
    }
  }
  if (predictor !== HORIZONTAL) return;
  const swapped = needsSwap(layout);
  if (swapped) swap(data, bits[0]);
  const values = new UNSIGNED[bits[0] as 8](data.buffer);
  const count = (length * 8) / bits[0];
  for (let start = 0; start < values.length; start += count) {
    for (let i = start + step; i < start + count; i++) values[i] += values[i - step];
  }
  if (swapped) swap(data, bits[0]);
}

const UNSIGNED = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array, 64: BigUint64Array };

function needsSwap({ bigEndian }: TiffLayout): boolean {
  return bigEndian !== (endianness() === 'BE');
}

function swap({ buffer }: Uint8Array<ArrayBuffer>, bits: number): void {
  const bytes = Buffer.from(buffer);
  if (bits === 16) bytes.swap16();
  if (bits === 32) bytes.swap32();
  if (bits === 64) bytes.swap64();
}

function valuesOf(data: Uint8Array<ArrayBuffer>, layout: TiffLayout): Values {
  const { bits, formats } = layout;
  const [[size], [format]] = [bits, formats];
  if (needsSwap(layout)) swap(data, size);
  const { buffer } = data;
  if (format === FLOAT) {
    if (size === 16) return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    return size === 32 ? new Float32Array(buffer) : new Float64Array(buffer);
  }
  const signed = format === SIGNED;
  if (size === 8) return signed ? new Int8Array(buffer) : data;
  if (size === 16) return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  if (size === 32) return signed ? new Int32Array(buffer) : new Uint32Array(buffer);
  return Float64Array.from(signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer), Number);
}
