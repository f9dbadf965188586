// Transposing weights by hand, and constants and layouts that are made once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  constantName,
  createGraphBuilder,
  type TensorValue,
  transpose,
} from '../../../src/extractor/import/values.ts';
import { bytesOf, type OnnxGraph } from '../../../src/network/onnx/graph.ts';

function emptyGraph(): OnnxGraph {
  return { inputs: [], outputs: [], nodes: [], initializers: [] };
}

test('transpose moves axes of any size', () => {
  assert.deepEqual([...transpose([1, 2, 3, 4, 5, 6], [2, 3], [1, 0])], [1, 4, 2, 5, 3, 6]);
  const shape = [2, 3, 4, 5];
  const order = [3, 2, 0, 1];
  const data = Float32Array.from({ length: 120 }, (_, i) => i);
  const moved = transpose(data, shape, order);
  const at = (i: number, j: number, k: number, l: number) => ((i * 3 + j) * 4 + k) * 5 + l;
  for (let i = 0; i < 2; i++)
    for (let j = 0; j < 3; j++)
      for (let k = 0; k < 4; k++)
        for (let l = 0; l < 5; l++) {
          assert.equal(moved[((l * 4 + k) * 2 + i) * 3 + j], at(i, j, k, l));
        }
  assert.deepEqual([...transpose([7], [], [])], [7]);
});

test('a value is transposed once, there and back', () => {
  const builder = createGraphBuilder(emptyGraph());
  const plain: TensorValue = { kind: 'tensor', name: 'v', shape: [null, 2, 2, 3], layout: 'plain' };
  const nchw = builder.toNchw(plain);
  assert.equal(builder.toNchw(plain), nchw);
  assert.equal(builder.toNchw(nchw), nchw);
  assert.equal(builder.toPlain(nchw), builder.toPlain(nchw));
  assert.deepEqual(
    builder.graph.nodes.map(({ op }) => op),
    ['Transpose', 'Transpose'],
  );
});

test('names are never given twice, constants never stored twice', () => {
  const builder = createGraphBuilder(emptyGraph());
  assert.equal(builder.emit('Relu', ['x'], 'a'), 'a');
  assert.equal(builder.emit('Relu', ['x'], 'a'), 'a_1');
  assert.equal(builder.integers([1, 2]), builder.integers([1, 2]));
  const constant = {
    kind: 'constant',
    name: 'c',
    shape: [2, 2],
    dtype: 'float32',
    data: Float32Array.of(1, 2, 3, 4),
  } as const;
  const [plain, nchw] = [
    constantName(builder, constant, 'plain'),
    constantName(builder, constant, 'nchw'),
  ];
  assert.notEqual(plain, nchw);
  assert.equal(constantName(builder, constant, 'nchw'), nchw);
  const stored = builder.graph.initializers.find(({ name }) => name === nchw);
  assert.deepEqual(stored?.shape, [1, 2, 1, 2]);
  assert.deepEqual(stored?.bytes, bytesOf(Float32Array.of(1, 3, 2, 4)));
});
