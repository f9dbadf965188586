// Writes TIFF files of any kind of sample, to see what becomes of them when they are read.
// https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf

import { deflateSync } from 'node:zlib';

export interface TiffKind {
  /** Of each sample. */
  readonly bits: number;
  /** 1 unsigned, 2 signed, 3 floating point, 5 complex whole numbers, 6 complex; left out: no such tag. */
  readonly format?: number;
  /** Samples of a pixel; default 1. */
  readonly samples?: number;
  /** 0 WhiteIsZero, 1 BlackIsZero, 2 RGB, 3 palette, 5 inks; default 1, or 2 from three samples on. */
  readonly photometric?: number;
  /** Of each further sample: 0 unspecified, 1 associated alpha, 2 alpha; left out: no such tag. */
  readonly extra?: readonly number[];
  /** Red, green and blue of each colour, 0..65535, in this order of planes. */
  readonly palette?: readonly number[];
  /** EXIF orientation, 1..8. */
  readonly orientation?: number;
  readonly bigEndian?: boolean;
  /** Offsets of 8 bytes, as in BigTIFF. */
  readonly big?: boolean;
  /** Each sample in a plane of its own. */
  readonly planar?: boolean;
  /** Compressed, after differences of neighbours (2, of whole numbers), or of bytes of floats (3). */
  readonly deflate?: 1 | 2 | 3;
  /** Rows of a strip; default all. */
  readonly rows?: number;
  /** Sides of tiles, multiples of 16, instead of strips. */
  readonly tile?: readonly [width: number, height: number];
  /** Further tags of shorts. */
  readonly tags?: Readonly<Record<number, readonly number[]>>;
}

/** Types of a field, and bytes of each. */
const SHORT = 3;
const LONG = 4;
const LONG8 = 16;
const SIZES: Readonly<Record<number, number>> = { [SHORT]: 2, [LONG]: 4, [LONG8]: 8 };

/** @param values row by row, pixel by pixel; real and imaginary part of a complex one after another */
export function makeTiff(
  width: number,
  height: number,
  values: readonly number[],
  kind: TiffKind,
): Buffer {
  const { bits, samples = 1, bigEndian = false, big = false, planar = false, tile } = kind;
  const step = planar ? 1 : samples;
  const blocks = planesOf(values, width * height, planar ? samples : 1).flatMap((plane) =>
    blocksOf(plane, width, height, kind).map((rows) =>
      pack(Buffer.concat(rows.map((row) => packRow(row, step, kind))), kind),
    ),
  );
  const pixels = Buffer.concat(blocks);
  const head = big ? 16 : 8;
  const starts = blocks.map((_, i) => head + Buffer.concat(blocks.slice(0, i)).length);
  const lengths = blocks.map(({ length }) => length);
  const entries = new Map<number, [type: number, values: readonly number[]]>([
    [256, [LONG, [width]]],
    [257, [LONG, [height]]],
    [258, [SHORT, Array(samples).fill(bits)]],
    [259, [SHORT, [kind.deflate ? 8 : 1]]],
    [262, [SHORT, [kind.photometric ?? (samples >= 3 ? 2 : 1)]]],
    [277, [SHORT, [samples]]],
    [284, [SHORT, [planar ? 2 : 1]]],
    [tile ? 324 : 273, [big ? LONG8 : LONG, starts]],
    [tile ? 325 : 279, [LONG, lengths]],
  ]);
  if (tile === undefined) entries.set(278, [LONG, [kind.rows ?? height]]);
  else entries.set(322, [LONG, [tile[0]]]).set(323, [LONG, [tile[1]]]);
  if (kind.deflate !== undefined) entries.set(317, [SHORT, [kind.deflate]]);
  if (kind.orientation !== undefined) entries.set(274, [SHORT, [kind.orientation]]);
  if (kind.palette !== undefined) entries.set(320, [SHORT, kind.palette]);
  if (kind.extra !== undefined) entries.set(338, [SHORT, kind.extra]);
  if (kind.format !== undefined) entries.set(339, [SHORT, Array(samples).fill(kind.format)]);
  for (const [tag, shorts] of Object.entries(kind.tags ?? {}))
    entries.set(Number(tag), [SHORT, shorts]);
  const sorted = [...entries].sort(([a], [b]) => a - b);

  const at = head + pixels.length + (pixels.length % 2);
  const [countSize, entrySize, room] = big ? [8, 20, 8] : [2, 12, 4];
  const directory = Buffer.alloc(countSize + sorted.length * entrySize + room);
  const write = writer(bigEndian);
  write(directory, 0, countSize, sorted.length);
  const more: Buffer[] = [];
  let moreAt = at + directory.length;
  for (const [i, [tag, [type, list]]] of sorted.entries()) {
    const offset = countSize + i * entrySize;
    const data = Buffer.alloc(Math.max(room, list.length * SIZES[type]));
    for (const [n, value] of list.entries()) write(data, n * SIZES[type], SIZES[type], value);
    write(directory, offset, 2, tag);
    write(directory, offset + 2, 2, type);
    write(directory, offset + 4, room, list.length);
    if (data.length === room) {
      data.copy(directory, offset + 4 + room);
    } else {
      write(directory, offset + 4 + room, room, moreAt);
      more.push(data);
      moreAt += data.length;
    }
  }
  const header = Buffer.alloc(at);
  header.write(bigEndian ? 'MM' : 'II', 'latin1');
  write(header, 2, 2, big ? 43 : 42);
  if (big) write(header, 4, 2, 8);
  write(header, big ? 8 : 4, room, at);
  pixels.copy(header, head);
  return Buffer.concat([header, directory, ...more]);
}

/** Writes an unsigned number of 2, 4 or 8 bytes. */
function writer(bigEndian: boolean) {
  return (into: Buffer, at: number, size: number, value: number) => {
    if (size === 8) into[bigEndian ? 'writeBigUInt64BE' : 'writeBigUInt64LE'](BigInt(value), at);
    else into[bigEndian ? 'writeUIntBE' : 'writeUIntLE'](value, at, size);
  };
}

/** @param pixels of the image @param planes in how many parts its samples are kept */
function planesOf(values: readonly number[], pixels: number, planes: number): number[][] {
  const each = values.length / pixels / planes;
  return Array.from({ length: planes }, (_, plane) =>
    values.filter((_, i) => planes === 1 || Math.floor(i / each) % planes === plane),
  );
}

/** The rows of each strip, or of each tile, which is filled up with zeros. */
function blocksOf(
  plane: readonly number[],
  width: number,
  height: number,
  { tile, rows = height }: TiffKind,
): number[][][] {
  const each = plane.length / width / height;
  const [across, down] = tile ?? [width, rows];
  const blocks: number[][][] = [];
  for (let y = 0; y < height; y += down) {
    for (let x = 0; x < width; x += across) {
      const last = tile === undefined ? Math.min(y + down, height) : y + down;
      blocks.push(
        Array.from({ length: last - y }, (_, row) =>
          Array.from({ length: across * each }, (_, i) => {
            const [right, below] = [x + Math.floor(i / each), y + row];
            if (right >= width || below >= height) return 0;
            return plane[(below * width + right) * each + (i % each)];
          }),
        ),
      );
    }
  }
  return blocks;
}

function pack(block: Buffer, { deflate }: TiffKind): Buffer {
  return deflate === undefined ? block : deflateSync(block);
}

/** @param step values from a sample to the same of the next pixel */
function packRow(values: readonly number[], step: number, kind: TiffKind): Buffer {
  const { bits, format = 1, bigEndian, deflate } = kind;
  if (deflate === 2) {
    const differences = values.map((value, i) => value - (i < step ? 0 : values[i - step]));
    return packRow(differences, step, { ...kind, format: 1, deflate: 1 });
  }
  if (deflate === 3)
    return shuffle(packRow(values, step, { ...kind, bigEndian: true, deflate: 1 }), step, bits / 8);
  // A complex number is two of half its bits.
  const each = format >= 5 ? bits / 2 : bits;
  const end = bigEndian ? 'BE' : 'LE';
  const row = Buffer.alloc(Math.ceil((values.length * each) / 8));
  for (const [i, value] of values.entries()) {
    const at = (i * each) / 8;
    if (format === 3 || format === 6) {
      if (each === 16) row[`writeUInt16${end}`](halfOf(value), at);
      else if (each === 32) row[`writeFloat${end}`](value, at);
      else row[`writeDouble${end}`](value, at);
    } else if (each === 64) {
      row[`writeBigUInt64${end}`](BigInt.asUintN(64, BigInt(value)), at);
    } else if (each % 8 === 0) {
      row[`writeUInt${end}`](((value % 2 ** each) + 2 ** each) % 2 ** each, at, each / 8);
    } else {
      // Packed from the highest bit of the first byte on.
      for (let bit = 0; bit < each; bit++) {
        const to = i * each + bit;
        if ((value >> (each - 1 - bit)) & 1) row[to >> 3] |= 0x80 >> (to & 7);
      }
    }
  }
  return row;
}

/** The first bytes of all numbers, then the second, ..., as differences. */
function shuffle(row: Buffer, step: number, size: number): Buffer {
  const count = row.length / size;
  const planes = Buffer.from(row.map((_, i) => row[(i % count) * size + Math.floor(i / count)]));
  return Buffer.from(planes.map((byte, i) => byte - (i < step ? 0 : planes[i - step])));
}

/** A number of 0 or between 2^-14 and 65504 with at most 11 bits, as IEEE 754 binary16. */
function halfOf(value: number): number {
  if (value === 0) return 0;
  const sign = value < 0 ? 0x8000 : 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const mantissa = Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024);
  return sign | ((exponent + 15) << 10) | mantissa;
}
