import assert from 'node:assert/strict';
import test from 'node:test';
import { heatColour, heatLimit, paintHeat } from '../../src/images/heat.ts';

/** An image of one grey. */
const grey = (width: number, height: number, value = 100) => ({
  pixels: new Uint8Array(width * height * 3).fill(value),
  width,
  height,
});

/** Red less blue of a pixel: above 0 is evidence for, below 0 against. */
function warmth({ pixels, width }: { pixels: Uint8Array; width: number }, x: number, y: number) {
  const at = 3 * (y * width + x);
  return pixels[at] - pixels[at + 2];
}

test('evidence for is orange, against blue, none leaves the grey; it stays half visible', () => {
  assert.deepEqual(heatColour(0, 100), [100, 100, 100]);
  // 0.4 of the grey and 0.6 of (213, 94, 0), and of (0, 114, 178).
  assert.deepEqual(heatColour(1, 100), [168, 96, 40]);
  assert.deepEqual(heatColour(-1, 100), [40, 108, 147]);
  assert.deepEqual(heatColour(7, 100), heatColour(1, 100));
});

test('the limit is the largest evidence either way', () => {
  assert.equal(heatLimit({ width: 3, height: 1, values: [1, -4, 2] }), 4);
});

test('the map spans the image along each axis, whatever its aspect', () => {
  const heat = { width: 2, height: 2, values: [1, 0, 0, -1] };
  const painted = paintHeat(grey(40, 10), heat);
  assert.ok(warmth(painted, 0, 0) > 100 && warmth(painted, 39, 9) < -90);
  assert.ok(Math.abs(warmth(painted, 0, 9)) < 3 && Math.abs(warmth(painted, 39, 0)) < 3);
});

test('between the centres of two cells the evidence is linear, outside them level', () => {
  // Pixel centres 0.5 .. 3.5 of 4; cell centres at 1 and 3: 0, 1/4, 3/4, 1 of the way.
  const { pixels } = paintHeat(grey(4, 1, 0), { width: 2, height: 1, values: [0, 2] });
  const reds = [0, 1, 2, 3].map((x) => pixels[3 * x]);
  assert.deepEqual(reds, [0, 32, 96, 128]);
});

test('a colour of the image is not taken for evidence, and no evidence at all is no error', () => {
  const orange = { pixels: Uint8Array.of(255, 128, 0), width: 1, height: 1 };
  const { pixels } = paintHeat(orange, { width: 7, height: 7, values: new Float64Array(49) });
  // 0.299 x 255 + 0.587 x 128 = 151.4
  assert.deepEqual([...pixels], [151, 151, 151]);
});
