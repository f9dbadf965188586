// Images decoded by other programs than ours, to see whether both find the same pixels.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import exifReader from 'exif-reader';

/** Upright, laid on white: RGB, row-major, 0..255. */
export interface Reference {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

interface Decoded {
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly data: Uint8Array;
}

const require = createRequire(import.meta.url);

/** By format as `sniffFormat` names it; none is the program that sharp decodes with. */
const DECODERS: Readonly<Record<string, (bytes: Buffer) => Promise<Decoded>>> = {
  async jpeg(bytes) {
    const { decode } = (await import('jpeg-js')).default;
    return decode(bytes, { useTArray: true, formatAsRGBA: true, maxMemoryUsageInMB: 1024 });
  },
  async png(bytes) {
    const { PNG } = await import('pngjs');
    return PNG.sync.read(bytes);
  },
  async gif(bytes) {
    const { GifReader } = await import('omggif');
    const gif = new GifReader(bytes);
    const { width, height } = gif;
    const data = new Uint8Array(width * height * 4);
    gif.decodeAndBlitFrameRGBA(0, data);
    return { width, height, data };
  },
  async tiff(bytes) {
    const { default: utif } = await import('utif2');
    const [page] = utif.decode(bytes);
    utif.decodeImage(bytes, page);
    return { width: page.width, height: page.height, data: utif.toRGBA8(page) };
  },
  async bmp(bytes) {
    const { decode } = await import('bmp-ts');
    const { width, height, data } = decode(bytes, { toRGBA: true });
    // Its alpha is 0 for images that have none.
    for (let at = 3; at < data.length; at += 4) data[at] = 255;
    return { width, height, data };
  },
  async webp(bytes) {
    return decodeWasm('webp', 'webp_dec', bytes);
  },
  async avif(bytes) {
    return decodeWasm('avif', 'avif_dec', bytes);
  },
};

async function decodeWasm(format: 'webp' | 'avif', codec: string, bytes: Buffer): Promise<Decoded> {
  const file = require.resolve(`@jsquash/${format}/codec/dec/${codec}.wasm`);
  const { default: decode, init } = await import(`@jsquash/${format}/decode.js`);
  await init(await WebAssembly.compile(readFileSync(file)));
  return decode(bytes);
}

/**
 * The image as another decoder sees it; undefined where there is none for its format, or it cannot
 * read the file. EXIF orientation is applied to JPEG.
 */
export async function decodeOtherwise(
  bytes: Buffer,
  format: string,
): Promise<Reference | undefined> {
  try {
    const decoded = await DECODERS[format]?.(bytes);
    if (decoded === undefined) return undefined;
    return turnUpright(onWhite(decoded), format === 'jpeg' ? orientationOf(bytes) : 1);
  } catch {
    return undefined;
  }
}

function onWhite({ width, height, data }: Decoded): Reference {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const alpha = data[4 * i + 3] / 255;
    for (let c = 0; c < 3; c++) {
      rgb[3 * i + c] = Math.round(255 + alpha * (data[4 * i + c] - 255));
    }
  }
  return { width, height, data: rgb };
}

/** 1..8; 1 where the file says nothing that can be read. */
function orientationOf(bytes: Buffer): number {
  const at = bytes.indexOf('Exif\0\0', 0, 'latin1');
  try {
    const found = at < 0 ? undefined : exifReader(bytes.subarray(at)).Image?.Orientation;
    return found !== undefined && found >= 1 && found <= 8 ? found : 1;
  } catch {
    return 1;
  }
}

/** EXIF 2.3, 4.6.4 A: where the stored first row and first column belong. */
function turnUpright(image: Reference, orientation: number): Reference {
  if (orientation === 1) return image;
  const { width: columns, height: rows } = image;
  const turned = orientation > 4;
  const [width, height] = turned ? [rows, columns] : [columns, rows];
  const data = new Uint8Array(image.data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [right, down] = turned ? [row, column] : [column, row];
      const x = [2, 3, 6, 7].includes(orientation) ? width - 1 - right : right;
      const y = [3, 4, 7, 8].includes(orientation) ? height - 1 - down : down;
      const from = 3 * (row * columns + column);
      data.set(image.data.subarray(from, from + 3), 3 * (y * width + x));
    }
  }
  return { width, height, data };
}
