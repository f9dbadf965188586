// Images of seeded blobs, turned, mirrored and squeezed by their formula: no decoder takes part.

import { createRandom } from '../../src/base/random.ts';
import type { GreyImage } from '../../src/check/grey.ts';
import type { Sketch } from '../../src/check/polar.ts';
import { polarSpectrum } from '../../src/check/polar.ts';

const SIDE = 128;

export interface Change {
  /** Clockwise. */
  readonly degrees?: number;
  readonly mirrored?: boolean;
  /** Things are so many times as large. */
  readonly scale?: number;
  /** Grey levels are multiplied by this, then 10 is added; 1: they are left. */
  readonly contrast?: number;
  /** Width / height. */
  readonly aspect?: number;
}

/** Grey level at a place measured from the middle in halves of the shorter side. */
export function makeScene(seed: number): (x: number, y: number) => number {
  const random = createRandom(seed, 'blobs');
  const blobs = Array.from({ length: 60 }, () => ({
    x: 3 * random.uniform() - 1.5,
    y: 3 * random.uniform() - 1.5,
    width: 0.05 + 0.2 * random.uniform(),
    height: 80 * random.normal(),
  }));
  return (x, y) => {
    const sum = blobs.reduce(
      (total, blob) =>
        total +
        blob.height * Math.exp(-((x - blob.x) ** 2 + (y - blob.y) ** 2) / (2 * blob.width ** 2)),
      128,
    );
    return Math.min(255, Math.max(0, sum));
  };
}

export function makeGrey(
  scene: (x: number, y: number) => number,
  { degrees = 0, mirrored = false, scale = 1, contrast = 1, aspect = 1 }: Change = {},
): GreyImage {
  const turn = (-degrees * Math.PI) / 180;
  const values = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const x = ((column + 0.5) / SIDE - 0.5) * 2 * Math.max(1, aspect);
      const y = ((row + 0.5) / SIDE - 0.5) * 2 * Math.max(1, 1 / aspect);
      const across = (x * Math.cos(turn) - y * Math.sin(turn)) / scale;
      const down = (x * Math.sin(turn) + y * Math.cos(turn)) / scale;
      const level = scene(mirrored ? -across : across, down);
      values[row * SIDE + column] = contrast === 1 ? level : contrast * level + 10;
    }
  }
  return { values, side: SIDE, aspect };
}

export function makeSketch(grey: GreyImage): Sketch {
  return { grey, spectrum: polarSpectrum(grey) };
}
