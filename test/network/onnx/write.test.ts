// The encoded model is what ONNX Runtime reads, and the same bytes every time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ort from 'onnxruntime-node';
import { floatTensor, int64Tensor, type OnnxGraph } from '../../../src/network/onnx/graph.ts';
import { encodeOnnxModel } from '../../../src/network/onnx/write.ts';

/** y = LeakyRelu(x) reshaped to [n, 3] + bias; every kind of attribute and constant. */
function makeGraph(): OnnxGraph {
  return {
    inputs: [{ name: 'x', type: 'uint8', shape: ['n', 1, 3] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['n', 3] }],
    nodes: [
      { op: 'Transpose', inputs: ['x'], outputs: ['t'], attributes: { perm: { ints: [0, 2, 1] } } },
      { op: 'Cast', inputs: ['t'], outputs: ['f'], attributes: { to: { int: 1 } } },
      { op: 'Add', inputs: ['f', 'offset'], outputs: ['s'] },
      { op: 'LeakyRelu', inputs: ['s'], outputs: ['l'], attributes: { alpha: { float: 0.5 } } },
      { op: 'Reshape', inputs: ['l', 'shape'], outputs: ['r'] },
      {
        op: 'Pad',
        inputs: ['r', 'pads'],
        outputs: ['p'],
        attributes: { mode: { string: 'edge' } },
      },
      { op: 'Softmax', inputs: ['p'], outputs: ['unused'], attributes: { axis: { int: -1 } } },
      { op: 'Add', inputs: ['p', 'bias'], outputs: ['y'] },
    ],
    initializers: [
      floatTensor('offset', [], [-2]),
      floatTensor('bias', [3], [10, 20, 30]),
      int64Tensor('shape', [-1, 3]),
      int64Tensor('pads', [0, 0, 0, 0]),
    ],
  };
}

test('ONNX Runtime opens the model and computes what the graph says', async () => {
  const session = await ort.InferenceSession.create(encodeOnnxModel(makeGraph()));
  assert.deepEqual(session.inputNames, ['x']);
  const x = new ort.Tensor('uint8', Uint8Array.of(0, 1, 2, 3, 4, 5), [2, 1, 3]);
  const { y } = await session.run({ x });
  assert.deepEqual([...y.dims], [2, 3]);
  assert.deepEqual([...(y.data as Float32Array)], [9, 19.5, 30, 11, 22, 33]);
  await session.release();
});

test('the same graph gives the same bytes, which name nothing of this machine', () => {
  const bytes = encodeOnnxModel(makeGraph());
  assert.deepEqual(bytes, encodeOnnxModel(makeGraph()));
  const printed = Buffer.from(bytes).toString('latin1');
  assert.ok(printed.includes('imgdiag'));
  assert.ok(!printed.includes(process.cwd()));
});
