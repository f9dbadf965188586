import assert from 'node:assert/strict';
import test from 'node:test';
import { UsageError } from '../../src/base/errors.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { preprocessingOf } from '../../src/job/preprocessing.ts';
import { RETRAIN_DEFAULTS } from '../../src/options/commands.ts';

const PLAIN = { imageSize: 96, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;
const CROPPED = { ...PLAIN, fitting: { fit: 'crop', crop_share: 0.9, kernel: 'cubic' } } as const;

test('when options say nothing then the network has its own preprocessing, else that of retrain.py', () => {
  const { imageSize: size, mean, std } = PLAIN;
  assert.deepEqual(
    preprocessingOf(PLAIN, RETRAIN_DEFAULTS),
    createPreprocessing({ size, mean, std }),
  );
  assert.deepEqual(
    preprocessingOf(CROPPED, RETRAIN_DEFAULTS),
    createPreprocessing({ size, mean, std, ...CROPPED.fitting }),
  );
});

test('when options say something then they go before the network', () => {
  const options = {
    image_size: 64,
    fit: 'crop',
    kernel: 'lanczos3',
    mean: '0.1,0.2,0.3',
    std: '1',
  } as const;
  const found = preprocessingOf(CROPPED, { ...RETRAIN_DEFAULTS, ...options, pixel_range: '0:9' });
  const expected = createPreprocessing({
    size: 64,
    fit: 'crop',
    crop_share: 0.9,
    kernel: 'lanczos3',
    mean: [0.1, 0.2, 0.3],
    std: [1, 1, 1],
    pixel_range: [0, 9],
  });
  assert.deepEqual(found, expected);
  // What only a crop needs is left out, so that equal pixels have equal keys.
  const padded = preprocessingOf(CROPPED, { ...RETRAIN_DEFAULTS, fit: 'pad' });
  assert.deepEqual([padded.fit, padded.crop_share], ['pad', 1]);
});

test('when a size is not from 32 to 1024 then it must be the one of the network', () => {
  const at = (image_size: number) =>
    preprocessingOf({ ...PLAIN, imageSize: 16 }, { ...RETRAIN_DEFAULTS, image_size }).size;
  assert.deepEqual([16, 32, 33, 1024].map(at), [16, 32, 33, 1024]);
  for (const size of [15, 31, 1025]) assert.throws(() => at(size), /from 32 to 1024, found/);
});

test('when a crop share is given without a crop then it is refused', () => {
  const share = { ...RETRAIN_DEFAULTS, crop_share: 0.8 };
  assert.throws(
    () => preprocessingOf(PLAIN, share),
    (error) =>
      error instanceof UsageError && /expected --fit crop .* found stretch/.test(error.message),
  );
  assert.equal(preprocessingOf(CROPPED, share).crop_share, 0.8);
});
