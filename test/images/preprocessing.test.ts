import assert from 'node:assert/strict';
import test from 'node:test';
import {
  createPreprocessing,
  describePreprocessing,
  fromInputRange,
  pixelScaling,
} from '../../src/images/preprocessing.ts';

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

test('when preprocessing is made then it is what retrain.py did, on white', () => {
  assert.deepEqual(createPreprocessing({ size: 224 }), {
    version: 2,
    size: 224,
    orientation: 'exif',
    colour: 'srgb',
    background: [255, 255, 255],
    fit: 'stretch',
    crop_share: 1,
    kernel: 'linear',
    shrink_on_load: false,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    pixel_range: null,
    damaged: 'refuse',
  });
});

test('when a range is given then its ends are what 0 and 255 become', () => {
  // Exactly, as networks were given them before there was a mean and a deviation.
  for (const [low, high] of [
    [0, 1],
    [-1, 1],
    [0, 255],
    [-127.5, 127.5],
  ]) {
    const { scale, offset } = pixelScaling(fromInputRange(low, high));
    assert.deepEqual(scale, Array(3).fill((high - low) / 255), `${low}..${high}`);
    assert.deepEqual(offset, Array(3).fill(low), `${low}..${high}`);
  }
});

test('when channels differ then each is normalised by its own mean and deviation', () => {
  const { scale, offset } = pixelScaling(IMAGENET);
  for (const [channel, value] of [0, 100, 255].entries()) {
    const expected = (value / 255 - IMAGENET.mean[channel]) / IMAGENET.std[channel];
    assert.ok(Math.abs(value * scale[channel] + offset[channel] - expected) < 1e-12);
  }
});

test('when preprocessing is described then fit, kernel and each channel are named', () => {
  const text = describePreprocessing(createPreprocessing({ size: 9, fit: 'pad', ...IMAGENET }));
  assert.equal(text, '9x9 RGB, pad, linear, mean 0.485 0.456 0.406, std 0.229 0.224 0.225');
  const cut = { size: 9, fit: 'crop', crop_share: 0.875, kernel: 'cubic' } as const;
  assert.match(describePreprocessing(createPreprocessing(cut)), /RGB, crop 0.875, cubic, mean/);
});
