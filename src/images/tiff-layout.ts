// Reads what a TIFF file says of its samples: sizes, types, bands, and where they are.
// https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf, https://libtiff.gitlab.io/libtiff/specification/bigtiff.html

export interface TiffLayout {
  readonly bigEndian: boolean;
  readonly width: number;
  readonly height: number;
  /** Of each sample. */
  readonly bits: readonly number[];
  /** Samples of a pixel. */
  readonly bands: number;
  /** 0 WhiteIsZero, 1 BlackIsZero, 2 RGB, 3 palette, 5 inks, ... */
  readonly photometric: number;
  /** SampleFormat of each sample: 1 unsigned, 2 signed, 3 floating point, 4 anything, 5 and 6 complex. */
  readonly formats: readonly number[];
  /** ExtraSamples, of the last bands: 0 unspecified, 1 associated alpha, 2 alpha. */
  readonly extra: readonly number[];
  readonly orientation: number;
  readonly compression: number;
  readonly predictor: number;
  readonly fillOrder: number;
  /** Each band in a plane of its own. */
  readonly planar: boolean;
  /** Sides of a tile; undefined for strips. */
  readonly tile: readonly [width: number, height: number] | undefined;
  readonly rowsPerStrip: number;
  /** Of strips or tiles, in bytes; all of the first plane first. */
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/** Bytes of a value, by type: BYTE, SHORT, LONG, LONG8. */
const TYPES: Readonly<Record<number, 1 | 2 | 4 | 8>> = { 1: 1, 3: 2, 4: 4, 16: 8 };
/** Tags that are read. */
const TAGS = [
  256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 317, 322, 323, 324, 325, 338, 339,
];
/** Values of one tag. */
const MAX_VALUES = 10_000_000;
const MAX_BANDS = 65_535;

/** Undefined where the first directory cannot be read. */
export function readTiffLayout(bytes: Uint8Array): TiffLayout | undefined {
  try {
    return layoutOf(bytes);
  } catch {
    return undefined;
  }
}

/** @throws RangeError for an offset outside the file, or numbers out of bounds */
function layoutOf({ buffer, byteOffset, byteLength }: Uint8Array): TiffLayout {
  const view = new DataView(buffer, byteOffset, byteLength);
  const little = view.getUint8(0) === 0x49;
  const big = view.getUint16(2, little) === 43;
  const read = (at: number, size: 1 | 2 | 4 | 8) => {
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, little);
    return size === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little));
  };
  const word = big ? 8 : 4;
  const start = read(big ? 8 : 4, word);
  const count = read(start, big ? 8 : 2);
  const [first, step] = [start + (big ? 8 : 2), big ? 20 : 12];
  const tags = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const at = first + i * step;
    const tag = read(at, 2);
    const size = TYPES[read(at + 2, 2)];
    const length = read(at + 4, word);
    if (!TAGS.includes(tag) || tags.has(tag) || size === undefined) continue;
    const inline = length * size <= word;
    const from = inline ? at + 4 + word : read(at + 4 + word, word);
    if (length > MAX_VALUES || from + length * size > byteLength) {
      throw new RangeError(`${length} values of tag ${tag}`);
    }
    const values = Array.from({ length }, (_, n) => read(from + n * size, size));
    tags.set(tag, values);
  }
  const one = (tag: number, otherwise: number) => tags.get(tag)?.[0] ?? otherwise;
  const many = (tag: number) => tags.get(tag) ?? [];
  const bands = one(277, 1);
  if (bands < 1 || bands > MAX_BANDS) throw new RangeError(`${bands} samples of a pixel`);
  const ofEach = (tag: number) => {
    const [value = 1, ...others] = many(tag);
    return others.length > 0 ? [value, ...others] : Array<number>(bands).fill(value);
  };
  const [tileWidth, tileHeight] = [one(322, 0), one(323, 0)];
  const tiled = tileWidth > 0 && tileHeight > 0;
  return {
    bigEndian: !little,
    width: one(256, 0),
    height: one(257, 0),
    bits: ofEach(258),
    bands,
    photometric: one(262, -1),
    formats: ofEach(339),
    extra: many(338),
    orientation: one(274, 1),
    compression: one(259, 1),
    predictor: one(317, 1),
    fillOrder: one(266, 1),
    planar: one(284, 1) === 2 && bands > 1,
    tile: tiled ? [tileWidth, tileHeight] : undefined,
    rowsPerStrip: one(278, 2 ** 32 - 1),
    offsets: many(tiled ? 324 : 273),
    lengths: many(tiled ? 325 : 279),
  };
}
