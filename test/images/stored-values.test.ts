// Stored values of more than 8 bits as grey levels, by hand.

import assert from 'node:assert/strict';
import test from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import {
  type GreyLevels,
  type StoredImage,
  toGreyLevels,
  turnUpright,
} from '../../src/images/stored-values.ts';
import { assertRejects } from '../helpers/rejects.ts';

/** A row of grey values. */
function row(values: number[], more: Partial<StoredImage> = {}): StoredImage {
  const { bands = 1 } = more;
  return {
    kind: '16-bit',
    what: 'values',
    width: values.length / bands,
    height: 1,
    values,
    bands,
    colours: [0],
    opaque: 65_535,
    ...more,
  };
}

const levels = (image: StoredImage, range: [number, number] | null = null) => [
  ...toGreyLevels(image, range).data,
];

test('when no range is given then that of the type is taken, where it is known', async () => {
  assert.deepEqual(levels(row([0, 128, 129, 257, 65_535])), [0, 0, 1, 1, 255]);
  assert.deepEqual(levels(row([0, 0.5, 1], { kind: 'float' })), [0, 128, 255]);
  assert.deepEqual(levels(row([0, 7, 255], { kind: '8-bit' })), [0, 7, 255]);
  const refused: [Partial<StoredImage>, number[], string][] = [
    [{ kind: 'float' }, [0, 1, -3.71828], 'floating-point values from 0 to 1, found -3.718 to 1'],
    [{ kind: 'float' }, [0, 1000.25], 'floating-point values from 0 to 1, found 0 to 1000'],
    [{ kind: 'float' }, [0, Number.NaN], 'floating-point values from 0 to 1, found no numbers'],
    [{ kind: 'whole', what: 'longs' }, [1, 2], 'values of a known range, found longs'],
  ];
  for (const [kind, values, sentence] of refused) {
    const read = () => toGreyLevels(row(values, kind), null);
    await assertRejects(read, EXIT.input, `expected ${sentence}`, /--pixel_range LOW:HIGH/);
  }
});

test('when a range is given then it is mapped linearly and clipped, but never in 8 bits', () => {
  const values = [-2000, -1024, 0, 1023.5, 3071, 9999];
  for (const kind of ['16-bit', 'float', 'whole'] as const) {
    assert.deepEqual(levels(row(values, { kind }), [-1024, 3071]), [0, 0, 64, 128, 255, 255]);
  }
  const none = [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  assert.deepEqual(levels(row(none, { kind: 'float' }), [0, 1]), [0, 0, 255]);
  assert.deepEqual(levels(row([0, 7, 255], { kind: '8-bit' }), [0, 10]), [0, 7, 255]);
});

test('when an image is large then each pixel is mapped as in a small one', () => {
  const few = [0, 1, 999, 1000, 2047, 4000, 4001, 65_535];
  const many = Array.from({ length: 160_000 }, (_, i) => few[i % few.length]);
  for (const more of [{}, { inverted: true }, { bands: 2, alpha: 1 }]) {
    const small = toGreyLevels(row(few, more), [1000, 4000]);
    const large = toGreyLevels({ ...row(many, more), width: 200, height: 400 }, [1000, 4000]);
    const length = small.data.length;
    assert.deepEqual(large.data.subarray(8 * length, 9 * length), small.data);
    assert.equal(large.largest, small.largest);
  }
});

test('when the lowest value is white then the grey levels are inverted, not the values', () => {
  assert.deepEqual(levels(row([0, 1024, 9999], { inverted: true }), [0, 4096]), [255, 191, 0]);
});

test('when there is alpha then it keeps the range of its type', () => {
  const values = [4095, 65_535, 4095, 0, 2048, 32_768];
  const image = row(values, { bands: 2, alpha: 1 });
  assert.deepEqual(levels(image, [0, 4095]), [255, 255, 255, 0, 128, 128]);
  const { channels, largest } = toGreyLevels(image, null);
  assert.deepEqual([channels, largest], [2, 4095]);
  // Where alpha is a quarter, a stored 100 was 400.
  const premultiplied = row([100, 16_384, 100, 0], { bands: 2, alpha: 1, premultiplied: true });
  assert.deepEqual(levels(premultiplied, [0, 800]), [127, 64, 0, 0]);
});

test('when there are more bands then only those named are shown', () => {
  const values = [9, 1, 2, 3, 8, 9, 4, 5, 6, 8];
  const image = row(values, { bands: 5, colours: [1, 2, 3], alpha: 4, opaque: 8 });
  assert.deepEqual(levels(image, [0, 255]), [1, 2, 3, 255, 4, 5, 6, 255]);
});

test('when values are of 16 bits then the largest is told, of other kinds none', () => {
  assert.equal(toGreyLevels(row([5, 4095, 0]), null).largest, 4095);
  assert.equal(toGreyLevels(row([0, 0]), null).largest, 0);
  assert.equal(toGreyLevels(row([5, 7], { kind: 'whole' }), [0, 9]).largest, undefined);
  assert.equal(toGreyLevels(row([5, 7], { kind: '8-bit' }), null).largest, undefined);
});

test('when an image is turned then its EXIF orientation says what was up', () => {
  const stored: GreyLevels = {
    width: 3,
    height: 2,
    channels: 1,
    data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    largest: undefined,
  };
  const upright: [number, number, number[]][] = [
    [1, 3, [1, 2, 3, 4, 5, 6]],
    [2, 3, [3, 2, 1, 6, 5, 4]],
    [3, 3, [6, 5, 4, 3, 2, 1]],
    [4, 3, [4, 5, 6, 1, 2, 3]],
    [5, 2, [1, 4, 2, 5, 3, 6]],
    [6, 2, [4, 1, 5, 2, 6, 3]],
    [7, 2, [6, 3, 5, 2, 4, 1]],
    [8, 2, [3, 6, 2, 5, 1, 4]],
    [9, 3, [1, 2, 3, 4, 5, 6]],
  ];
  for (const [orientation, width, expected] of upright) {
    const found = turnUpright(stored, orientation);
    assert.deepEqual([found.width, [...found.data]], [width, expected], `${orientation}`);
  }
});
