// Files of exporters are read in each of the ways that they may be written.

import assert from 'node:assert/strict';
import test from 'node:test';
import * as ort from 'onnxruntime-node';
import { BYTES, FIXED32, FIXED64, key, message, text, VARINT } from '../../../src/base/protobuf.ts';
import { MalformedError } from '../../../src/base/protobuf-read.ts';
import { bytesOf, type OnnxElementType } from '../../../src/network/onnx/graph.ts';
import { readOnnxModel } from '../../../src/network/onnx/read.ts';
import type { ExternalData } from '../../../src/network/onnx/read-tensor.ts';
import { encodeOnnxModel } from '../../../src/network/onnx/write.ts';
import {
  apart,
  constantNode,
  model,
  numbers,
  packed,
  port,
  tensor,
  type Write,
} from '../../helpers/onnx-fields.ts';

/** Field and form of each list of numbers that a constant may have, and how it is written. */
const LISTS: readonly (readonly [OnnxElementType, Write])[] = [
  ['float32', packed(4, (w) => w.float(0.5).float(-2).float(1e-3))],
  ['float32', (w) => w.uint32(key(4, FIXED32)).float(0.5).uint32(37).float(-2).uint32(37).float(9)],
  ['double', packed(10, (w) => w.double(0.1).double(-2).double(1e-3))],
  [
    'double',
    (w) => w.uint32(key(10, FIXED64)).double(0.1).uint32(81).double(2).uint32(81).double(9),
  ],
  ['int64', packed(7, numbers([1, -1, 2 ** 40]))],
  ['int64', apart(7, [1, -1, 2 ** 40])],
  ['int32', packed(5, numbers([1, -1, 2 ** 31 - 1]))],
  ['int32', apart(5, [1, -1, 7])],
  ['int8', packed(5, numbers([1, -1, 127]))],
  ['uint8', packed(5, numbers([1, 0, 255]))],
  ['bool', packed(5, numbers([1, 0, 1]))],
  // Bits: 1, -2, 0.5.
  ['float16', packed(5, numbers([0x3c00, 0xc000, 0x3800]))],
  ['float16', (w) => w.uint32(key(9, BYTES)).bytes(bytesOf(Uint16Array.of(0x3c00, 0, 1)))],
];

test('when numbers are listed, packed or not, then they are those that ONNX Runtime reads', async () => {
  for (const [index, [type, data]] of LISTS.entries()) {
    const bytes = model({
      graph: (w) => {
        message(w, 1, (node) => {
          text(node, 1, 'c');
          text(node, 2, 'y');
          text(node, 4, 'Identity');
        });
        text(w, 2, 'g');
        message(w, 5, tensor('c', type, [3], data));
        message(w, 12, port('y', type, [(d) => d.uint32(key(1, VARINT)).int64(3)]));
      },
    });
    const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
    const { y } = await session.run({});
    await session.release();
    const [constant] = readOnnxModel(bytes).initializers;
    const expected = bytesOf(y.data as Float32Array);
    assert.deepEqual([...constant.bytes], [...expected], `${type}, list ${index}`);
  }
});

test('when exporters write constants as nodes, names, notes and older inputs then the graph is plain', () => {
  const raw: Write = (w) => w.uint32(key(9, BYTES)).bytes(bytesOf(Float32Array.of(1, 2)));
  const entry: Write = (w) => {
    text(w, 1, 'author');
    text(w, 2, 'someone');
  };
  const bytes = model({
    ir: 3,
    opsets: [
      ['com.microsoft', 1],
      ['', 12],
      ['ai.onnx.ml', 3],
    ],
    graph: (w) => {
      message(
        w,
        1,
        constantNode('t', 'value', 4, (a) => message(a, 5, tensor('', 'float32', [2], raw))),
      );
      message(
        w,
        1,
        constantNode('i', 'value_ints', 7, (a) => apart(8, [3, -1])(a)),
      );
      message(
        w,
        1,
        constantNode('n', 'value_int', 2, (a) => a.uint32(key(3, VARINT)).int64(5)),
      );
      message(
        w,
        1,
        constantNode('f', 'value_float', 1, (a) => a.uint32(key(2, FIXED32)).float(0.5)),
      );
      message(
        w,
        1,
        constantNode('s', 'value_floats', 6, (a) => a.uint32(key(7, FIXED32)).float(0.5)),
      );
      message(w, 1, (node) => {
        for (const name of ['x', 't', 'w']) text(node, 1, name);
        text(node, 2, 'y');
        text(node, 3, 'sum of all');
        text(node, 4, 'Sum');
        text(node, 6, 'a note');
        text(node, 7, 'ai.onnx');
        message(node, 9, entry);
      });
      message(w, 5, tensor('w', 'float32', [2], raw));
      text(w, 10, 'a note');
      const named: Write = (d) => text(d, 2, 'batch');
      const minus: Write = (d) => d.uint32(key(1, VARINT)).int64(-1);
      message(w, 11, port('x', 'float32', [named, minus, () => {}]));
      message(w, 11, port('w', 'float32', [(d) => d.uint32(key(1, VARINT)).int64(2)]));
      message(w, 12, port('y', 'float32'));
      message(w, 13, port('t', 'float32', []));
      message(w, 14, () => {});
      message(w, 16, entry);
    },
    more: (w) => {
      for (const field of [2, 3, 4, 6]) text(w, field, 'exporter');
      w.uint32(key(5, VARINT)).int64(3);
      message(w, 14, entry);
    },
  });
  const graph = readOnnxModel(bytes);
  assert.equal(graph.opset, 12);
  assert.deepEqual(graph.inputs, [{ name: 'x', type: 'float32', shape: ['batch', '?', '?'] }]);
  assert.deepEqual(
    graph.nodes.map(({ op, inputs }) => [op, ...inputs]),
    [['Sum', 'x', 't', 'w']],
  );
  const found = graph.initializers.map(({ name, type, shape }) => [name, type, shape.join()]);
  const expected = [
    ['w', 'float32', '2'],
    ['t', 'float32', '2'],
    ['i', 'int64', '2'],
    ['n', 'int64', ''],
    ['f', 'float32', ''],
    ['s', 'float32', '1'],
  ];
  assert.deepEqual(found, expected);
  // As it was read, with its own operator set.
  const again = encodeOnnxModel(graph);
  assert.equal(readOnnxModel(again).opset, 12);
  assert.deepEqual(encodeOnnxModel(readOnnxModel(again)), again);
});

/** A constant of two floats whose bytes lie elsewhere. */
function external(record: Readonly<Record<string, string>>, shape = [2]): Uint8Array {
  const data: Write = (w) => {
    for (const [name, value] of Object.entries(record)) {
      message(w, 13, (entry) => {
        text(entry, 1, name);
        text(entry, 2, value);
      });
    }
    w.uint32(key(14, VARINT)).int32(1);
  };
  return model({ graph: (w) => message(w, 5, tensor('c', 'float32', shape, data)) });
}

test('when constants lie in another file then the caller is asked for them, and only for what fits', () => {
  const asked: ExternalData[] = [];
  const give = (record: ExternalData) => {
    asked.push(record);
    return new Uint8Array(record.length).fill(7);
  };
  const record = { location: 'weights.bin', offset: '4096', length: '8' };
  const [constant] = readOnnxModel(external(record), give).initializers;
  assert.deepEqual([...constant.bytes], Array(8).fill(7));
  readOnnxModel(external({ location: '../b', checksum: 'x' }), give);
  assert.deepEqual(asked, [
    { location: 'weights.bin', offset: 4096, length: 8 },
    // Where a path leads is for the caller to say.
    { location: '../b', offset: 0, length: 8 },
  ]);
  const bad: [Uint8Array, RegExp][] = [
    [external({ ...record, length: '9' }), /8 bytes at 4096, 9 of them in weights.bin/],
    [external({ ...record, offset: '-1' }), /8 bytes at -1/],
    [external({ ...record, offset: '1e9' }), /8 bytes at 1e9/],
    [external({}), /8 of them in no file/],
    [external({ location: 'a\0b' }), /constant c of 8 bytes/],
    [external({ location: 'a' }, [2 ** 30]), /more than 2 GB of constants/],
    [external(record, [2 ** 40, 2 ** 40]), /constant c of shape/],
  ];
  for (const [bytes, what] of bad) {
    assert.throws(
      () => readOnnxModel(bytes, give),
      (error) => error instanceof MalformedError && what.test(error.message),
      String(what),
    );
  }
  assert.equal(asked.length, 2);
  assert.throws(() => readOnnxModel(external(record), () => new Uint8Array(7)), /in 7 bytes/);
  assert.throws(() => readOnnxModel(external(record)), /numbers are in another file/);
});
