// Decodes uncompressed Windows bitmaps of every depth, which sharp's libvips cannot read.
// https://learn.microsoft.com/en-us/windows/win32/gdi/bitmap-storage

/** Rows from the top, RGB or RGBA, 0..255. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

export interface BitmapLimits {
  readonly maxPixels: number;
  /** Whether missing rows of a truncated file are black, instead of an error. */
  readonly partial: boolean;
}

const FILE_HEADER = 14;
/** BITMAPCOREHEADER, which has 16-bit sizes and a palette of three bytes a colour. */
const CORE_HEADER = 12;
/** BITMAPINFOHEADER, then with masks (52), alpha mask (56), V4 and V5. */
const INFO_HEADERS = [40, 52, 56, 108, 124];
const DEPTHS = [1, 4, 8, 16, 24, 32];
/** Values of `biCompression` for uncompressed rows; others are run lengths, JPEG and PNG. */
const PLAIN = 0;
const MASKED = [3, 6];

export interface BmpLayout {
  readonly view: DataView;
  readonly width: number;
  readonly height: number;
  readonly fromTop: boolean;
  /** Bits of one pixel. */
  readonly depth: number;
  /** Where the rows start, in bytes. */
  readonly start: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  readonly palette: Uint8Array;
  readonly paletteStep: 3 | 4;
  /** Of red, green, blue and alpha; 0: no such bits. */
  readonly masks: readonly number[];
}

/**
 * The size is checked from the header, before anything is allocated.
 * @throws Error when it is damaged, truncated, too large or compressed
 */
export function decodeBmp(bytes: Uint8Array, { maxPixels, partial }: BitmapLimits): Bitmap {
  const layout = readBmpLayout(bytes);
  const { view, width, height, fromTop, start, stride } = layout;
  if (width * height > maxPixels) throw new Error('the bitmap exceeds pixel limit');
  const rows = Math.min(height, Math.floor((view.byteLength - start) / stride));
  if (rows < (partial ? 1 : height)) throw new Error('the bitmap is truncated');
  const channels = layout.masks[3] === 0 ? 3 : 4;
  const data = new Uint8Array(width * height * channels);
  const readPixel = pixelReader(layout);
  for (let row = 0; row < rows; row++) {
    const y = fromTop ? row : height - 1 - row;
    let at = y * width * channels;
    for (let x = 0; x < width; x++, at += channels) readPixel(data, at, start + row * stride, x);
  }
  if (channels === 4) makeOpaqueIfBlank(data);
  return { width, height, channels, data };
}

/** Reads the header only. @throws Error when it is damaged or of an unsupported kind */
export function readBmpLayout({ buffer, byteOffset, byteLength }: Uint8Array): BmpLayout {
  const view = new DataView(buffer, byteOffset, byteLength);
  const headerSize = view.getUint32(FILE_HEADER, true);
  const core = headerSize === CORE_HEADER;
  if (!core && !INFO_HEADERS.includes(headerSize)) throw new Error('unknown kind of bitmap');
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const depth = view.getUint16(core ? 24 : 28, true);
  const compression = core ? PLAIN : view.getUint32(30, true);
  const masked = MASKED.includes(compression);
  const height = Math.abs(signedHeight);
  if (width < 1 || height < 1 || !DEPTHS.includes(depth)) throw new Error('damaged header');
  if (compression !== PLAIN && !(masked && depth >= 16 && depth !== 24)) {
    throw new Error('compressed bitmap');
  }
  const stride = Math.ceil((width * depth) / 32) * 4;
  const masks = masked ? readMasks(view, headerSize, compression) : defaultMasks(depth);
  // Masks after a plain header come before the palette.
  const extra = masked && headerSize === 40 ? (compression === 6 ? 16 : 12) : 0;
  const paletteAt = FILE_HEADER + headerSize + extra;
  const start = view.getUint32(10, true);
  if (start < paletteAt || start > view.byteLength) throw new Error('damaged header');
  const paletteStep = core ? 3 : 4;
  const used = core ? 0 : view.getUint32(46, true);
  const colours = depth > 8 ? 0 : Math.min(used || 2 ** depth, 2 ** depth);
  const paletteEnd = Math.min(paletteAt + colours * paletteStep, start);
  const palette = new Uint8Array(view.buffer, view.byteOffset + paletteAt, paletteEnd - paletteAt);
  const fromTop = signedHeight < 0;
  return { view, width, height, fromTop, depth, start, stride, palette, paletteStep, masks };
}

function defaultMasks(depth: number): number[] {
  return depth === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
}

/** At the same offset whether they follow the header or are part of it. */
function readMasks(view: DataView, headerSize: number, compression: number): number[] {
  const alpha = headerSize >= 56 || compression === 6;
  return [54, 58, 62, 66].map((at, i) => (i < 3 || alpha ? view.getUint32(at, true) : 0));
}

/** Writes pixel `x` of the row that starts at `row` to `data[at]`. */
type PixelReader = (data: Uint8Array, at: number, row: number, x: number) => void;

function pixelReader({ view, depth, palette, paletteStep, masks }: BmpLayout): PixelReader {
  if (depth <= 8) {
    return (data, at, row, x) => {
      const bit = x * depth;
      const byte = view.getUint8(row + (bit >> 3));
      const index = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
      const from = index * paletteStep;
      if (from + 2 >= palette.length) throw new Error('colour index outside the palette');
      for (let c = 0; c < 3; c++) data[at + c] = palette[from + 2 - c];
    };
  }
  if (depth === 24) {
    return (data, at, row, x) => {
      for (let c = 0; c < 3; c++) data[at + c] = view.getUint8(row + 3 * x + 2 - c);
    };
  }
  const channels = masks.filter((mask, i) => i < 3 || mask !== 0).map(channelOf);
  return (data, at, row, x) => {
    const value =
      depth === 16 ? view.getUint16(row + 2 * x, true) : view.getUint32(row + 4 * x, true);
    for (const [c, { shift, max }] of channels.entries()) {
      data[at + c] = max === 0 ? 0 : Math.round((255 * ((value >>> shift) & max)) / max);
    }
  };
}

/** Shift and largest value of the bits of a mask. */
function channelOf(mask: number): { shift: number; max: number } {
  const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
  return { shift, max: (mask >>> shift) >>> 0 };
}

/** Many programs leave the alpha bytes of an opaque image at zero. */
function makeOpaqueIfBlank(data: Uint8Array): void {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) return;
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
}
