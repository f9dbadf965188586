import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import { loadDecoder } from '../../src/images/decode.ts';
import {
  drawExplanation,
  type ImageSource,
  type Legend,
  thumbnails,
} from '../../src/images/draw-heat.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { makeOriented, makeScene } from '../helpers/make-images.ts';

const decoder = await loadDecoder();
const preprocessing = createPreprocessing({ size: 224 });
const sourceOf = (bytes: Uint8Array): ImageSource => ({ bytes, decoder, preprocessing });
const LEGEND: Legend = { label: 'leg', score: 0.75, rank: 1, labels: 2, approximate: false };
/** Evidence for in the top left corner, against in the bottom right one. */
const HEAT = {
  width: 7,
  height: 7,
  values: Array.from({ length: 49 }, (_, i) => (i === 0 ? 1 : i === 48 ? -1 : 0)),
};

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function pixelsOf(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  assert.equal(info.channels, 3);
  return { data, width: info.width, height: info.height };
}

/** Red less blue: above 0 is evidence for, below 0 against. */
function warmth({ data, width }: Pixels, x: number, y: number): number {
  return data[3 * (y * width + x)] - data[3 * (y * width + x) + 2];
}

/** Rows of the legend's first line, below an image of `top` rows. */
const titleBelow = ({ data, width }: Pixels, top: number) =>
  data.subarray(3 * width * (top + 10), 3 * width * (top + 38));
const isWritten = (pixels: Uint8Array) => pixels.some((value) => value < 60);

test('heat lies upright on the image, whatever its EXIF orientation', async () => {
  for (const orientation of [1, 6, 8]) {
    const source = sourceOf(await makeOriented(orientation));
    const drawn = await pixelsOf(await drawExplanation(source, HEAT, LEGEND));
    // 48 x 32 is enlarged to 480 x 320; the legend is below.
    assert.equal(drawn.width, 480);
    assert.ok(drawn.height > 320 + 100);
    assert.ok(warmth(drawn, 5, 5) > 60, `orientation ${orientation}`);
    assert.ok(warmth(drawn, 474, 314) < -60);
    assert.ok(Math.abs(warmth(drawn, 474, 5)) < 3 && Math.abs(warmth(drawn, 5, 314)) < 3);
    assert.ok(isWritten(titleBelow(drawn, 320)));
  }
});

test('tiny, long and narrow images keep their aspect over a legend that is read', async () => {
  for (const [width, height, drawnWidth, drawnHeight] of [
    [1, 1, 480, 480],
    [2000, 10, 1024, 5],
    [10, 2000, 480, 1024],
    [3000, 2000, 1024, 683],
  ]) {
    const bytes = await makeScene(width, height).png().toBuffer();
    const drawn = await pixelsOf(await drawExplanation(sourceOf(bytes), HEAT, LEGEND));
    assert.equal(drawn.width, drawnWidth);
    assert.ok(drawn.height > drawnHeight + 100 && drawn.height < drawnHeight + 250);
  }
});

test('any label is drawn: markup, emoji, 200 characters, controls', async () => {
  const bytes = await makeScene().png().toBuffer();
  const draw = async (label: string) =>
    pixelsOf(await drawExplanation(sourceOf(bytes), HEAT, { ...LEGEND, label }));
  const unnamed = titleBelow(await draw(''), 320);
  assert.ok(isWritten(unnamed));
  const labels = [
    '<script>&"\']]>',
    '\u{1f9b4}\u{1f468}\u200d\u{1f469}',
    'W'.repeat(200),
    '\ud800\u0000\n',
  ];
  for (const label of [...labels, '__proto__', '\u9aa8\u6298', '\u0643\u0633\u0631']) {
    const drawn = await draw(label);
    assert.notDeepEqual(titleBelow(drawn, 320), unnamed, JSON.stringify(label));
  }
});

test('an approximate map says so in a line more; the same input gives the same bytes', async () => {
  const source = sourceOf(await makeScene().png().toBuffer());
  const exact = await drawExplanation(source, HEAT, LEGEND);
  const other = await drawExplanation(source, HEAT, { ...LEGEND, approximate: true });
  assert.ok((await pixelsOf(other)).height > (await pixelsOf(exact)).height);
  assert.deepEqual(await drawExplanation(source, HEAT, LEGEND), exact);
});

test('thumbnails are JPEGs within the side, upright, without EXIF, one in colour and one with heat', async () => {
  const source = sourceOf(await makeOriented(6));
  const { image: plain, heat: heated } = await thumbnails(source, HEAT, 24);
  assert.ok(heated !== null);
  for (const bytes of [plain, heated]) {
    const { format, width, height, exif } = await sharp(bytes).metadata();
    assert.deepEqual([format, width, height, exif], ['jpeg', 24, 16, undefined]);
  }
  // The scene's top right quarter is green; the heat's is grey.
  const [x, y] = [20, 3];
  const at = 3 * (y * 24 + x);
  const colour = (await pixelsOf(plain)).data;
  const grey = (await pixelsOf(heated)).data;
  assert.ok(colour[at + 1] - colour[at] > 100);
  assert.ok(Math.abs(grey[at + 1] - grey[at]) < 25);
  assert.ok(warmth(await pixelsOf(heated), 0, 0) > 40);
});

test('an image smaller than the side is not enlarged', async () => {
  const source = sourceOf(await makeScene().png().toBuffer());
  const { image, heat } = await thumbnails(source, undefined, 320);
  assert.equal((await sharp(image).metadata()).width, 48);
  assert.equal(heat, null);
});
