// What is written can be read, changed and written again; lists and constants stay within limits.

import assert from 'node:assert/strict';
import test from 'node:test';
import { MalformedError } from '../../../src/base/protobuf-read.ts';
import { ELEMENT_TYPES } from '../../../src/network/onnx/constants.ts';
import {
  BYTES_EACH,
  floatTensor,
  type OnnxAttribute,
  type OnnxElementType,
  type OnnxGraph,
} from '../../../src/network/onnx/graph.ts';
import { readOnnxModel } from '../../../src/network/onnx/read.ts';
import { encodeOnnxModel } from '../../../src/network/onnx/write.ts';

const TYPES = Object.keys(ELEMENT_TYPES) as OnnxElementType[];

/** Nothing that runs. */
function graphWith(attributes: Readonly<Record<string, OnnxAttribute>> = {}): OnnxGraph {
  return {
    opset: 17,
    inputs: [{ name: 'x', type: 'float32', shape: ['n', 3] }],
    outputs: [{ name: 'y', type: 'double', shape: [1, 3] }],
    nodes: [{ op: 'Any', inputs: ['x', '', 'float16'], outputs: ['y'], attributes }],
    initializers: TYPES.map((type) => {
      const bytes = Uint8Array.from({ length: 6 * BYTES_EACH[type] }, (_, at) => at);
      return { name: type, type, shape: [2, 3], bytes };
    }),
  };
}

const ATTRIBUTES: Readonly<Record<string, OnnxAttribute>> = {
  float: { float: 0.5 },
  int: { int: -3 },
  string: { string: 'edge' },
  tensor: { tensor: floatTensor('', [2], [1, -2]) },
  floats: { floats: [0.25, -8] },
  ints: { ints: [1, 2 ** 40] },
  strings: { strings: ['Röntgen', ''] },
};

test('when a graph of every type is written and read then it is the same, and writes the same', () => {
  const graph = graphWith(ATTRIBUTES);
  const bytes = encodeOnnxModel(graph);
  const read = readOnnxModel(bytes);
  // A clone holds plain arrays in place of Node's buffers.
  assert.deepEqual(structuredClone(read), structuredClone(graph));
  assert.deepEqual(encodeOnnxModel(read), bytes);
  read.initializers.push(floatTensor('more', [], [7]));
  const again = readOnnxModel(encodeOnnxModel(read));
  assert.equal(again.initializers.at(-1)?.name, 'more');
});

test('when an attribute is longer than any node needs, or not what it says, it is refused', () => {
  const many = Array(1025).fill(1);
  const bad: [OnnxAttribute, RegExp][] = [
    [{ floats: many }, /more than the 1024 parts allowed in field 7/],
    [{ ints: many }, /more than the 1024 parts allowed in field 8/],
    [{ strings: many.map(String) }, /more than the 64 parts allowed in field 9/],
    [{ strings: ['x'.repeat(1001)] }, /a name of 1001 bytes/],
    [{ tensor: { ...floatTensor('w', [1], [1]), shape: [9] } }, /constant w of shape 9 in 4 bytes/],
    [{ tensor: { ...floatTensor('', [1], [1]), type: 'double' } }, /shape 1 in 4 bytes/],
  ];
  for (const [attribute, what] of bad) {
    assert.throws(
      () => readOnnxModel(encodeOnnxModel(graphWith({ a: attribute }))),
      (error) => error instanceof MalformedError && what.test(error.message),
      String(what),
    );
  }
});
