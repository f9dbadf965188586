// Hostile files are refused before there is memory for them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { BYTES, key, message, text, VARINT } from '../../../src/base/protobuf.ts';
import { MalformedError } from '../../../src/base/protobuf-read.ts';
import type { OnnxElementType } from '../../../src/network/onnx/graph.ts';
import { readOnnxModel } from '../../../src/network/onnx/read.ts';
import {
  constantNode,
  model,
  numbers,
  packed,
  tensor,
  type Write,
} from '../../helpers/onnx-fields.ts';

test('when a file is made to take time or memory then it is refused before it does', () => {
  const empty = (field: number, length: number) => {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at += 2) bytes[at] = key(field, BYTES);
    return bytes;
  };
  const inGraph = (field: number, bytes: Uint8Array) =>
    model({ graph: (w) => w.uint32(key(field, BYTES)).bytes(bytes) });
  const list = (type: OnnxElementType, shape: number[], field: number, bytes: Uint8Array) =>
    model({
      graph: (w) =>
        message(
          w,
          5,
          tensor('c', type, shape, (t) => t.uint32(key(field, BYTES)).bytes(bytes)),
        ),
    });
  const size = 4e7;
  const node: Write = (w) => {
    for (let i = 0; i < 250; i++) text(w, 1, '');
    text(w, 4, 'Sum');
  };
  const wide = model({
    graph: (w) => {
      for (let i = 0; i < 15_000; i++) message(w, 1, node);
    },
  });
  const hostile: [Uint8Array, RegExp][] = [
    [inGraph(1, empty(1, size)), /a node with more than the 256 parts allowed in field 1/],
    [inGraph(5, empty(13, size)), /a constant with more than the 8 parts allowed in field 13/],
    [empty(14, size), /a model with more than the 20000 parts/],
    [wide, /more fields than any extractor needs/],
    [list('int64', [size], 7, new Uint8Array(size)), /more numbers in lists than/],
    [list('int64', [5], 7, new Uint8Array(size)), /more numbers than the 5 allowed/],
    [list('float32', [size], 4, new Uint8Array(size)), /constant c of shape 40000000 in/],
    [list('float32', [3], 9, new Uint8Array(size)), /constant c of shape 3 in 40000000 bytes/],
  ];
  for (const [bytes, what] of hostile) {
    const before = process.memoryUsage();
    const start = performance.now();
    let refusal = '';
    try {
      readOnnxModel(bytes);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      refusal = error.message;
    }
    const after = process.memoryUsage();
    const grown = (after.heapUsed + after.external - before.heapUsed - before.external) / 1e6;
    assert.match(refusal, what);
    assert.ok(performance.now() - start < 2000, `${what}: time`);
    assert.ok(grown < 300, `${what}: ${grown} MB`);
  }
});

test('when a file holds two values in one place, or names none, then it is refused', () => {
  const raw: Write = (w) => w.uint32(key(9, BYTES)).bytes(new Uint8Array(4));
  const both: Write = (w) => {
    raw(w);
    packed(4, (list) => list.float(1))(w);
  };
  const one = (data: Write, type: OnnxElementType = 'float32') =>
    model({ graph: (w) => message(w, 5, tensor('c', type, [1], data)) });
  const nodes = (...written: Write[]) =>
    model({
      graph: (w) => {
        for (const node of written) message(w, 1, node);
      },
    });
  const five: Write = (a) => a.uint32(key(3, VARINT)).int64(5);
  const bad: [Uint8Array, RegExp][] = [
    [one(both), /numbers in fields 4 and 9/],
    [one(packed(7, numbers([1]))), /numbers in fields 7/],
    [
      nodes(constantNode('a', 'value_int', 2, five), constantNode('a', 'value_int', 2, five)),
      /two constants a/,
    ],
    [nodes(constantNode('', 'value_int', 2, five)), /a Constant with outputs/],
    [
      nodes(constantNode('a', 'value_string', 3, (a) => text(a, 4, 'x'))),
      /a Constant with attribute value_string/,
    ],
    [
      nodes((w) => {
        for (const _ of [1, 2]) {
          message(w, 5, (a) => {
            text(a, 1, 'axis');
            five(a);
            a.uint32(key(20, VARINT)).int32(2);
          });
        }
      }),
      /attribute axis twice/,
    ],
    [nodes((w) => text(w, 8, 'overload')), /functions of its own \(field 8 in a node\)/],
    [
      model({
        graph: () => {},
        opsets: [
          ['', 17],
          ['ai.onnx', 13],
        ],
      }),
      /2 operator sets of ONNX/,
    ],
    [
      model({ graph: (w) => message(w, 11, (v) => message(v, 2, (t) => message(t, 4, () => {}))) }),
      /a sequence \(field 4 in a type\)/,
    ],
  ];
  for (const [bytes, what] of bad) {
    assert.throws(
      () => readOnnxModel(bytes),
      (error) => error instanceof MalformedError && what.test(error.message),
      String(what),
    );
  }
});
