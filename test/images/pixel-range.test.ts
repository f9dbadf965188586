// PNG and AVIF of more than 8 bits: what a pixel range does to them, and what is told of them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { loadDecoder } from '../../src/images/decode.ts';
import { samplesOf, sniffFormat } from '../../src/images/formats.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { storedNotes } from '../../src/images/stored-notes.ts';
import { type PixelRange, parsePixelRange } from '../../src/options/pixel-range.ts';
import { makeOriented, makeScene } from '../helpers/make-images.ts';

const decoder = await loadDecoder();

function read(bytes: Uint8Array, pixel_range: PixelRange | null = null, size = 2) {
  return decoder.decodeWithSize(bytes, createPreprocessing({ size, pixel_range }));
}

/** A 2x2 PNG of 16-bit values. */
function png16(values: readonly number[], channels: 1 | 2 | 3 | 4 = 1): Promise<Buffer> {
  const raw = { width: 2, height: 2, channels };
  const space = channels < 3 ? 'grey16' : 'rgb16';
  return sharp(Uint16Array.from(values), { raw }).toColourspace(space).png().toBuffer();
}

/** The PNG with one more chunk behind its header. */
function withChunk(png: Buffer, type: string, data: readonly number[]): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

const grey = (...levels: number[]) => levels.flatMap((level) => [level, level, level]);

test('when a PNG has 16 bits then the range decides its grey levels, and the largest value is told', async () => {
  const bytes = await png16([0, 1024, 2048, 4095]);
  const all = await read(bytes);
  assert.deepEqual([[...all.pixels], all.largest], [grey(0, 4, 8, 16), 4095]);
  assert.deepEqual([...(await read(bytes, [0, 4095])).pixels], grey(0, 64, 128, 255));
  assert.deepEqual([...(await read(bytes, [1024, 2048])).pixels], grey(0, 0, 255, 255));
  assert.equal(samplesOf(bytes, sniffFormat(bytes)).kind, '16-bit');
});

test('when a PNG states the significant bits of its samples then that is no range', async () => {
  const bytes = await png16([0, 1024, 2048, 4095]);
  for (const bits of [8, 10, 12]) {
    assert.deepEqual(await read(withChunk(bytes, 'sBIT', [bits])), await read(bytes));
  }
});

test('when a PNG of 16 bits has alpha then the range does not touch that', async () => {
  const values = [4095, 65_535, 4095, 0, 0, 65_535, 2048, 32_768];
  const { pixels, largest } = await read(await png16(values, 2), [0, 4095]);
  assert.deepEqual([[...pixels], largest], [grey(255, 255, 0, 191), 4095]);
  const colours = [1, 2, 3, 4].flatMap((p) => [100 * p, 200 * p, 300 * p, p < 3 ? 65_535 : 0]);
  const rgb = await read(await png16(colours, 4), [0, 1020]);
  assert.deepEqual([...rgb.pixels], [25, 50, 75, 50, 100, 150, 255, 255, 255, 255, 255, 255]);
  const opaque = [1, 2, 3, 4].flatMap((p) => [100 * p, 200 * p, 300 * p]);
  const plain = await read(await png16(opaque, 3), [0, 1020]);
  assert.deepEqual([...plain.pixels.subarray(0, 6)], [25, 50, 75, 50, 100, 150]);
});

test('when an AVIF has 10 or 12 bits then it is read as 16, with or without a range', async () => {
  const scene = await makeScene(32, 32).toColourspace('rgb16').png().toBuffer();
  for (const bitdepth of [8, 10, 12] as const) {
    const bytes = await sharp(scene).avif({ bitdepth, lossless: true }).toBuffer();
    const deep = bitdepth > 8;
    assert.equal(samplesOf(bytes, sniffFormat(bytes)).kind, deep ? '16-bit' : '8-bit');
    const [usual, half] = [await read(bytes, null, 32), await read(bytes, [0, 32_768], 32)];
    assert.equal((usual.largest ?? 0) > 50_000, deep, `largest value ${usual.largest}`);
    const expected = usual.pixels.map((level) => (deep ? Math.min(255, 2 * level) : level));
    for (const [i, level] of expected.entries()) {
      assert.ok(Math.abs(half.pixels[i] - level) <= 2, `${bitdepth}: ${half.pixels[i]}, ${level}`);
    }
  }
});

test('when an image has 8 bits then a range changes nothing and no value is told', async () => {
  for (const bytes of [
    await makeOriented(6),
    await makeScene().png().toBuffer(),
    await makeScene().png({ palette: true }).toBuffer(),
    await makeScene().webp().toBuffer(),
    await makeScene().gif().toBuffer(),
    await makeScene().tiff().toBuffer(),
  ]) {
    const usual = await read(bytes, null, 8);
    assert.deepEqual(await read(bytes, [0, 9], 8), usual);
    assert.equal(usual.largest, undefined);
  }
});

test('when a PNG of 16 bits is cut then it is refused, or what can be read of it is used', async () => {
  const values = Uint16Array.from({ length: 64 * 64 }, (_, i) => (i * 7919) % 4096);
  const raw = { width: 64, height: 64, channels: 1 } as const;
  const png = sharp(values, { raw }).toColourspace('grey16').png({ compressionLevel: 0 });
  const bytes = await png.toBuffer();
  const half = bytes.subarray(0, bytes.length / 2);
  const asked = { size: 64, pixel_range: [0, 4095] } as const;
  await assert.rejects(
    decoder.decode(half, createPreprocessing(asked)),
    /the PNG data is truncated/,
  );
  const use = createPreprocessing({ ...asked, damaged: 'use' });
  assert.equal((await decoder.decodeWithSize(half, use)).damaged, true);
});

test('when a turned PNG of 16 bits is read then it is upright', async () => {
  const bytes = await png16([0, 21_845, 43_690, 65_535]);
  // An EXIF block with orientation 6 alone.
  const exif = [
    0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
  ];
  const { pixels } = await read(withChunk(bytes, 'eXIf', exif));
  assert.deepEqual([...pixels], grey(170, 0, 255, 85));
});

test('when no 16-bit image uses its range then one warning names the smallest that fits', () => {
  const told = (largest: number | undefined, pixel_range: PixelRange | null = null) =>
    storedNotes({ pixel_range }, { largest, spare: [] }).map(
      ([level, text]) => `${level} ${/--pixel_range \S+$/.exec(text)}`,
    );
  for (const [largest, limit] of [
    [0, 255],
    [255, 255],
    [256, 1023],
    [1023, 1023],
    [4095, 4095],
    [4096, 16_383],
    [16_384, 32_767],
    [32_767, 32_767],
  ]) {
    assert.deepEqual(told(largest), [`warning --pixel_range 0:${limit}`]);
    assert.deepEqual(told(largest, [0, 65_535]), []);
  }
  assert.deepEqual([told(32_768), told(65_535), told(undefined)], [[], [], []]);
});

test('when bands are left out then a note names the first files', () => {
  const [[level, text], ...others] = storedNotes(
    { pixel_range: null },
    { largest: undefined, spare: ['a', 'b', 'c', 'd', 'e'] },
  );
  assert.deepEqual([level, others], ['info', []]);
  assert.match(text, /left out, in a, b, c and 2 more$/);
});

test('when a range is parsed then it is two numbers, the lower one first', () => {
  const ranges: [string, PixelRange | undefined][] = [
    ['0:4095', [0, 4095]],
    ['-1024:3071', [-1024, 3071]],
    ['-.5:+1e3', [-0.5, 1000]],
    ['5:5', undefined],
    ['6:5', undefined],
    ['0:', undefined],
    [':1', undefined],
    ['0', undefined],
    ['', undefined],
    ['0:1:2', undefined],
    ['0x0:0xff', undefined],
    ['0:Infinity', undefined],
    ['-1e308:1e308', undefined],
    ['a:b', undefined],
    [' 0:1', undefined],
  ];
  for (const [text, expected] of ranges) assert.deepEqual(parsePixelRange(text), expected, text);
});
