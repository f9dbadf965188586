import assert from 'node:assert/strict';
import test from 'node:test';
import { loadExtractorFiles } from '../../../src/extractor/catalog.ts';
import { encodeExtractor } from '../../../src/extractor/graph.ts';
import { readOnnxModel } from '../../../src/network/onnx/read.ts';
import { multiplyAdds } from '../../../src/network/onnx/shapes.ts';
import { inputOf } from '../../helpers/open-extractor.ts';

test('MobileNet V1 0.25 needs 41 million multiply-adds at 224 pixels, as its paper says', async () => {
  const files = await loadExtractorFiles('mobilenet_v1_025_224');
  const graph = readOnnxModel(encodeExtractor(files, inputOf(files.spec)));
  // Table 6 of https://arxiv.org/abs/1704.04861, whose last layer of 256 x 1001 is not part of it.
  const paper = 41e6 - 256 * 1001;
  const found = multiplyAdds(graph);
  assert.ok(Math.abs(found / paper - 1) < 0.02, String(found));
  assert.equal(multiplyAdds(graph, 3), 3 * found);
});
