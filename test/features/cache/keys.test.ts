import assert from 'node:assert/strict';
import test from 'node:test';
import { sha256 } from '../../../src/base/hash.ts';
import { imageKey, namespaceOf, variantKey } from '../../../src/features/cache/keys.ts';
import { createPreprocessing } from '../../../src/images/preprocessing.ts';
import { SPACE } from '../../helpers/cache-samples.ts';
import { changeDecoderVersion } from '../../helpers/decoder-version.ts';

const JPEG = { sha256: sha256('a'), format: 'jpeg', kind: '8-bit' } as const;
const BMP = { sha256: sha256('a'), format: 'bmp', kind: '8-bit' } as const;
const DEFAULT = createPreprocessing({ size: 224 });
const AUGMENTATION = {
  flip_left_right: true,
  random_crop: 25,
  random_scale: 20,
  random_brightness: 30,
  random_rotation: 20,
};
const SERIES = { augmentation: AUGMENTATION, seed: 3 };

test('when the version of our decoder changes then so do the keys of what it reads, and no others', (t) => {
  const keys = () =>
    [JPEG, BMP].flatMap((file) => [imageKey(file, DEFAULT), variantKey(file, DEFAULT, SERIES, 0)]);
  const [jpeg, variant, ...bmp] = keys();
  assert.equal(jpeg, JPEG.sha256);
  changeDecoderVersion(t, 'bmp', 'imgdiag-bmp 2');
  const after = keys();
  assert.deepEqual(after.slice(0, 2), [jpeg, variant]);
  assert.equal(new Set([...bmp, ...after.slice(2)]).size, 4);
});

test('when keys of variants are made then they differ from file to file and copy to copy', () => {
  const other = { ...JPEG, sha256: sha256('b') };
  const keys = [JPEG, other].flatMap((file) =>
    [0, 1].map((copy) => variantKey(file, DEFAULT, SERIES, copy)),
  );
  assert.equal(new Set(keys).size, 4);
  // What a caller's object holds besides does not count; nor does the order of the fields.
  const reversed = Object.fromEntries(Object.entries(AUGMENTATION).reverse());
  const augmentation = { ...(reversed as typeof AUGMENTATION), copies: 9 };
  assert.equal(variantKey(JPEG, DEFAULT, { augmentation, seed: 3 }, 0), keys[0]);
});

test('when any field of the preprocessing changes then so does the space', () => {
  const { pixel_range: _, ...preprocessing } = DEFAULT;
  const others: Record<keyof typeof preprocessing, unknown> = {
    version: 3,
    size: 225,
    orientation: 'none',
    colour: 'p3',
    background: [255, 255, 254],
    fit: 'crop',
    crop_share: 0.875,
    kernel: 'cubic',
    shrink_on_load: true,
    mean: [0, 0, 0.5],
    std: [1, 1, 0.5],
    damaged: 'use',
  };
  assert.deepEqual(Object.keys(others).sort(), Object.keys(preprocessing).sort());
  const namespace = (changed: object) =>
    namespaceOf({ ...SPACE, preprocessing: { ...preprocessing, ...changed } }, 256);
  const all = Object.entries(others).map(([field, value]) => namespace({ [field]: value }));
  assert.equal(new Set([namespace({}), ...all]).size, all.length + 1);
  // Neither the order of the fields nor a way through JSON counts.
  const reversed = Object.fromEntries(Object.entries(preprocessing).reverse());
  assert.equal(namespace(reversed), namespace({}));
  assert.equal(namespace(JSON.parse(JSON.stringify(preprocessing))), namespace({}));
});

test('when the pixel range changes then so do the keys of the files that it touches, and no others', () => {
  const ranges = [null, [0, 4095], [0, 255]] as const;
  const keys = (kind: '8-bit' | '16-bit' | 'float' | 'whole') =>
    ranges.flatMap((pixel_range) => [
      imageKey({ ...JPEG, kind }, { pixel_range }),
      variantKey({ ...JPEG, kind }, { pixel_range }, SERIES, 0),
    ]);
  assert.equal(new Set(keys('8-bit')).size, 2);
  for (const kind of ['16-bit', 'float', 'whole'] as const) {
    assert.equal(new Set([...keys('8-bit'), ...keys(kind)]).size, 8, kind);
  }
});

test('when keys are made in a later version then they are still the same', () => {
  // Another value would drop every cached bottleneck.
  assert.deepEqual(
    [namespaceOf(SPACE, 256), imageKey(BMP, DEFAULT), variantKey(JPEG, DEFAULT, SERIES, 0)].map(
      (key) => key.slice(0, 16),
    ),
    ['b7ee4d0b785a03b5', '5a7cc21ca8f41eca', 'f75efaa5659033d0'],
  );
});
