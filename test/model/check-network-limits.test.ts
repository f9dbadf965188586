// Limits of memory and time of a stranger's model.onnx, checked before the work.

import assert from 'node:assert/strict';
import test from 'node:test';
import protobuf from 'protobufjs/minimal.js';
import { BYTES, key, message, VARINT } from '../../src/base/protobuf.ts';
import { floatTensor, int64Tensor, type OnnxNode } from '../../src/network/onnx/graph.ts';
import { assertRefused, check, withNodes } from '../helpers/small-network.ts';

test('when a network would take much memory or time then it is refused', () => {
  const doubling = Array.from({ length: 40 }, (_, i): OnnxNode => {
    const from = i === 0 ? 'embedding' : `d${i - 1}`;
    const attributes = { axis: { int: 1 } };
    return { op: 'Concat', inputs: [from, from], outputs: [`d${i}`], attributes };
  });
  assertRefused(withNodes(doubling), /a value of shape 1x\d+/);
  const pads = int64Tensor('pads', [0, 0, 0, 0, 0, 0, 2 ** 40, 0]);
  const pad = { op: 'Pad', inputs: ['feature_map', 'pads'], outputs: ['x'] };
  assertRefused(withNodes([pad], [pads]), /a value of shape 1x3x1099511627784x8/);
  const wide = floatTensor('w', [64, 3, 64, 64], new Float32Array(64 * 3 * 64 * 64));
  const conv = (i: number): OnnxNode => ({
    op: 'Conv',
    inputs: ['feature_map', 'w'],
    outputs: [`c${i}`],
    attributes: { pads: { ints: [128, 128, 128, 128] } },
  });
  const many = Array.from({ length: 200 }, (_, i) => conv(i));
  assertRefused(withNodes(many, [wide]), /more computation/);
  const endless = { ...conv(0), attributes: { strides: { ints: [0, 0] } } };
  assertRefused(withNodes([endless], [wide]), /an invalid stride/);
});

test('when fields are many then they are counted while they are read', () => {
  const graph = Buffer.alloc(40e6);
  for (let at = 0; at < graph.length; at += 2) graph[at] = key(1, BYTES);
  const writer = protobuf.Writer.create();
  writer.uint32(key(1, VARINT)).int64(7);
  writer.uint32(key(7, BYTES)).bytes(graph);
  message(writer, 8, (w) => w.uint32(key(2, VARINT)).int64(13));
  const bytes = writer.finish();
  const started = performance.now();
  assertRefused(bytes, /a graph with more than the 20000 parts allowed in field 1/);
  assert.ok(performance.now() - started < 1000, 'it does not read them all');
});

test('when a constant is longer than its node needs then it is not read', () => {
  const long = int64Tensor('long', Array(20).fill(0));
  const pad = { op: 'Pad', inputs: ['feature_map', 'long'], outputs: ['x'] };
  assertRefused(withNodes([pad], [long]), /Pad with 20 sizes, more than 16/);
  const reshape = { op: 'Reshape', inputs: ['feature_map', 'long'], outputs: ['x'] };
  assertRefused(withNodes([reshape], [long]), /Reshape with 20 sizes, more than 8/);
});

test('when sizes are worked out without end then the network is refused soon', () => {
  const k = int64Tensor('k', Array(1024).fill(1));
  const zero = int64Tensor('zero', [0]);
  const many = (op: string, inputs: string[]) =>
    Array.from({ length: 4000 }, (_, i): OnnxNode => ({ op, inputs, outputs: [`v${i}`] }));
  const kinds = [
    many('Add', ['k', 'k']),
    many('Div', ['k', 'zero']),
    many('ReduceMax', ['k']),
    many('Max', Array(100).fill('k')),
  ];
  for (const nodes of kinds) {
    const started = performance.now();
    assertRefused(withNodes(nodes, [k, zero]), /more sizes than any extractor needs/);
    assert.ok(performance.now() - started < 2000, nodes[0].op);
  }
  // Names for one list of sizes cost nothing.
  check(withNodes(many('Identity', ['k']), [k]));
});

test('when constants are blown up into others then the network is refused', () => {
  const one = floatTensor('one', [1], [1]);
  const size = int64Tensor('size', [2 ** 26]);
  const nodes = Array.from(
    { length: 9 },
    (_, i): OnnxNode => ({ op: 'Expand', inputs: ['one', 'size'], outputs: [`v${i}`] }),
  );
  assertRefused(withNodes(nodes, [one, size]), /603979776 values that follow from constants/);
});

test('when many values are in use at once then the batch is smaller, or the network refused', () => {
  /** `values` of `side` x `side` x 3 per image, all of which are read at the end. */
  const hungry = (values: number, side: number) => {
    const row = floatTensor('row', [1, 1, 1, side], new Float32Array(side));
    const column = floatTensor('column', [1, 1, side, 1], new Float32Array(side));
    const nodes: OnnxNode[] = [
      { op: 'GlobalAveragePool', inputs: ['feature_map'], outputs: ['one'] },
      { op: 'Add', inputs: ['one', 'row'], outputs: ['flat'] },
      { op: 'Add', inputs: ['flat', 'column'], outputs: ['v0'] },
    ];
    for (let i = 1; i < values; i++) {
      nodes.push({ op: 'Sigmoid', inputs: [`v${i - 1}`], outputs: [`v${i}`] });
    }
    for (let i = 0; i < values; i++) {
      nodes.push({
        op: 'Add',
        inputs: [i === 0 ? 'v0' : `s${i - 1}`, `v${i}`],
        outputs: [`s${i}`],
      });
    }
    return withNodes(nodes, [row, column]);
  };
  assert.equal(check(hungry(3, 100)), 16);
  // 40 of 270,000 values each.
  const batch = check(hungry(40, 300));
  assert.ok(batch >= 2 && batch <= 4, `${batch}`);
  assertRefused(hungry(60, 1700), /\d+ values in use at the same time/);
});
