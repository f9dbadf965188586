// TIFF files of every kind of sample: what is seen does not depend on how they are stored.

import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import { EXIT } from '../../src/base/errors.ts';
import { loadDecoder } from '../../src/images/decode.ts';
import { samplesOf } from '../../src/images/formats.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import type { PixelRange } from '../../src/options/pixel-range.ts';
import { makeTiff, type TiffKind } from '../helpers/make-tiff.ts';
import { assertRejects } from '../helpers/rejects.ts';

const decoder = await loadDecoder();
const SIDE = 20;

/** A slope of grey levels, all multiples of 5, `[SIDE, SIDE]`. */
const SLOPE = Array.from({ length: SIDE * SIDE }, (_, i) => 5 * ((7 * i) % 52));

function read(bytes: Uint8Array, pixel_range: PixelRange | null = null, size = SIDE) {
  return decoder.decodeWithSize(bytes, createPreprocessing({ size, pixel_range }));
}

/** Values of red, or of grey. */
async function reds(bytes: Uint8Array, range?: PixelRange): Promise<number[]> {
  return [...(await read(bytes, range)).pixels].filter((_, i) => i % 3 === 0);
}

/** Kinds of sample: how a grey level is stored, and the range that turns it back. */
const KINDS: [string, TiffKind, (level: number) => number, PixelRange | undefined][] = [
  ['8 bits', { bits: 8 }, (v) => v, undefined],
  ['8 bits, whatever the range', { bits: 8 }, (v) => v, [0, 9]],
  ['16 bits', { bits: 16 }, (v) => 257 * v, undefined],
  ['16 bits, marked as anything', { bits: 16, format: 4 }, (v) => 257 * v, undefined],
  ['12 bits in 16', { bits: 16 }, (v) => (4095 * v) / 255, [0, 4095]],
  ['signed 8 bits', { bits: 8, format: 2 }, (v) => v - 128, [-128, 127]],
  ['signed 16 bits', { bits: 16, format: 2 }, (v) => 4 * v - 1024, [-1024, -4]],
  ['32 bits', { bits: 32 }, (v) => 1e6 * v + 3e9, [3e9, 3.255e9]],
  ['signed 32 bits', { bits: 32, format: 2 }, (v) => 1e6 * v - 2e8, [-2e8, 5.5e7]],
  ['64 bits', { bits: 64 }, (v) => 1e12 * v, [0, 2.55e14]],
  ['signed 64 bits', { bits: 64, format: 2 }, (v) => 1e12 * v - 2e14, [-2e14, 5.5e13]],
  ['half floats', { bits: 16, format: 3 }, (v) => v / 256, [0, 255 / 256]],
  ['floats', { bits: 32, format: 3 }, (v) => v / 255, undefined],
  ['floats of another range', { bits: 32, format: 3 }, (v) => 10 * v - 1e3, [-1e3, 1550]],
  ['doubles', { bits: 64, format: 3 }, (v) => v / 255, undefined],
];

const LAYOUTS: [string, Partial<TiffKind>][] = [
  ['little-endian', {}],
  ['big-endian', { bigEndian: true }],
  ['BigTIFF', { big: true }],
  ['big-endian BigTIFF', { big: true, bigEndian: true }],
  ['strips of 7 rows', { rows: 7 }],
  ['tiles', { tile: [16, 16] }],
  ['compressed', { deflate: 1, bigEndian: true }],
];

for (const [name, kind, store, range] of KINDS) {
  test(`when samples are ${name} then they are seen as they are meant, in every layout`, async () => {
    const stored = SLOPE.map((level) => Math.round(store(level) * 2 ** 20) / 2 ** 20);
    const rounded = kind.format === 3 ? stored : stored.map(Math.round);
    const predictor = kind.format === 3 ? 3 : 2;
    const ways: typeof LAYOUTS = [
      ['predictor', { deflate: predictor }],
      ['predictor, big-endian', { deflate: predictor, bigEndian: true }],
      ['predictor, tiles', { deflate: predictor, tile: [16, 16] }],
    ];
    for (const [way, layout] of [...LAYOUTS, ...ways]) {
      const grey = { ...kind, ...layout };
      assert.deepEqual(await reds(makeTiff(SIDE, SIDE, rounded, grey), range), SLOPE, way);
      const white = makeTiff(SIDE, SIDE, rounded, { ...grey, photometric: 0 });
      const inverted = SLOPE.map((level) => 255 - level);
      assert.deepEqual(await reds(white, range), inverted, `${way}, white is zero`);
      for (const planar of [false, true]) {
        const colours = rounded.flatMap((value, i) => [value, rounded[0], rounded.at(-1 - i)]);
        const rgb = { ...grey, samples: 3, planar };
        const { pixels } = await read(makeTiff(SIDE, SIDE, colours as number[], rgb), range);
        const expected = SLOPE.flatMap((level, i) => [level, SLOPE[0], SLOPE.at(-1 - i)]);
        assert.deepEqual([...pixels], expected, `${way}, RGB, planar: ${planar}`);
      }
    }
  });
}

test('when libtiff has written the file then it is read the same', async () => {
  const values = Uint16Array.from({ length: SIDE * SIDE * 3 }, (_, i) => 257 * SLOPE[i % 400]);
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  const png = await sharp(values, { raw }).toColourspace('rgb16').png().toBuffer();
  for (const compression of ['none', 'lzw', 'deflate', 'packbits'] as const) {
    for (const predictor of ['none', 'horizontal'] as const) {
      for (const tile of [false, true]) {
        const options = { compression, predictor, tile, tileWidth: 16, tileHeight: 16 };
        const tiff = await sharp(png).toColourspace('rgb16').tiff(options).toBuffer();
        assert.equal(samplesOf(tiff, 'tiff').kind, '16-bit');
        const [a, b] = [await read(tiff), await read(png)];
        assert.deepEqual(a, b, JSON.stringify(options));
      }
    }
  }
});

test('when samples have fewer than 8 bits then they fill the range, whatever is given', async () => {
  for (const bits of [1, 2, 4]) {
    const most = 2 ** bits - 1;
    const levels = SLOPE.map((level) => Math.round((level / 255) * most));
    const expected = levels.map((level) => (255 * level) / most);
    assert.deepEqual(await reds(makeTiff(SIDE, SIDE, levels, { bits }), [0, 1]), expected);
  }
});

test('when a file states its smallest and largest sample then that is no range', async () => {
  const stored = [0, 257, 514, 4095];
  const plain = await read(makeTiff(2, 2, stored, { bits: 16 }), null, 2);
  const tags = { 280: [0], 281: [4095], 340: [0], 341: [4095] };
  assert.deepEqual(await read(makeTiff(2, 2, stored, { bits: 16, tags }), null, 2), plain);
});

/** Four pixels of `count` bands, each band and pixel another level. */
const bands = (count: number) =>
  [0, 10, 20, 30].flatMap((more) => Array.from({ length: count }, (_, c) => 30 * (c + 1) + more));

test('when bands are not said to be alpha then grey or the first three are seen, and it is told', async () => {
  for (const bits of [8, 16]) {
    for (const planar of [false, true]) {
      for (const [samples, photometric, shown] of [
        [2, 1, [0, 0, 0]],
        [3, 1, [0, 1, 2]],
        [4, 1, [0, 1, 2]],
        [4, 2, [0, 1, 2]],
        [5, 2, [0, 1, 2]],
        [9, 2, [0, 1, 2]],
      ] as const) {
        for (const extra of [undefined, Array(samples - (photometric === 2 ? 3 : 1)).fill(0)]) {
          const kind = { bits, samples, photometric, planar, ...(extra && { extra }) };
          const levels = bands(samples).map((v) => Math.min(v, 255));
          const stored = levels.map((level) => (bits === 16 ? 257 * level : level));
          const { pixels, spare } = await read(makeTiff(2, 2, stored, kind), null, 2);
          const expected = [0, 1, 2, 3].flatMap((p) => shown.map((c) => levels[p * samples + c]));
          assert.deepEqual([[...pixels], spare], [expected, true], JSON.stringify(kind));
        }
      }
    }
  }
});

test('when a band is said to be alpha then the background shows through, wherever it is', async () => {
  for (const bits of [8, 16]) {
    for (const planar of [false, true]) {
      for (const [samples, photometric, extra] of [
        [2, 1, [2]],
        [2, 1, [1]],
        [4, 2, [2]],
        [4, 2, [1]],
        [6, 2, [0, 0, 2]],
      ] as const) {
        const first = photometric === 2 ? 3 : 1;
        const alpha = first + extra.findIndex((meaning) => meaning > 0);
        // Opaque, opaque, transparent, transparent.
        const levels = bands(samples).map((level, i) =>
          i % samples === alpha ? (i < 2 * samples ? 255 : 0) : Math.min(level, 255),
        );
        const kind = { bits, samples, photometric, extra, planar };
        const stored = levels.map((level) => (bits === 16 ? 257 * level : level));
        const { pixels, spare } = await read(makeTiff(2, 2, stored, kind), null, 2);
        const shown = first === 3 ? [0, 1, 2] : [0, 0, 0];
        const expected = [0, 1, 2, 3].flatMap((p) =>
          shown.map((c) => (p < 2 ? levels[p * samples + c] : 255)),
        );
        assert.deepEqual([[...pixels], spare], [expected, samples === 6], JSON.stringify(kind));
      }
    }
  }
});

test('when a file holds inks then they stay as they are, of 8 and of 16 bits', async () => {
  const inks = bands(4);
  const eight = makeTiff(2, 2, inks, { bits: 8, samples: 4, photometric: 5 });
  const sixteen = makeTiff(
    2,
    2,
    inks.map((ink) => 257 * ink),
    { bits: 16, samples: 4, photometric: 5 },
  );
  const expected = await read(eight, null, 2);
  assert.deepEqual(await read(eight, [0, 9], 2), expected);
  assert.deepEqual(await read(sixteen, [0, 9], 2), expected);
  assert.equal(samplesOf(sixteen, 'tiff').kind, '8-bit');
});

test('when samples cannot be shown then they are refused by name, with and without a range', async () => {
  const floats = '32-bit floating-point numbers';
  const refused: [TiffKind, string][] = [
    [{ bits: 64, format: 6 }, 'complex numbers'],
    [{ bits: 128, format: 6 }, 'complex numbers'],
    [{ bits: 32, format: 5 }, 'complex numbers'],
    ...[10, 11, 12, 13, 14].map((bits): [TiffKind, string] => [
      { bits },
      `packed ${bits}-bit whole numbers`,
    ]),
    [{ bits: 24 }, '24-bit whole numbers'],
    [
      { bits: 32, format: 3, samples: 4, photometric: 5 },
      `${floats} that are neither grey nor RGB`,
    ],
    [{ bits: 16, photometric: 3 }, '16-bit whole numbers that are neither grey nor RGB'],
  ];
  for (const [kind, what] of refused) {
    const bytes = makeTiff(2, 2, Array(8 * (kind.samples ?? 1)).fill(1), kind);
    for (const range of [null, [0, 9]] as const) {
      const sentence = `expected samples that can be shown, found ${what}`;
      await assertRejects(() => read(bytes, range, 2), EXIT.input, sentence, /8 or 16 bits/);
    }
  }
});

test('when a range is needed and none is given then the kind is named', async () => {
  const refused: [TiffKind, RegExp][] = [
    [{ bits: 16, format: 2 }, /found signed 16-bit whole numbers$/],
    [{ bits: 32 }, /found 32-bit whole numbers$/],
    [{ bits: 32, format: 2 }, /found signed 32-bit whole numbers$/],
    [{ bits: 32, format: 3 }, /floating-point values from 0 to 1, found 0 to 7$/],
  ];
  for (const [kind, message] of refused) {
    const bytes = makeTiff(2, 2, [1, 2, 7, 3], kind);
    await assertRejects(() => read(bytes), EXIT.input, message, /--pixel_range LOW:HIGH/);
  }
});

test('when a file is turned then it is seen upright, and its size is that of the upright image', async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const eight = makeTiff(SIDE, SIDE, SLOPE, { bits: 8, orientation });
    const stored = SLOPE.map((level) => 257 * level);
    const sixteen = makeTiff(SIDE, SIDE, stored, { bits: 16, orientation });
    assert.deepEqual(await reds(sixteen), await reds(eight), `orientation ${orientation}`);
    const wide = await read(makeTiff(4, 2, stored.slice(0, 8), { bits: 16, orientation }));
    assert.deepEqual([wide.width, wide.height], orientation > 4 ? [2, 4] : [4, 2]);
  }
});

test('when a file is cut or lies about itself then it is refused as damaged or as too large', async () => {
  const stored = SLOPE.map((level) => level / 255);
  const whole = makeTiff(SIDE, SIDE, stored, { bits: 64, format: 3 });
  // The directory is behind the pixels: without it there is no telling what they are.
  await assertRejects(() => read(whole.subarray(0, 900)), EXIT.input, /^the TIFF data is trunc/);
  const lies: [number, number][] = [
    [273, 65_000],
    [256, 60_000],
    [257, 60_000],
    [258, 65_535],
    [277, 60_000],
    [278, 1],
    [279, 7],
  ];
  for (const [tag, value] of lies) {
    const kind = { bits: 64, format: 3, tags: { [tag]: [value] } };
    const bytes = makeTiff(SIDE, SIDE, stored, kind);
    for (const damaged of ['refuse', 'use'] as const) {
      const preprocessing = createPreprocessing({ size: 2, damaged });
      const what = /^the TIFF data is truncated|^expected samples|more than 100 million pixels$/;
      // A strip that is elsewhere is missing, and the rest is used.
      if (tag === 273 && damaged === 'use') await decoder.decode(bytes, preprocessing);
      else await assertRejects(() => decoder.decode(bytes, preprocessing), EXIT.input, what);
    }
  }
  const few = await loadDecoder({ maxPixels: SIDE * SIDE - 1 });
  const large = () => few.decode(whole, createPreprocessing({ size: 2 }));
  await assertRejects(large, EXIT.input, /^the TIFF image has more than 399 pixels$/);
});
