// Made-up cache contents that any process can make again: keys and vectors by number.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { sha256 } from '../../src/base/hash.ts';
import type { CacheSpace } from '../../src/features/cache/keys.ts';
import { isSegmentName } from '../../src/features/cache/layout.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';

const { pixel_range: _, ...PREPROCESSING } = createPreprocessing({ size: 224 });

export const SPACE: CacheSpace = {
  extractor: 'fake_224',
  weightsSha256: sha256('weights'),
  engine: 'onnx',
  runtime: 'onnxruntime-node 1.30.0',
  decoder: 'sharp 0.35.5',
  preprocessing: PREPROCESSING,
};

export function keyOf(image: number): string {
  return sha256(`image ${image}`);
}

/** `[featureSize]`, 0..6 like post-ReLU6 features; different for every image. */
export function vectorOf(image: number, featureSize: number): Float32Array {
  return Float32Array.from({ length: featureSize }, (_, i) => 3 + 3 * Math.sin(image * 7919 + i));
}

/** A folder that is removed after the test. */
export function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'imgdiag-cache-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Paths of the segments in a namespace folder, in name order. */
export function segmentsIn(folder: string): string[] {
  const names = readdirSync(folder).filter(isSegmentName).sort();
  return names.map((name) => path.join(folder, name));
}
