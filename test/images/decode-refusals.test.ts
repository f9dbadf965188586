// What the decoder refuses: test/images/decode.test.ts has what it reads.

import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import { EXIT } from '../../src/base/errors.ts';
import { ImageError, loadDecoder, MAX_PIXELS } from '../../src/images/decode.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { makeHugePng, makeScene } from '../helpers/make-images.ts';

const decoder = await loadDecoder();
const preprocessing = createPreprocessing({ size: 16 });

async function assertRefused(bytes: Uint8Array, code: string, message: RegExp) {
  await assert.rejects(decoder.decode(bytes, preprocessing), (error) => {
    assert.ok(error instanceof ImageError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.ok(error.hint, 'there is no remedy');
    assert.equal(error.exitCode, EXIT.input);
    return true;
  });
}

test('when a file is empty then it is refused as empty', async () => {
  await assertRefused(new Uint8Array(), 'image_empty', /^the file is empty \(0 bytes\)$/);
});

test('when a JPEG is cut anywhere then it is refused as truncated', async () => {
  const bytes = await makeScene(200, 200).jpeg().toBuffer();
  for (const share of [0.05, 0.3, 0.6, 0.9]) {
    const cut = bytes.subarray(0, Math.floor(share * bytes.length));
    await assertRefused(cut, 'image_damaged', /^the JPEG data is truncated, damaged/);
  }
  await assertRefused(bytes.subarray(0, -2), 'image_damaged', /^the JPEG data is truncated/);
});

test('when a PNG is cut in its pixels then it is refused as truncated', async () => {
  const bytes = await makeScene(200, 200).png({ compressionLevel: 0 }).toBuffer();
  for (const share of [0.001, 0.3, 0.6, 0.9]) {
    const cut = bytes.subarray(0, Math.floor(share * bytes.length));
    await assertRefused(cut, 'image_damaged', /^the PNG data is truncated, damaged/);
  }
});

test('when another format is cut in half then it is refused too, by its name', async () => {
  const scene = makeScene(200, 200);
  const cuts: [string, Buffer][] = [
    ['GIF', await scene.clone().gif().toBuffer()],
    ['WebP', await scene.clone().webp().toBuffer()],
    ['TIFF', await scene.clone().tiff({ compression: 'lzw' }).toBuffer()],
    ['AVIF', await scene.clone().avif().toBuffer()],
  ];
  for (const [name, bytes] of cuts) {
    const half = bytes.subarray(0, bytes.length / 2);
    await assert.rejects(
      decoder.decode(half, preprocessing),
      (error) =>
        error instanceof ImageError &&
        error.code === 'image_damaged' &&
        error.message.startsWith(`the ${name} data `) &&
        !error.message.includes('\n'),
      name,
    );
  }
});

test('when pixels inside a PNG are damaged then it is refused', async () => {
  const bytes = await makeScene(200, 200).png({ compressionLevel: 0 }).toBuffer();
  bytes[Math.floor(bytes.length / 2)] ^= 0xff;
  await assert.rejects(
    decoder.decode(bytes, preprocessing),
    (error) => error instanceof ImageError && error.code === 'image_damaged',
  );
});

test('when a header claims too many pixels then nothing is decoded', async () => {
  const side = Math.floor(Math.sqrt(MAX_PIXELS)) + 1;
  const huge = await makeHugePng(side);
  assert.equal((await sharp(huge, { limitInputPixels: false }).metadata()).width, side);
  const message = /^the PNG image has more than 100 million pixels$/;
  await assertRefused(huge, 'image_too_large', message);
  // One less on each side is within the limit, and then the missing rows are what is wrong.
  await assertRefused(await makeHugePng(side - 1), 'image_damaged', /truncated/);
});

test('when sharp could draw an SVG then it is refused all the same', async () => {
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>';
  assert.equal((await sharp(Buffer.from(drawing)).metadata()).format, 'svg');
  for (const before of ['', '\ufeff', '<?xml version="1.0"?>\n', '<!-- drawn by hand -->']) {
    await assertRefused(Buffer.from(before + drawing), 'image_format', /found (an SVG|text)/);
  }
});

test('when a file is no image then the message says what it is', async () => {
  const dicom = Buffer.alloc(132);
  dicom.write('DICM', 128, 'latin1');
  await assertRefused(dicom, 'image_format', /^expected an image, found a DICOM file$/);
  await assertRefused(Buffer.from('%PDF-1.4'), 'image_format', /found a PDF document$/);
  await assertRefused(Buffer.from('hello'), 'image_format', /found text$/);
  await assertRefused(Buffer.alloc(64), 'image_format', /found an unknown format$/);
});

test('when only the magic bytes are right then it is refused as damaged or cut', async () => {
  for (const magic of ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'GIF89a', 'II*\0', 'RIFF____WEBP']) {
    const bytes = Buffer.from(`${magic}${'?'.repeat(40)}`, 'latin1');
    await assert.rejects(
      decoder.decode(bytes, preprocessing),
      (error) => error instanceof ImageError && /damaged|cannot be decoded/.test(error.message),
      magic,
    );
  }
});
