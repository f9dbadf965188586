import assert from 'node:assert/strict';
import test from 'node:test';
import { sha256 } from '../../src/base/hash.ts';
import {
  type Augmentation,
  drawVariant,
  isAugmented,
  sampleVariant,
  sourceSide,
  type VariantParameters,
} from '../../src/images/augment.ts';
import { loadDecoder } from '../../src/images/decode.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { makeImages } from '../helpers/images.ts';
import { makeScene } from '../helpers/make-images.ts';

const NONE: Augmentation = {
  flip_left_right: false,
  random_crop: 0,
  random_scale: 0,
  random_brightness: 0,
  random_rotation: 0,
};
const ALL: Augmentation = {
  flip_left_right: true,
  random_crop: 20,
  random_scale: 30,
  random_brightness: 25,
  random_rotation: 15,
};
const KEY = sha256('a picture');
const SIZE = 32;
const STILL: VariantParameters = {
  side: SIZE,
  left: 0,
  top: 0,
  degrees: 0,
  mirrored: false,
  brightness: 1,
};

function draw(augmentation: Augmentation, copies: number, size = SIZE): VariantParameters[] {
  return Array.from({ length: copies }, (_, copy) =>
    drawVariant(augmentation, size, { sha256: KEY, seed: 7, copy }),
  );
}

function sample(
  pixels: Uint8Array,
  parameters: Partial<VariantParameters>,
  { size = SIZE, aspect = 1 } = {},
): Uint8Array {
  const out = new Uint8Array(size * size * 3);
  const side = Math.sqrt(pixels.length / 3);
  sampleVariant({ pixels, side, aspect }, { ...STILL, side: size, ...parameters }, size, out);
  return out;
}

/** The image with its columns in reverse order. */
function mirror(pixels: Uint8Array, size = SIZE): Uint8Array {
  return pixels.map((_, i) => {
    const [y, x, c] = [Math.floor(i / 3 / size), Math.floor(i / 3) % size, i % 3];
    return pixels[3 * (y * size + (size - 1 - x)) + c];
  });
}

/** A quarter turn clockwise: the left column becomes the top row. */
function turn(pixels: Uint8Array, size = SIZE): Uint8Array {
  return pixels.map((_, i) => {
    const [y, x, c] = [Math.floor(i / 3 / size), Math.floor(i / 3) % size, i % 3];
    return pixels[3 * ((size - 1 - x) * size + y) + c];
  });
}

function worst(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.length, b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

const noise = makeImages(1, SIZE);
const smooth = makeImages(2, SIZE).subarray(SIZE * SIZE * 3);

test('when the same image, options, seed and copy come again then so do the parameters', () => {
  assert.deepEqual(draw(ALL, 5), draw(ALL, 5));
  const all = new Set(draw(ALL, 50).map((drawn) => JSON.stringify(drawn)));
  assert.equal(all.size, 50);
  const at = { sha256: KEY, seed: 7, copy: 0 };
  for (const other of [{ seed: 8 }, { copy: 1 }, { sha256: sha256('another') }]) {
    assert.notDeepEqual(drawVariant(ALL, SIZE, { ...at, ...other }), drawVariant(ALL, SIZE, at));
  }
});

test('when drawn in a later version then the parameters are still the same', () => {
  // Cached variants would be wrong otherwise: raise AUGMENTATION_VERSION.
  const { degrees, brightness, ...whole } = drawVariant(ALL, 224, {
    sha256: KEY,
    seed: 1,
    copy: 2,
  });
  assert.deepEqual(whole, { side: 302, left: 37, top: 38, mirrored: true });
  assert.ok(
    Math.abs(degrees - 5.047162688464802) < 1e-9 &&
      Math.abs(brightness - 0.7589119752181128) < 1e-9,
  );
});

test('when nothing varies then the parameters stand still', () => {
  for (const drawn of draw(NONE, 20)) assert.deepEqual(drawn, STILL);
  assert.equal(isAugmented(NONE), false);
  for (const [name, value] of Object.entries(ALL)) {
    assert.equal(isAugmented({ ...NONE, [name]: value }), true, name);
  }
});

test('when one option is switched on then what the others draw stays as it was', () => {
  const without = draw({ ...ALL, random_brightness: 0, flip_left_right: false }, 20);
  for (const [copy, drawn] of draw(ALL, 20).entries()) {
    assert.deepEqual({ ...drawn, brightness: 1, mirrored: false }, without[copy]);
  }
});

test('when many are drawn then every parameter fills its range, evenly', () => {
  const drawn = draw(ALL, 4000, 200);
  const sides = drawn.map(({ side }) => side);
  // 200 * 1.2 is the least, 200 * 1.2 * 1.3 the most.
  assert.equal(Math.min(...sides), 240);
  assert.equal(Math.max(...sides), 312);
  const parts: Record<string, number[]> = {
    scale: sides.map((side) => (side - 240) / 72),
    left: drawn.map(({ left, side }) => left / (side - 200)),
    top: drawn.map(({ top, side }) => top / (side - 200)),
    brightness: drawn.map(({ brightness }) => (brightness - 0.75) / 0.5),
    degrees: drawn.map(({ degrees }) => (degrees + 15) / 30),
  };
  for (const [name, values] of Object.entries(parts)) {
    assert.ok(Math.min(...values) >= 0 && Math.min(...values) < 0.01, name);
    assert.ok(Math.max(...values) <= 1 && Math.max(...values) > 0.99, name);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // Five standard errors of a uniform mean: 5 / sqrt(12 * 4000) = 0.023.
    assert.ok(Math.abs(mean - 0.5) < 0.023, `${name}: mean ${mean}`);
  }
  assert.ok(drawn.every(({ left, top }) => Number.isInteger(left) && Number.isInteger(top)));
});

test('when mirroring is on then every other variant is mirrored, the first of them too', () => {
  const mirrored = draw({ ...NONE, flip_left_right: true }, 6).map((drawn) => drawn.mirrored);
  assert.deepEqual(mirrored, [true, false, true, false, true, false]);
});

test('when windows are cut from larger images then those are decoded larger, up to twice', () => {
  assert.equal(sourceSide(NONE, 224), 224);
  assert.equal(sourceSide({ ...NONE, random_brightness: 50, random_rotation: 90 }, 224), 224);
  assert.equal(sourceSide({ ...NONE, random_crop: 10 }, 224), 246);
  assert.equal(sourceSide({ ...NONE, random_crop: 10, random_scale: 20 }, 200), 264);
  assert.equal(sourceSide({ ...NONE, random_crop: 300 }, 224), 448);
});

test('when nothing varies then the pixels are those of the preprocessing, each of them', async () => {
  assert.deepEqual(sample(noise, STILL), noise);
  const decoder = await loadDecoder();
  const bytes = await makeScene(61, 47).png().toBuffer();
  const pixels = Uint8Array.from(await decoder.decode(bytes, createPreprocessing({ size: SIZE })));
  for (const aspect of [61 / 47, 0.3, 1]) {
    assert.deepEqual(sample(pixels, draw(NONE, 1)[0], { aspect }), pixels);
  }
});

test('when an image is mirrored twice then it is as before', () => {
  const once = sample(noise, { mirrored: true });
  assert.deepEqual(once, mirror(noise));
  assert.deepEqual(sample(once, { mirrored: true }), noise);
  const turned = { side: 40, left: 3, top: 5, degrees: 20 };
  assert.ok(
    worst(sample(smooth, { ...turned, mirrored: true }), mirror(sample(smooth, turned))) <= 1,
  );
});

test('when a window is cut at the size decoded then its pixels are copies', () => {
  const source = makeImages(1, 40);
  const cut = sample(source, { side: 40, left: 3, top: 8 });
  for (const [x, y] of [
    [0, 0],
    [31, 31],
    [7, 20],
  ]) {
    const from = 3 * ((y + 8) * 40 + x + 3);
    const to = 3 * (y * SIZE + x);
    assert.deepEqual(cut.subarray(to, to + 3), source.subarray(from, from + 3));
  }
});

test('when an image is enlarged then its left half fills the window at the left', () => {
  // A ramp of 4 a column: between two columns lies the value between them.
  const ramp = Uint8Array.from(
    { length: SIZE * SIZE * 3 },
    (_, i) => 4 * (Math.floor(i / 3) % SIZE),
  );
  const enlarged = sample(ramp, { side: 2 * SIZE });
  for (let x = 1; x < SIZE; x++) assert.equal(enlarged[3 * x], 2 * x - 1);
  assert.equal(enlarged[0], 0);
});

test('when an image is turned by a quarter then rows become columns, clockwise', () => {
  // Sine and cosine of 90 degrees are off by 1e-16, which rounding takes away: 1 of 255.
  assert.ok(worst(sample(noise, { degrees: 90 }), turn(noise)) <= 1);
  assert.ok(worst(sample(noise, { degrees: -90 }), turn(turn(turn(noise)))) <= 1);
  assert.ok(worst(sample(noise, { degrees: 180 }), turn(turn(noise))) <= 1);
});

test('when a wide image is turned then angles are those of the image, not of the square', () => {
  // Twice as wide as high: a quarter turn about the middle brings the middle half of a row into
  // a whole column, and what lies beyond the image repeats its border.
  const columns = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) =>
    Math.floor(i / 3) % SIZE < SIZE / 2 ? 0 : 200,
  );
  const turned = sample(columns, { degrees: 45 }, { aspect: 2 });
  // The edge x = 0 becomes, in real lengths, the line y = -x: in the square y = -2x.
  const value = (dx: number, dy: number) => turned[3 * ((SIZE / 2 + dy) * SIZE + SIZE / 2 + dx)];
  assert.equal(value(4, -5), 200);
  assert.equal(value(4, -12), 0);
  assert.equal(value(-4, 5), 0);
  assert.equal(value(-4, 12), 200);
});

test('when a window reaches beyond the image then the border is repeated', () => {
  const pixels = new Uint8Array(SIZE * SIZE * 3).fill(90);
  assert.deepEqual(sample(pixels, { degrees: 33 }), pixels);
});

test('when an image is brightened then values are rounded and stay within 0..255', () => {
  const pixels = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => i % 256);
  for (const brightness of [0, 0.5, 0.8, 1.3, 2]) {
    const expected = pixels.map((value) => Math.min(255, Math.floor(value * brightness + 0.5)));
    assert.ok(worst(sample(pixels, { brightness }), expected) === 0, `${brightness}`);
  }
});

test('when an image is sampled again then no pixel differs', () => {
  for (const drawn of draw(ALL, 5)) {
    const source = makeImages(1, sourceSide(ALL, SIZE));
    assert.deepEqual(sample(source, drawn), sample(source, drawn));
  }
});
