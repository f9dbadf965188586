// Both runtimes give the same features, whatever the embedded network.

import assert from 'node:assert/strict';
import test from 'node:test';
import { makeImages } from '../helpers/images.ts';
import { openExtractor } from '../helpers/open-extractor.ts';

/** Of the norm of an image's features. */
const TOLERANCE = 1e-4;
const COUNT = 32;

const silent = (line: string) => assert.fail(`unexpected note: ${line}`);

const cases = [
  ['mobilenet_v1_025_224', 96],
  ['mobilenet_v1_025_224', 224],
  ['mobilenet_v1_025_224', 320],
  ['efficientnet_lite0_224', 224],
  ['efficientnet_lite0_224', 320],
  ['efficientnet_lite2_260', 256],
  ['efficientnet_lite2_260', 260],
] as const;
for (const [name, imageSize] of cases) {
  test(`both engines agree on ${COUNT} images of ${imageSize} pixels: ${name}`, async () => {
    const onnx = await openExtractor({ name, imageSize, engine: 'onnx' }, silent);
    const tfjs = await openExtractor({ name, imageSize, engine: 'tfjs' }, silent);
    const images = makeImages(COUNT, imageSize);
    const size = onnx.featureSize;
    const a = await onnx.embed(images, COUNT);
    const b = await tfjs.embed(images, COUNT);
    assert.deepEqual([a.length, b.length], [COUNT * size, COUNT * size]);
    const rows = Array.from({ length: COUNT }, (_, i) => a.slice(i * size, (i + 1) * size));
    for (const [i, row] of rows.entries()) {
      const apart = Math.hypot(...row.map((value, j) => value - b[i * size + j]));
      assert.ok(apart < TOLERANCE * Math.hypot(...row), `image ${i}: ${apart} apart`);
    }
    assert.ok(
      Math.max(...a) > 1 && Math.max(...a) <= 6 && Math.min(...a) >= 0,
      'averages of ReLU6',
    );
    assert.equal(new Set(rows.map(String)).size, COUNT);
    await onnx.dispose();
    await tfjs.dispose();
  });
}
