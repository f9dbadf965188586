// How images become squares: by cropping, padding and each kernel. Reference values: torchvision's rule, worked by
// hand, and Pillow's resize.

import assert from 'node:assert/strict';
import test from 'node:test';
import { loadDecoder } from '../../src/images/decode.ts';
import { paintHeat } from '../../src/images/heat.ts';
import { createPreprocessing, cropOf, partShown } from '../../src/images/preprocessing.ts';
import { makeOriented, makeRaw, makeSolid } from '../helpers/make-images.ts';

const decoder = await loadDecoder();

/** Greys of an image as they are decoded, row by row. */
async function decoded(bytes: Uint8Array, given: Parameters<typeof createPreprocessing>[0]) {
  const pixels = await decoder.decode(bytes, createPreprocessing(given));
  const greys = [...pixels].filter((_, i) => i % 3 === 0);
  return Array.from({ length: given.size }, (_, y) =>
    greys.slice(y * given.size, (y + 1) * given.size),
  );
}

const greyPng = (values: readonly number[], width: number) =>
  makeRaw(values, width, values.length / width, 1)
    .png()
    .toBuffer();

test('when an image is cropped then sides and corner are those of torchvision', () => {
  const photo = { width: 500, height: 375 };
  // Resize(256): int(256 * 500 / 375) = 341; CenterCrop(224): round(58.5) = 58, round(16) = 16.
  const cut = { width: 341, height: 256, left: 58, top: 16 };
  assert.deepEqual(cropOf(photo, { size: 224, crop_share: 0.875 }), cut);
  // 224 / (224 / 255) is 254.99999999999997.
  assert.equal(cropOf(photo, { size: 224, crop_share: 224 / 255 }).height, 255);
  // timm: floor(224 / 0.9) = floor(248.9)
  assert.equal(cropOf(photo, { size: 224, crop_share: 0.9 }).height, 248);
  assert.deepEqual(cropOf({ width: 3, height: 9 }, { size: 3, crop_share: 1 }), {
    width: 3,
    height: 9,
    left: 0,
    top: 3,
  });
});

test('when nothing need be scaled then a crop and a pad have the pixels of the file', async () => {
  const row = [10, 20, 30, 40, 50, 60, 70, 80];
  const values = [0, 1, 2, 3].flatMap((y) => row.map((grey) => grey + y));
  const wide = await greyPng(values, 8);
  assert.deepEqual(await decoded(wide, { size: 4, fit: 'crop' }), [
    [30, 40, 50, 60],
    [31, 41, 51, 61],
    [32, 42, 52, 62],
    [33, 43, 53, 63],
  ]);
  assert.deepEqual(await decoded(wide, { size: 2, fit: 'crop', crop_share: 0.5 }), [
    [41, 51],
    [42, 52],
  ]);
  const white = Array(8).fill(255);
  const rows = [0, 1, 2, 3].map((y) => row.map((grey) => grey + y));
  const letterbox = [white, white, ...rows, white, white];
  assert.deepEqual(await decoded(wide, { size: 8, fit: 'pad' }), letterbox);
  const columns = rows[0].map((_, x) => rows.map((line) => line[x]));
  const tall = await greyPng(columns.flat(), 4);
  const pillarbox = letterbox[0].map((_, x) => letterbox.map((line) => line[x]));
  assert.deepEqual(await decoded(tall, { size: 8, fit: 'pad' }), pillarbox);
});

test('when an image is padded then transparent pixels and the rest have the same colour', async () => {
  const glass = await makeSolid([0, 0, 0], 0).resize(16, 8).png().toBuffer();
  const preprocessing = createPreprocessing({ size: 16, fit: 'pad', background: [9, 80, 200] });
  const pixels = await decoder.decode(glass, preprocessing);
  assert.deepEqual([...pixels], Array(256).fill([9, 80, 200]).flat());
});

test('when EXIF turns an image then it is the upright one that is cropped and padded', async () => {
  for (const fit of ['crop', 'pad'] as const) {
    const preprocessing = createPreprocessing({ size: 32, fit });
    const [upright, turned] = await Promise.all(
      [1, 6].map(async (n) => decoder.decode(await makeOriented(n), preprocessing)),
    );
    const error = upright.reduce((sum, value, i) => sum + Math.abs(value - turned[i]), 0);
    assert.ok(error / upright.length < 4, `${fit}: ${error / upright.length}`);
  }
});

test('when a kernel is chosen then the pixels are those of Pillow', async () => {
  const edge = Array.from({ length: 144 }, (_, i) => (i % 12 < 6 ? 50 : 200));
  const bytes = await greyPng(edge, 12);
  // Image.resize((5, 1)) and ((4, 1)) of six pixels of 50 and six of 200, by Pillow 13.0.
  for (const [kernel, five, four] of [
    ['linear', [50, 50, 125, 200, 200], [50, 67, 183, 200]],
    ['cubic', [50, 43, 125, 207, 200], [48, 61, 189, 202]],
    ['lanczos3', [53, 38, 125, 212, 197], [47, 59, 191, 203]],
  ] as const) {
    for (const expected of [five, four]) {
      for (const found of await decoded(bytes, { size: expected.length, kernel })) {
        const error = Math.max(...found.map((grey, x) => Math.abs(grey - expected[x])));
        assert.ok(error <= 1, `${kernel}: ${found}`);
      }
    }
  }
});

test('when an image is cropped or padded then its heat lies where the network saw it', async () => {
  const size = 8;
  for (const [width, height, x, y] of [
    [96, 48, 40, 20],
    [96, 48, 60, 36],
    [48, 96, 12, 40],
    [48, 48, 20, 30],
  ]) {
    // A bright blob of 8 x 8 around its centre, on black.
    const isBright = (i: number) =>
      Math.abs((i % width) + 0.5 - x) < 4 && Math.abs(Math.floor(i / width) + 0.5 - y) < 4;
    const values = Array.from({ length: width * height }, (_, i) => (isBright(i) ? 255 : 0));
    const bytes = await greyPng(values, width);
    for (const fit of ['stretch', 'crop', 'pad'] as const) {
      const preprocessing = createPreprocessing({
        size,
        fit,
        crop_share: 1,
        background: [0, 0, 0],
      });
      const seen = await decoded(bytes, { ...preprocessing });
      const heat = { width: size, height: size, values: seen.flat() };
      const black = { pixels: new Uint8Array(3 * width * height), width, height };
      const part = partShown(preprocessing, black);
      const { pixels } = paintHeat(black, heat, part);
      // The centre of the reds above blue.
      const centre = [0, 0, 0];
      for (let i = 0; i < width * height; i++) {
        const warmth = Math.max(0, pixels[3 * i] - pixels[3 * i + 2]);
        centre[0] += warmth;
        centre[1] += warmth * ((i % width) + 0.5);
        centre[2] += warmth * (Math.floor(i / width) + 0.5);
      }
      const [total, across, down] = centre;
      const off = [across / total - x, down / total - y].map(Math.abs);
      assert.ok(Math.max(...off) < 1.5, `${width}x${height} ${fit}: ${off}`);
    }
  }
});

test('when part of an image is cut off then it is pale, without heat; beside it nothing changes', () => {
  const image = { pixels: new Uint8Array(3 * 8 * 2).fill(228), width: 8, height: 2 };
  const crop = createPreprocessing({ size: 2, fit: 'crop' });
  const part = partShown(crop, image);
  assert.deepEqual(part, { left: 3 / 8, top: 0, width: 2 / 8, height: 1 });
  const heat = { width: 1, height: 1, values: [1] };
  const reds = [...paintHeat(image, heat, part).pixels.subarray(0, 24)].filter(
    (_, i) => i % 3 === 0,
  );
  // 128 + (228 - 128) / 4, and 228 + 0.6 * (213 - 228)
  assert.deepEqual(reds, [153, 153, 153, 219, 219, 153, 153, 153]);
});

test('when an image is padded then the map reaches beyond it on both sides', () => {
  const preprocessing = createPreprocessing({ size: 8, fit: 'pad' });
  const part = { left: 0, top: -0.5, width: 1, height: 2 };
  assert.deepEqual(partShown(preprocessing, { width: 80, height: 40 }), part);
  // Rows of padding, image, image, padding.
  const heat = { width: 1, height: 4, values: [-9, 1, 1, -9] };
  const black = { pixels: new Uint8Array(3 * 4 * 2), width: 4, height: 2 };
  const { pixels } = paintHeat(black, heat, part);
  assert.equal(pixels[0] > pixels[2], true, 'the heat of the image itself');
});
