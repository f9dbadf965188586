import assert from 'node:assert/strict';
import test from 'node:test';
import { encode } from 'bmp-ts';
import { type Bitmap, decodeBmp } from '../../src/images/bmp.ts';
import { ImageError, loadDecoder } from '../../src/images/decode.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';

const LIMITS = { maxPixels: 1000, partial: false };

/** Red, green / blue, white: 2x2, from the top. */
const SQUARE = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];

interface Made {
  readonly width?: number;
  readonly height?: number;
  readonly depth: number;
  readonly compression?: number;
  readonly headerSize?: number;
  readonly masks?: readonly number[];
  readonly palette?: readonly number[];
  /** Bytes between palette and rows. */
  readonly gap?: number;
  readonly rows: readonly (readonly number[])[];
}

/** A bitmap written by hand, field by field as Microsoft's documentation lists them. */
function makeBmp({
  width = 2,
  height = 2,
  depth,
  compression = 0,
  headerSize = 40,
  masks = [],
  palette = [],
  gap = 0,
  rows,
}: Made): Buffer {
  const header = Buffer.alloc(14 + headerSize);
  header.write('BM', 0, 'latin1');
  header.writeUInt32LE(headerSize, 14);
  if (headerSize === 12) {
    header.writeUInt16LE(width, 18);
    header.writeUInt16LE(height, 20);
    header.writeUInt16LE(1, 22);
    header.writeUInt16LE(depth, 24);
  } else {
    header.writeInt32LE(width, 18);
    header.writeInt32LE(height, 22);
    header.writeUInt16LE(1, 26);
    header.writeUInt16LE(depth, 28);
    header.writeUInt32LE(compression, 30);
    header.writeUInt32LE(palette.length / 4, 46);
  }
  const inside = headerSize >= 56;
  if (inside) for (const [i, mask] of masks.entries()) header.writeUInt32LE(mask, 54 + 4 * i);
  const after = inside
    ? []
    : masks.flatMap((mask) => [...Buffer.from(Uint32Array.of(mask).buffer)]);
  const head = Buffer.concat([header, Buffer.from([...after, ...palette]), Buffer.alloc(gap, 7)]);
  head.writeUInt32LE(head.length, 10);
  const padded = rows.map((row) => [...row, ...Array((4 - (row.length % 4)) % 4).fill(0)]);
  return Buffer.concat([head, Buffer.from(padded.flat())]);
}

const words = (...values: number[]) => [...Buffer.from(Uint16Array.from(values).buffer)];
const BGR0 = [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0];
const BOTTOM_UP_24 = [
  [255, 0, 0, 255, 255, 255],
  [0, 0, 255, 0, 255, 0],
];

const KINDS: Readonly<Record<string, Buffer>> = {
  '24 bits': makeBmp({ depth: 24, rows: BOTTOM_UP_24 }),
  '24 bits, rows from the top': makeBmp({
    depth: 24,
    height: -2,
    rows: [...BOTTOM_UP_24].reverse(),
  }),
  '24 bits of OS/2': makeBmp({ depth: 24, headerSize: 12, rows: BOTTOM_UP_24 }),
  '24 bits behind a gap': makeBmp({ depth: 24, gap: 10, rows: BOTTOM_UP_24 }),
  '24 bits with a V5 header': makeBmp({ depth: 24, headerSize: 124, rows: BOTTOM_UP_24 }),
  '32 bits, the fourth byte unused': makeBmp({
    depth: 32,
    rows: [
      [255, 0, 0, 9, 255, 255, 255, 9],
      [0, 0, 255, 9, 0, 255, 0, 9],
    ],
  }),
  '16 bits of 5-5-5': makeBmp({
    depth: 16,
    rows: [words(0x1f, 0x7fff), words(0x7c00, 0x3e0)],
  }),
  '16 bits of 5-6-5': makeBmp({
    depth: 16,
    compression: 3,
    masks: [0xf800, 0x7e0, 0x1f],
    rows: [words(0x1f, 0xffff), words(0xf800, 0x7e0)],
  }),
  '8 bits': makeBmp({
    depth: 8,
    palette: BGR0,
    rows: [
      [2, 3],
      [0, 1],
    ],
  }),
  '4 bits': makeBmp({ depth: 4, palette: BGR0, rows: [[0x23], [0x01]] }),
};

for (const [what, bytes] of Object.entries(KINDS)) {
  test(`when a bitmap has ${what} then its pixels are read`, () => {
    const { width, height, channels, data } = decodeBmp(bytes, LIMITS);
    assert.deepEqual([width, height, channels], [2, 2, 3]);
    assert.deepEqual([...data], SQUARE);
  });
}

test('when rows of 1 and 4 bits end within a byte then every row is read', () => {
  const palette = [0, 0, 0, 0, 255, 255, 255, 0];
  const black = [0, 0, 0];
  const white = [255, 255, 255];
  const one = makeBmp({ width: 3, depth: 1, palette, rows: [[0b01000000], [0b10100000]] });
  const four = makeBmp({
    width: 3,
    depth: 4,
    palette,
    rows: [
      [0x01, 0x00],
      [0x10, 0x10],
    ],
  });
  for (const bytes of [one, four]) {
    const expected = [white, black, white, black, white, black].flat();
    assert.deepEqual([...decodeBmp(bytes, LIMITS).data], expected);
  }
});

test('when a bitmap has alpha then it is read, unless it is zero everywhere', () => {
  const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
  for (const kind of [
    { compression: 3, headerSize: 108 },
    // BI_ALPHABITFIELDS: four masks follow a plain header.
    { compression: 6, headerSize: 40 },
  ]) {
    const read = (alpha: number): Bitmap => {
      const rows = [[3, 2, 1, alpha]];
      return decodeBmp(makeBmp({ width: 1, height: 1, depth: 32, masks, ...kind, rows }), LIMITS);
    };
    assert.deepEqual([...read(128).data], [1, 2, 3, 128]);
    assert.deepEqual([...read(0).data], [1, 2, 3, 255]);
  }
});

test('when another program has written it then its pixels are found', async () => {
  const [width, height] = [5, 3];
  const rgb = Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256);
  const abgr = Buffer.from(
    Array.from({ length: width * height }, (_, i) => [
      255,
      rgb[3 * i + 2],
      rgb[3 * i + 1],
      rgb[3 * i],
    ]).flat(),
  );
  const { data } = encode({ data: abgr, width, height, bitPP: 24 });
  assert.deepEqual([...decodeBmp(data, LIMITS).data], rgb);
});

test('when the header claims too much then nothing is allocated', () => {
  for (const [width, height] of [
    [65_535, 65_535],
    [2 ** 31 - 1, 2 ** 31 - 1],
    [1001, 1],
    [1, -(2 ** 31)],
  ]) {
    const bytes = makeBmp({ width, height, depth: 24, rows: [] });
    assert.throws(() => decodeBmp(bytes, LIMITS), /exceeds pixel limit/);
  }
});

test('when a bitmap has just as many pixels as are allowed then it is read', async () => {
  const bytes = KINDS['24 bits'];
  assert.equal(decodeBmp(bytes, { maxPixels: 4, partial: false }).data.length, SQUARE.length);
  assert.throws(() => decodeBmp(bytes, { maxPixels: 3, partial: false }), /exceeds pixel limit/);
  const decoder = await loadDecoder({ maxPixels: 4 });
  assert.equal((await decoder.decode(bytes, createPreprocessing({ size: 1 }))).length, 3);
});

test('when a header makes no sense then it is refused', () => {
  const good = {
    depth: 8,
    palette: BGR0,
    rows: [
      [2, 3],
      [0, 1],
    ],
  };
  const bad: Buffer[] = [
    makeBmp({ ...good, width: 0 }),
    makeBmp({ ...good, width: -2 }),
    makeBmp({ ...good, height: 0 }),
    makeBmp({ ...good, depth: 7 }),
    makeBmp({ ...good, compression: 1 }),
    makeBmp({
      ...good,
      rows: [
        [2, 3],
        [0, 9],
      ],
    }),
    makeBmp(good).subarray(0, 30),
    Buffer.from('BM'),
  ];
  const offset = makeBmp(good);
  offset.writeUInt32LE(20, 10);
  const beyond = makeBmp(good);
  beyond.writeUInt32LE(4_000_000_000, 10);
  const strange = makeBmp(good);
  strange.writeUInt32LE(41, 14);
  for (const bytes of [...bad, offset, beyond, strange]) {
    assert.throws(() => decodeBmp(bytes, LIMITS));
  }
});

test('when rows are missing then it is refused, or black where the preprocessing says so', async () => {
  const cut = KINDS['24 bits'].subarray(0, -8);
  assert.throws(() => decodeBmp(cut, LIMITS), /truncated/);
  const { data } = decodeBmp(cut, { ...LIMITS, partial: true });
  assert.deepEqual([...data], [0, 0, 0, 0, 0, 0, ...SQUARE.slice(6)]);

  const decoder = await loadDecoder();
  const refused = decoder.decode(cut, createPreprocessing({ size: 2 }));
  await assert.rejects(
    refused,
    (error) => error instanceof ImageError && /^the BMP data is truncated/.test(error.message),
  );
  const use = createPreprocessing({ size: 2, damaged: 'use' });
  const { width, height, damaged } = await decoder.decodeWithSize(cut, use);
  assert.deepEqual([width, height, damaged], [2, 2, true]);
});
