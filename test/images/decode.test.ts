import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import { loadDecoder } from '../../src/images/decode.ts';
import { createPreprocessing, type Preprocessing } from '../../src/images/preprocessing.ts';
import {
  makeOriented,
  makeRaw,
  makeScene,
  makeSolid,
  QUARTERS,
  type Rgb,
} from '../helpers/make-images.ts';

const decoder = await loadDecoder();
const preprocessing = createPreprocessing({ size: 16 });

async function decode(bytes: Uint8Array, by: Preprocessing = preprocessing): Promise<Uint8Array> {
  const pixels = await decoder.decode(bytes, by);
  assert.equal(pixels.length, by.size * by.size * 3);
  return pixels;
}

/** Asserts that pixel `x`, `y` is `colour`, each value within `tolerance` of 0..255. */
function assertPixel(pixels: Uint8Array, x: number, y: number, colour: Rgb, tolerance: number) {
  const at = 3 * (16 * y + x);
  const found = [...pixels.subarray(at, at + 3)];
  const worst = Math.max(...found.map((value, c) => Math.abs(value - colour[c])));
  assert.ok(worst <= tolerance, `at ${x}, ${y}: expected ${colour}, found ${found}`);
}

/** Asserts that each quarter of the scene is where it belongs. */
function assertScene(pixels: Uint8Array, tolerance: number) {
  assertPixel(pixels, 3, 3, QUARTERS.topLeft, tolerance);
  assertPixel(pixels, 12, 3, QUARTERS.topRight, tolerance);
  assertPixel(pixels, 3, 12, QUARTERS.bottomLeft, tolerance);
  assertPixel(pixels, 12, 12, QUARTERS.bottomRight, tolerance);
}

const assertSolid = (pixels: Uint8Array, colour: Rgb, tolerance: number) => {
  for (const at of [0, 5, 15]) assertPixel(pixels, at, 15 - at, colour, tolerance);
};

test('when an image is stored in any EXIF orientation then the pixels are upright', async () => {
  const upright = await decode(await makeOriented(1));
  assertScene(upright, 6);
  for (let orientation = 2; orientation <= 8; orientation++) {
    const pixels = await decode(await makeOriented(orientation));
    // The JPEG blocks lie elsewhere when turned: 6 of 255.
    const worst = pixels.reduce((most, v, i) => Math.max(most, Math.abs(v - upright[i])), 0);
    assert.ok(worst <= 6, `orientation ${orientation} differs by ${worst}`);
  }
});

test('when the same scene comes in any format then the pixels agree', async () => {
  const formats: Record<string, [Promise<Buffer>, tolerance: number]> = {
    png: [makeScene().png().toBuffer(), 0],
    'interlaced png': [makeScene().png({ progressive: true }).toBuffer(), 0],
    'palette png': [makeScene().png({ palette: true }).toBuffer(), 3],
    '16-bit png': [makeScene().toColourspace('rgb16').png().toBuffer(), 1],
    tiff: [makeScene().tiff({ compression: 'lzw' }).toBuffer(), 0],
    gif: [makeScene().gif().toBuffer(), 3],
    'lossless webp': [makeScene().webp({ lossless: true }).toBuffer(), 0],
    webp: [makeScene().webp({ quality: 95 }).toBuffer(), 12],
    jpeg: [makeScene().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(), 6],
    'progressive jpeg': [makeScene().jpeg({ quality: 95, progressive: true }).toBuffer(), 12],
    avif: [makeScene().avif({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer(), 12],
  };
  for (const [name, [bytes, tolerance]] of Object.entries(formats)) {
    const pixels = await decode(await bytes);
    assert.doesNotThrow(() => assertScene(pixels, tolerance), name);
  }
});

test('when an image is grey then all three values are that grey', async () => {
  const grey = makeRaw([40, 120, 200, 250], 2, 2, 1).toColourspace('b-w');
  const pixels = await decode(await grey.png().toBuffer(), createPreprocessing({ size: 2 }));
  assert.deepEqual(
    [...pixels],
    [40, 120, 200, 250].flatMap((value) => [value, value, value]),
  );
  const sixteen = makeSolid([200, 200, 200]).toColourspace('grey16');
  assertSolid(await decode(await sixteen.png().toBuffer()), [200, 200, 200], 1);
});

test('when an image is transparent then the background of the preprocessing shows through', async () => {
  const colour: Rgb = [200, 100, 50];
  const png = (alpha: number) => makeSolid(colour, alpha).png().toBuffer();
  assertSolid(await decode(await png(1)), colour, 0);
  assertSolid(await decode(await png(0)), [255, 255, 255], 0);
  // Half of 255 is stored as 127 or 128; rounding adds one more: 2 of 255.
  assertSolid(await decode(await png(0.5)), [228, 178, 153], 2);
  const green: Preprocessing = { ...preprocessing, background: [0, 250, 0] };
  assertSolid(await decode(await png(0), green), [0, 250, 0], 0);
  const webp = await makeSolid(colour, 0).webp({ lossless: true }).toBuffer();
  assertSolid(await decode(webp), [255, 255, 255], 0);
  const deep = await makeSolid(colour, 0.5).toColourspace('rgb16').png().toBuffer();
  assertSolid(await decode(deep), [228, 178, 153], 2);
});

test('when a grey image has an alpha channel then it lies on the background', async () => {
  const values = [100, 255, 100, 0, 0, 255, 0, 128];
  const bytes = await makeRaw(values, 2, 2, 2).toColourspace('b-w').png().toBuffer();
  assert.equal((await sharp(bytes).metadata()).channels, 2);
  const pixels = await decode(bytes, createPreprocessing({ size: 2 }));
  const expected = [100, 255, 0, 127].flatMap((value) => [value, value, value]);
  assert.ok(
    pixels.every((value, i) => Math.abs(value - expected[i]) <= 1),
    `${pixels}`,
  );
});

test('when a JPEG is CMYK then its colours are about right', async () => {
  const bytes = await makeSolid([200, 100, 50]).toColourspace('cmyk').jpeg().toBuffer();
  assert.equal((await sharp(bytes).metadata()).space, 'cmyk');
  // Without a profile the inks are a guess: 40 of 255, but never inverted.
  assertSolid(await decode(bytes), [200, 100, 50], 40);
  const white = await makeSolid([255, 255, 255]).toColourspace('cmyk').jpeg().toBuffer();
  assertSolid(await decode(white), [255, 255, 255], 8);
});

test('when an image moves then its first frame counts', async () => {
  const frames = await Promise.all(
    [QUARTERS.topLeft, QUARTERS.topRight].map((colour) => makeSolid(colour).png().toBuffer()),
  );
  const moving = () => sharp(frames, { join: { animated: true } });
  for (const bytes of [
    await moving()
      .gif({ delay: [100, 100] })
      .toBuffer(),
    await moving()
      .webp({ lossless: true, delay: [100, 100] })
      .toBuffer(),
  ]) {
    assert.equal((await sharp(bytes).metadata()).pages, 2);
    assertSolid(await decode(bytes), QUARTERS.topLeft, 3);
  }
});

test('when a profile is embedded then the stored values are taken as they are', async () => {
  const bytes = await makeSolid([200, 100, 50]).withIccProfile('p3').png().toBuffer();
  const stored = [...(await sharp(bytes, { ignoreIcc: true }).raw().toBuffer()).subarray(0, 3)];
  assert.notDeepEqual(stored, [200, 100, 50]);
  assertSolid(await decode(bytes), stored as unknown as Rgb, 0);
});

test('when the same bytes are decoded again, or many at once, then no pixel differs', async () => {
  const bytes = await makeOriented(6);
  const first = await decode(bytes);
  const again = await Promise.all(Array.from({ length: 6 }, () => decode(bytes)));
  for (const pixels of again) assert.deepEqual(pixels, first);
});

/** Grey columns of the values given, 4 high. */
const columns = (...values: number[]) =>
  makeRaw([values, values, values, values].flat(), values.length, 4, 1).png().toBuffer();

test('when an image shrinks to half then a triangle of twice the width weighs it', async () => {
  // Weights 1/8, 3/8, 3/8, 1/8 around each new pixel, the edge repeated:
  // 0/8 + 0*3/8 + 100*3/8 + 200/8 = 62.5 and 100/8 + 200*3/8 + 40*3/8 + 40/8 = 107.5; 1 of 255.
  const pixels = await decode(await columns(0, 100, 200, 40), createPreprocessing({ size: 2 }));
  const expected = [62.5, 107.5, 62.5, 107.5].flatMap((value) => [value, value, value]);
  assert.ok(
    pixels.every((value, i) => Math.abs(value - expected[i]) <= 1),
    `${pixels}`,
  );
});

test('when an image has the size asked for then its values are untouched', async () => {
  const pixels = await decode(await columns(0, 100, 200, 40), createPreprocessing({ size: 4 }));
  assert.deepEqual([...pixels].filter((_, i) => i % 3 === 0).slice(0, 4), [0, 100, 200, 40]);
});

test('when an image is larger or smaller than asked for then it fills the square', async () => {
  for (const [width, height] of [
    [400, 20],
    [8, 120],
    [4, 4],
    [1, 1],
  ]) {
    const bytes = await makeScene(width, height).png().toBuffer();
    const pixels = await decode(bytes);
    if (width > 1) {
      assertPixel(pixels, 0, 0, QUARTERS.topLeft, 2);
      assertPixel(pixels, 15, 15, QUARTERS.bottomRight, 2);
    } else {
      assertSolid(pixels, QUARTERS.topLeft, 0);
    }
  }
});

test('when asked for its version then the decoder names both packages', () => {
  assert.match(decoder.version, /^sharp \d+\.\d+\.\d+, libvips \d+\.\d+\.\d+/);
});
