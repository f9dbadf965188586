// Frozen graphs as TensorFlow writes them, and what must not be read.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FIXED32, key, message, text, VARINT, type Writer } from '../../../src/base/protobuf.ts';
import { MalformedError } from '../../../src/base/protobuf-read.ts';
import { readGraphDef, SavedModelError } from '../../../src/network/tensorflow/graph-def.ts';
import { parseTfjsGraph } from '../../../src/network/tfjs/graph.ts';
import { bytesOf, graphDefOf, graphOfConstant, writeShape } from '../../helpers/graph-def.ts';
import {
  flag,
  float,
  int32,
  integer,
  integers,
  syntheticFiles,
  text as textAttribute,
  texts,
} from '../../helpers/synthetic-graph.ts';

const BYTES = 2;

/** The values of a constant. @param write what follows its type and shape */
function constant(type: number, dims: readonly number[], write: (writer: Writer) => void) {
  const bytes = graphOfConstant((writer) => {
    writer.uint32(key(1, VARINT)).int32(type);
    writeShape(writer, 2, dims);
    write(writer);
  });
  return readGraphDef(bytes).weights.get('c');
}

const content =
  (...bytes: number[]) =>
  (writer: Writer) =>
    void writer.uint32(key(4, BYTES)).bytes(Uint8Array.from(bytes));
const listed =
  (field: number, ...values: number[]) =>
  (writer: Writer) =>
    message(writer, field, (w) => {
      for (const value of values) w.int64(value);
    });

test('a graph holds the same nodes, attributes and weights as the graph model made of it', () => {
  const attr = {
    a: textAttribute('SAME'),
    b: integer(-3),
    c: float(0.5),
    d: flag(true),
    e: integers(1, 2, -1),
    f: texts('BiasAdd', 'Relu'),
    g: { type: 'DT_FLOAT' },
    h: { shape: { dim: [{ size: '-1' }, { size: '7' }] } },
  };
  const nodes = [{ name: 'out', op: 'Strange', input: ['x', 'w:1', '^i'], attr }];
  const weights = { w: { shape: [2, 1], data: [1.5, -2] }, i: int32(7, -8) };
  const files = syntheticFiles(nodes, weights);
  const expected = parseTfjsGraph(files);
  const found = readGraphDef(graphDefOf(expected));
  assert.deepEqual(found.weights, expected.weights);
  assert.deepEqual([...found.nodes.keys()], [...expected.nodes.keys()]);
  for (const [name, node] of expected.nodes) {
    const { attributes, ...others } = found.nodes.get(name) ?? assert.fail(name);
    assert.deepEqual(others, { name, op: node.op, inputs: node.inputs });
    for (const [key, value] of node.attributes) {
      assert.deepEqual(
        { texts: [], integers: [], ...attributes.get(key) },
        { texts: [], integers: [], ...value },
      );
    }
  }
});

describe('constants', () => {
  // Bytes worked by hand: little-endian, IEEE 754.
  const cases: readonly [
    name: string,
    type: number,
    write: (w: Writer) => void,
    values: number[],
  ][] = [
    ['float', 1, content(0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0), [1, -2.5]],
    ['double', 2, content(0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0), [1, -2.5]],
    ['int32', 3, content(5, 0, 0, 0, 0xff, 0xff, 0xff, 0xff), [5, -1]],
    ['uint8', 4, content(5, 255), [5, 255]],
    ['int16', 5, content(5, 0, 0xfe, 0xff), [5, -2]],
    ['int8', 6, content(5, 0xfe), [5, -2]],
    [
      'int64',
      9,
      content(5, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 127),
      [5, 2 ** 31 - 1],
    ],
    ['bool', 10, content(1, 0), [1, 0]],
    ['bfloat16', 14, content(0x80, 0x3f, 0x20, 0xc0), [1, -2.5]],
    ['half', 19, content(0, 0x3c, 0, 0xc1), [1, -2.5]],
    ['float, listed', 1, (w) => message(w, 5, (p) => p.float(1).float(-2.5)), [1, -2.5]],
    [
      'float, one by one',
      1,
      (w) => w.uint32(key(5, FIXED32)).float(1).uint32(key(5, FIXED32)).float(-2.5),
      [1, -2.5],
    ],
    ['double, listed', 2, (w) => message(w, 6, (p) => p.double(1).double(-2.5)), [1, -2.5]],
    ['int32, listed', 3, listed(7, 5, -1), [5, -1]],
    ['int64, listed', 9, listed(10, 5, -1), [5, -1]],
    ['bool, listed', 10, listed(11, 1, 0), [1, 0]],
    ['half, listed', 19, listed(13, 0x3c00, 0xc100), [1, -2.5]],
    ['bfloat16, listed', 14, listed(13, 0x3f80, 0xc020), [1, -2.5]],
  ];
  for (const [name, type, write, values] of cases) {
    test(name, () => {
      const found = constant(type, [2], write);
      assert.deepEqual([...(found?.data ?? [])], values);
    });
  }

  test('the last value listed stands for all that follow; without any, all are 0', () => {
    assert.deepEqual(
      [...(constant(1, [2, 2], (w) => message(w, 5, (p) => p.float(1).float(3)))?.data ?? [])],
      [1, 3, 3, 3],
    );
    assert.deepEqual([...(constant(3, [3], listed(7, 9))?.data ?? [])], [9, 9, 9]);
    assert.deepEqual([...(constant(1, [3], () => {})?.data ?? [])], [0, 0, 0]);
    assert.deepEqual([...(constant(1, [], () => {})?.data ?? [])], [0]);
  });

  test('those of 16 bits are known as such, to be saved in 16 bits again', () => {
    assert.equal(constant(19, [2], content(0, 0x3c, 0, 0xc1))?.half, true);
    assert.ok(
      !constant(14, [2], content(0x80, 0x3f, 0x20, 0xc0))?.half,
      'bfloat16 has other values',
    );
  });

  test('texts are left out', () => {
    assert.equal(
      constant(7, [1], (w) => text(w, 8, 'assertion')),
      undefined,
    );
  });

  const refused: readonly [RegExp, number, number[], (writer: Writer) => void][] = [
    [/constant c of shape 3, but 2 values/, 1, [3], content(0, 0, 0, 0, 0, 0, 0, 0)],
    [/constant c of shape 1, but 2 values/, 3, [1], listed(7, 1, 2)],
    [/a number of less than 4 bytes/, 1, [1], content(0, 0, 0)],
    [/constant c of shape -1, which is none/, 1, [-1], () => {}],
    // One value and a shape: half a gigabyte and more of the same.
    [/constant c of shape 200000000, beyond what/, 1, [200_000_000], listed(5)],
    [/beyond what networks may hold/, 1, [2 ** 40, 2 ** 40], () => {}],
    [/a shape with more than the 8 parts/, 1, Array(9).fill(1), () => {}],
  ];
  for (const [message, type, dims, write] of refused) {
    test(`refused: ${message.source}`, () => {
      assert.throws(
        () => constant(type, dims, write),
        (error) => {
          assert.ok(error instanceof MalformedError, `${error}`);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});

describe('graphs', () => {
  const node =
    (name: string, op = 'Relu') =>
    (writer: Writer) => {
      text(writer, 1, name);
      text(writer, 2, op);
    };
  const graph = (...nodes: ((writer: Writer) => void)[]) =>
    bytesOf((writer) => {
      for (const write of nodes) message(writer, 1, write);
    });
  const refused = (
    bytes: Uint8Array,
    found: RegExp,
    kind: typeof MalformedError = MalformedError,
  ) =>
    assert.throws(
      () => readGraphDef(bytes),
      (error) => error instanceof kind && found.test(error.message),
    );

  test('fields of later versions are passed over, as long as they are few', () => {
    const later = (count: number) =>
      bytesOf((writer) => {
        message(writer, 1, node('a'));
        for (let i = 0; i < count; i++) text(writer, 90, 'new');
      });
    assert.deepEqual([...readGraphDef(later(1000)).nodes.keys()], ['a']);
    refused(later(1001), /a graph with more than the 1000 parts/);
  });

  test('a SavedModel, an empty file, nodes that are two or none', () => {
    refused(
      bytesOf((writer) => void writer.uint32(key(1, VARINT)).int64(1)),
      /a SavedModel/,
      SavedModelError,
    );
    refused(new Uint8Array(0), /no nodes/);
    refused(Buffer.from('<html>no graph</html>'), /field/);
    refused(graph(node('a'), node('a')), /two nodes named a/);
    refused(graph(node('')), /a node without name or operator/);
    refused(graph(node('a', '')), /a node without name or operator/);
    refused(graph(node('a'.repeat(1001))), /a name of 1001 bytes/);
    refused(graph(...Array(20_001).fill(node('a'))), /more than the 20000 parts/);
    refused(graph(node('a')).subarray(0, 6), /beyond the end/);
  });
});
