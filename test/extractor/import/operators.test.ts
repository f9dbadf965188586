// The table holds what the exports of MobileNet V1 to V3 and Inception V3 are made of.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IMPORTERS } from '../../../src/extractor/import/operators.ts';

const EXPORTS = {
  'MobileNet V1, TensorFlow Hub':
    '_FusedConv2D DepthwiseConv2dNative BiasAdd Relu6 Mul Sub Mean Squeeze',
  'MobileNet V2, Keras':
    'FusedDepthwiseConv2dNative _FusedConv2D AddV2 Pad Mean _FusedMatMul Softmax',
  'MobileNet V3':
    '_FusedConv2D FusedDepthwiseConv2dNative AddV2 Relu6 Mul Mean Reshape Shape StridedSlice Pack',
  'Inception V3': '_FusedConv2D MaxPool AvgPool ConcatV2 Mean Identity MatMul',
  'graphs without folding': 'Conv2D FusedBatchNormV3 Relu Rsqrt Add RealDiv',
};

for (const [name, operators] of Object.entries(EXPORTS)) {
  test(name, () => {
    assert.deepEqual(
      operators.split(' ').filter((operator) => !IMPORTERS.has(operator)),
      [],
    );
  });
}
