// Both runtimes give the same features; the choice between them is the user's, or explained.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openExtractor } from '../../src/features/engine.ts';
import { makePictures } from '../helpers/pictures.ts';

const run = promisify(execFile);
const name = 'mobilenet_v1_025_224';
/** Absolute, on features in 0..6. */
const TOLERANCE = 1e-4;
const COUNT = 32;

const silent = (line: string) => assert.fail(`unexpected note: ${line}`);

describe('both engines', () => {
  for (const imageSize of [96, 224, 320]) {
    test(`agree on ${COUNT} pictures of ${imageSize} pixels`, async () => {
      const onnx = await openExtractor({ name, imageSize, engine: 'onnx' }, silent);
      const tfjs = await openExtractor({ name, imageSize, engine: 'tfjs' }, silent);
      const pictures = makePictures(COUNT, imageSize);
      const [a, b] = [await onnx.embed(pictures, COUNT), await tfjs.embed(pictures, COUNT)];
      assert.equal(a.length, COUNT * 256);
      assert.equal(b.length, COUNT * 256);
      const worst = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
      assert.ok(worst < TOLERANCE, `largest difference ${worst}`);
      assert.ok(Math.max(...a) > 1 && Math.min(...a) >= 0 && Math.max(...a) <= 6);
      assert.notDeepEqual(a.slice(0, 256), a.slice(256, 512));
      await onnx.dispose();
      await tfjs.dispose();
    });
  }
});
