import assert from 'node:assert/strict';
import test from 'node:test';
import { ImageError, loadDecoder } from '../../src/images/decode.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { makeHugePng, makeOriented, makeScene } from '../helpers/make-images.ts';

const decoder = await loadDecoder();
const preprocessing = createPreprocessing({ size: 16 });

test('when an image is turned by EXIF then its size is that of the upright image', async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const bytes = await makeOriented(orientation);
    const { pixels, width, height } = await decoder.decodeWithSize(bytes, preprocessing);
    assert.deepEqual([width, height], [48, 32], `orientation ${orientation}`);
    assert.deepEqual(pixels, await decoder.decode(bytes, preprocessing));
  }
});

test('when an image is of any format then its own size is told', async () => {
  const scene = makeScene(40, 24);
  for (const bytes of [
    await scene.clone().png().toBuffer(),
    await scene.clone().webp().toBuffer(),
    await scene.clone().gif().toBuffer(),
    await scene.clone().tiff().toBuffer(),
    await scene.clone().avif().toBuffer(),
  ]) {
    const { width, height } = await decoder.decodeWithSize(bytes, preprocessing);
    assert.deepEqual([width, height], [40, 24]);
  }
});

test('when an image cannot be used then the reason is the same with and without size', async () => {
  const png = await makeScene().png().toBuffer();
  const bad = [
    new Uint8Array(0),
    Buffer.from('hello'),
    png.subarray(0, 60),
    await makeHugePng(30_000),
  ];
  for (const bytes of bad) {
    const reasons = await Promise.all(
      [decoder.decode(bytes, preprocessing), decoder.decodeWithSize(bytes, preprocessing)].map(
        (work) =>
          work.then(
            () => assert.fail('an image was found'),
            (error) => {
              assert.ok(error instanceof ImageError, String(error));
              return [error.code, error.message, error.hint];
            },
          ),
      ),
    );
    assert.deepEqual(reasons[0], reasons[1]);
  }
});
