import assert from 'node:assert/strict';
import test from 'node:test';
import { ImageError, loadDecoder } from '../../src/images/decode.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { makeOriented, makeScene, makeSolid, QUARTERS } from '../helpers/make-images.ts';

const decoder = await loadDecoder();
const PREPROCESSING = createPreprocessing({ size: 224 });

test('every orientation gives the upright scene, wider than high', async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const bytes = await makeOriented(orientation);
    const { pixels, width, height } = await decoder.decodeUpright(bytes, PREPROCESSING, {
      least: 1,
      most: 1000,
    });
    assert.deepEqual([width, height], [48, 32], `orientation ${orientation}`);
    const corner = [...pixels.subarray(0, 3)];
    for (const [c, value] of QUARTERS.topLeft.entries()) {
      assert.ok(Math.abs(corner[c] - value) < 12, `orientation ${orientation}: ${corner}`);
    }
  }
});

test('the longest side is brought within its bounds, the aspect kept', async () => {
  const sizeOf = async (width: number, height: number) => {
    const bytes = await makeScene(width, height).png().toBuffer();
    const found = await decoder.decodeUpright(bytes, PREPROCESSING, { least: 100, most: 200 });
    assert.equal(found.pixels.length, found.width * found.height * 3);
    return [found.width, found.height];
  };
  assert.deepEqual(await sizeOf(400, 300), [200, 150]);
  assert.deepEqual(await sizeOf(30, 40), [75, 100]);
  assert.deepEqual(await sizeOf(150, 100), [150, 100]);
  assert.deepEqual(await sizeOf(2000, 2), [200, 1]);
  assert.deepEqual(await sizeOf(1, 1), [100, 100]);
});

test('grey, transparent and 16-bit images come as 8-bit RGB', async () => {
  const sides = { least: 1, most: 100 };
  const clear = await makeSolid([0, 0, 0], 0).png().toBuffer();
  const over = await decoder.decodeUpright(clear, PREPROCESSING, sides);
  assert.deepEqual([...over.pixels.subarray(0, 3)], [255, 255, 255]);
  const grey = await makeSolid([90, 90, 90]).toColourspace('b-w').png().toBuffer();
  assert.deepEqual(
    [...(await decoder.decodeUpright(grey, PREPROCESSING, sides)).pixels.subarray(0, 3)],
    [90, 90, 90],
  );
  const deep = await makeSolid([90, 90, 90]).toColourspace('rgb16').png().toBuffer();
  const [value] = (await decoder.decodeUpright(deep, PREPROCESSING, sides)).pixels;
  assert.ok(Math.abs(value - 90) <= 1, `${value}`);
});

test('what is no image is refused as by decode', async () => {
  const text = new TextEncoder().encode('no image');
  const sides = { least: 1, most: 100 };
  await assert.rejects(decoder.decodeUpright(text, PREPROCESSING, sides), ImageError);
});
