// Seeded images for tests: noise, gradients and shapes, all different.

import { createRandom } from '../../src/base/random.ts';

/**
 * uint8 RGB `[count, size, size, 3]`, 0..255. Image `i` depends on `seed`, `i` and `size` only.
 * The kinds take turns: noise, a gradient of two colours, rectangles and discs on one colour.
 */
export function makeImages(count: number, size: number, seed = 1): Uint8Array {
  const pixels = new Uint8Array(count * size * size * 3);
  const length = size * size * 3;
  for (let index = 0; index < count; index++) {
    const image = pixels.subarray(index * length, (index + 1) * length);
    DRAWERS[index % DRAWERS.length](image, size, createRandom(seed, `image ${index}`));
  }
  return pixels;
}

type Random = ReturnType<typeof createRandom>;
type Draw = (image: Uint8Array, size: number, random: Random) => void;

const DRAWERS: readonly Draw[] = [drawNoise, drawGradient, drawShapes];

function drawNoise(image: Uint8Array, _size: number, random: Random): void {
  for (let i = 0; i < image.length; i++) image[i] = random.below(256);
}

function drawGradient(image: Uint8Array, size: number, random: Random): void {
  const [from, to] = [colour(random), colour(random)];
  const angle = 2 * Math.PI * random.uniform();
  eachPixel(image, size, (x, y, at) => {
    const along = 0.5 + ((x - 0.5) * Math.cos(angle) + (y - 0.5) * Math.sin(angle)) / 2;
    for (let c = 0; c < 3; c++) image[at + c] = from[c] + (to[c] - from[c]) * along;
  });
}

function drawShapes(image: Uint8Array, size: number, random: Random): void {
  const background = colour(random);
  const shapes = Array.from({ length: 8 }, () => ({
    disc: random.below(2) === 0,
    x: random.uniform(),
    y: random.uniform(),
    reach: 0.05 + 0.2 * random.uniform(),
    paint: colour(random),
  }));
  eachPixel(image, size, (x, y, at) => {
    const top = shapes.findLast((shape) => {
      const [dx, dy] = [Math.abs(x - shape.x), Math.abs(y - shape.y)];
      return (shape.disc ? Math.hypot(dx, dy) : Math.max(dx, dy)) < shape.reach;
    });
    image.set(top?.paint ?? background, at);
  });
}

/** Calls `visit` with x and y in 0..1 and the offset of the pixel's red value. */
function eachPixel(
  image: Uint8Array,
  size: number,
  visit: (x: number, y: number, at: number) => void,
): void {
  for (let at = 0; at < image.length; at += 3) {
    const pixel = at / 3;
    visit((pixel % size) / size, Math.floor(pixel / size) / size, at);
  }
}

function colour(random: Random): [number, number, number] {
  return [random.below(256), random.below(256), random.below(256)];
}
