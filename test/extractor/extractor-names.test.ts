// Published names are recognised in every spelling; a typo finds its nearest name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnownElsewhere, nearestName } from '../../src/extractor/extractor-names.ts';

test('names of retrain.py, TensorFlow Hub and Keras are known', () => {
  for (const name of [
    'inception_v3',
    'mobilenet_v2',
    'mobilenet_1.0_224',
    'mobilenet_0.50_160',
    'mobilenet_0.25_128_quantized',
    'mobilenet_v1_050_224',
    'mobilenet_v1_1.0_224',
    'mobilenet_v1_100',
    'mobilenet_v2_100_224',
    'mobilenet_v2_140_224',
    'mobilenet_v3_small_100_224',
    'mobilenet_v3_large',
  ]) {
    assert.ok(isKnownElsewhere(name), name);
  }
  for (const name of ['', 'mobilenet', 'resnet50', 'inception_v9', 'mobilenet_v1_33_224']) {
    assert.ok(!isKnownElsewhere(name), name);
  }
});

test('the nearest name, unless none is near', () => {
  const names = ['mobilenet_v1_025_224', 'mobilenet_0.25_224'];
  assert.equal(nearestName('MobileNet_v1_025_224', names), names[0]);
  assert.equal(nearestName('mobilenet_.25_224', names), names[1]);
  assert.equal(nearestName('vgg16', names), undefined);
  assert.equal(nearestName('x', []), undefined);
});
