// Image files made in a test with sharp: one asymmetric scene, and the bytes of solid colours.

import sharp, { type Sharp } from 'sharp';

export type Rgb = readonly [number, number, number];

/** Four quarters of an upright scene, each of its own colour: no turn or mirror maps it to itself. */
export const QUARTERS = {
  topLeft: [220, 30, 30],
  topRight: [30, 200, 40],
  bottomLeft: [40, 60, 210],
  bottomRight: [230, 220, 60],
} as const satisfies Record<string, Rgb>;

/** The scene: wider than high, so that a quarter turn also swaps the sides. */
export function makeScene(width = 48, height = 32): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const side = x < width / 2 ? 'Left' : 'Right';
      const colour = y < height / 2 ? QUARTERS[`top${side}`] : QUARTERS[`bottom${side}`];
      pixels.set(colour, (y * width + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A 16x16 image of one colour; `alpha` 0..1 makes it RGBA. */
export function makeSolid([r, g, b]: Rgb, alpha?: number): Sharp {
  const size = { width: 16, height: 16 };
  return alpha === undefined
    ? sharp({ create: { ...size, channels: 3, background: { r, g, b } } })
    : sharp({ create: { ...size, channels: 4, background: { r, g, b, alpha } } });
}

/** An image of raw 8-bit values, `[height, width, channels]`. */
export function makeRaw(
  values: readonly number[],
  width: number,
  height: number,
  channels: 1 | 2 | 3 | 4,
): Sharp {
  return sharp(Buffer.from(values), { raw: { width, height, channels } });
}

/**
 * The scene as a JPEG that is upright only once EXIF `orientation` 1..8 is applied. The EXIF 2.3
 * standard (4.6.4 A) tells where the stored first row and first column belong: 1 top and left,
 * 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left bottom.
 */
export async function makeOriented(orientation: number): Promise<Buffer> {
  const [width, height] = [48, 32];
  const upright = await makeScene(width, height).raw().toBuffer();
  const turned = orientation > 4;
  const fromRight = [2, 3, 6, 7].includes(orientation);
  const fromBottom = [3, 4, 7, 8].includes(orientation);
  const [columns, rows] = turned ? [height, width] : [width, height];
  const stored = Buffer.alloc(upright.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [right, down] = turned ? [row, column] : [column, row];
      const x = fromRight ? width - 1 - right : right;
      const y = fromBottom ? height - 1 - down : down;
      const from = 3 * (y * width + x);
      stored.set(upright.subarray(from, from + 3), 3 * (row * columns + column));
    }
  }
  return sharp(stored, { raw: { width: columns, height: rows, channels: 3 } })
    .withMetadata({ orientation })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

/** A PNG whose header claims `side` x `side` pixels; there is one row of nothing behind it. */
export async function makeHugePng(side: number): Promise<Buffer> {
  const bytes = await makeSolid([1, 2, 3]).png().toBuffer();
  bytes.writeUInt32BE(side, 16);
  bytes.writeUInt32BE(side, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

/** CRC-32 of a PNG chunk (PNG specification, annex D). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
