import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import { encodeJpeg, encodeWithPanel } from '../../src/images/encode.ts';

const RED = {
  pixels: new Uint8Array(20 * 10 * 3).map((_, i) => (i % 3 === 0 ? 200 : 0)),
  width: 20,
  height: 10,
};

test('a JPEG has the pixels, to what JPEG loses, and nothing else', async () => {
  const bytes = await encodeJpeg(RED, 90);
  const { format, width, height, exif, icc } = await sharp(bytes).metadata();
  assert.deepEqual(
    { format, width, height, exif, icc },
    {
      format: 'jpeg',
      width: 20,
      height: 10,
      exif: undefined,
      icc: undefined,
    },
  );
  const [r, g, b] = await sharp(bytes).raw().toBuffer();
  assert.ok(Math.abs(r - 200) < 6 && g < 6 && b < 6);
});

test('a panel lies below the image, the narrower one centred over white', async () => {
  const elements = '<rect width="40" height="5" fill="#00f"/>';
  const png = await encodeWithPanel(RED, { elements, width: 40, height: 5 });
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.format, info.width, info.height, info.channels], ['raw', 40, 15, 3]);
  const at = (x: number, y: number) => [...data.subarray(3 * (y * 40 + x), 3 * (y * 40 + x) + 3)];
  assert.deepEqual(at(0, 0), [255, 255, 255]);
  assert.deepEqual(at(10, 0), [200, 0, 0]);
  assert.deepEqual(at(29, 9), [200, 0, 0]);
  assert.deepEqual(at(30, 9), [255, 255, 255]);
  assert.deepEqual(at(0, 10), [0, 0, 255]);
});
