// What a look at a stranger's model.onnx refuses, before any runtime has seen it.

import assert from 'node:assert/strict';
import test from 'node:test';
import protobuf from 'protobufjs/minimal.js';
import { UnfitError } from '../../src/base/errors.ts';
import { BYTES, key, message, text, VARINT, type Writer } from '../../src/base/protobuf.ts';
import { floatTensor, type OnnxNode } from '../../src/network/onnx/graph.ts';
import { encodeOnnxModel } from '../../src/network/onnx/write.ts';
import {
  assertRefused,
  check,
  encode,
  smallExtractor,
  smallManifest,
  withNodes,
} from '../helpers/small-network.ts';

test('when a network is as imgdiag writes it then it is let through', () => {
  check(encode(smallExtractor()));
  check(withNodes([{ op: 'Relu', inputs: ['embedding'], outputs: ['x'] }]));
});

test('when a network takes or gives something else than its manifest says then it is refused', () => {
  const bytes = encode(smallExtractor());
  const manifest = smallManifest();
  const size = { ...manifest, preprocessing: { ...manifest.preprocessing, size: 9 } };
  assertRefused(bytes, /image uint8 nx8x8x3 in place of image uint8 nx9x9x3/, size);
  const labels = { ...manifest, labels: ['a', 'b', 'c'] };
  assertRefused(bytes, /probabilities float32 nx2 in place of probabilities float32 nx3/, labels);
  const features = { ...manifest, extractor: { ...manifest.extractor, feature_size: 4 } };
  assertRefused(bytes, /embedding float32 nx3 in place of embedding float32 nx4/, features);
  const extractor = smallExtractor();
  extractor.inputs.push({ name: 'more', type: 'float32', shape: ['n'] });
  assertRefused(encode(extractor), /2 inputs/);
  const lying = smallExtractor();
  lying.outputs[1] = { name: 'feature_map', type: 'float32', shape: ['n', 3, 1, 1] };
  assertRefused(encode(lying), /an output feature_map of another type or shape than it declares/);
});

test('when a network holds an operator or attribute that is never written then it is refused', () => {
  for (const op of ['If', 'Loop', 'Scan', 'LSTM', 'NonZero', 'SequenceConstruct', 'Relu6', '']) {
    assertRefused(withNodes([{ op, inputs: ['embedding'], outputs: ['x'] }]), /operator/);
  }
  const strange = { then_branch: { int: 1 } };
  const relu = { op: 'Relu', inputs: ['embedding'], outputs: ['x'], attributes: strange };
  assertRefused(withNodes([relu]), /Relu with attribute then_branch/);
});

test('when a network takes one image at a time then its manifest must say so', () => {
  const one = {
    ...smallManifest(),
    extractor: { ...smallManifest().extractor, images_at_once: 1 },
  } as const;
  assert.equal(check(encode(smallExtractor()), one), 1);
  const fixed = smallExtractor({ batch: 1 });
  assert.equal(check(encode(fixed), one), 1);
  assertRefused(encode(fixed), /image uint8 1x8x8x3 in place of image uint8 nx8x8x3/);
});

test('when nodes do not follow each other then the network is refused', () => {
  const bad: [OnnxNode, RegExp][] = [
    [{ op: 'Relu', inputs: ['nowhere'], outputs: ['x'] }, /Relu before its input nowhere/],
    [{ op: 'Relu', inputs: ['x'], outputs: ['x'] }, /before its input x/],
    [{ op: 'Relu', inputs: ['embedding'], outputs: ['image'] }, /two values named image/],
    [{ op: 'Relu', inputs: ['embedding'], outputs: ['x', 'y'] }, /1 inputs and 2 outputs/],
    [{ op: 'Relu', inputs: [], outputs: ['x'] }, /0 inputs/],
  ];
  for (const [node, what] of bad) assertRefused(withNodes([node]), what);
});

test('when a constant is not as long as its shape then the network is refused', () => {
  const short = { ...floatTensor('w', [2], [1, 2]), shape: [1000, 1000] };
  assertRefused(withNodes([], [short]), /constant w of shape 1000x1000 in 8 bytes/);
  const minus = { ...floatTensor('w', [1], [1]), shape: [-1, -1] };
  assertRefused(withNodes([], [minus]), /constant w of shape -1x-1/);
  const twice = [floatTensor('w', [1], [1]), floatTensor('w', [1], [2])];
  assertRefused(withNodes([], twice), /two constants w/);
});

/** The bytes of a good model with `extra` written behind its fields. */
function withField(extra: (writer: Writer) => void): Uint8Array {
  const writer = protobuf.Writer.create();
  extra(writer);
  return Buffer.concat([encode(smallExtractor()), writer.finish()]);
}

test('when a model holds more than one graph, or anything unknown, then it is refused', () => {
  const fields: [number, RegExp][] = [
    [20, /how it is trained \(field 20 in a model\)/],
    [25, /functions of its own \(field 25 in a model\)/],
    [26, /field 26 in a model/],
    [27, /unknown field 27 in a model/],
    [7, /field 7 twice in a model/],
    [8, /2 operator sets of ONNX/],
  ];
  for (const [field, what] of fields) {
    assertRefused(
      withField((w) => message(w, field, () => {})),
      what,
    );
  }
  assertRefused(
    withField((w) => w.uint32(key(1, VARINT)).int64(9)),
    /field 1 twice/,
  );
});

test('when versions or parts are foreign then the model is refused', () => {
  const model = (ir: number, opset: number, graph: (w: Writer) => void, domain = '') => {
    const writer = protobuf.Writer.create();
    writer.uint32(key(1, VARINT)).int64(ir);
    message(writer, 7, graph);
    message(writer, 8, (w) => {
      if (domain) text(w, 1, domain);
      w.uint32(key(2, VARINT)).int64(opset);
    });
    return writer.finish();
  };
  const empty = () => {};
  assertRefused(model(2, 13, empty), /IR version 2/);
  assertRefused(model(7, 23, empty), /operator set 23, outside 9 to 22/);
  assertRefused(model(7, 13, empty, 'com.microsoft'), /0 operator sets of ONNX/);
  assertRefused(model(7, 13, empty), /none in place of image/);
  const node = (field: number) =>
    model(7, 13, (graph) =>
      message(graph, 1, (w) => {
        text(w, 4, 'Relu');
        text(w, field, 'x');
      }),
    );
  assertRefused(node(7), /operator Relu of x, which is not ONNX's/);
  const attribute = (field: number) =>
    model(7, 13, (graph) =>
      message(graph, 1, (n) => {
        text(n, 4, 'Relu');
        message(n, 5, (w) => {
          text(w, 1, 'a');
          message(w, field, () => {});
        });
      }),
    );
  for (const field of [6, 10, 11, 22, 23]) {
    assertRefused(attribute(field), new RegExp(`field ${field} in a attribute`));
  }
  const tensor = (field: number) =>
    model(7, 13, (graph) =>
      message(graph, 5, (w) => {
        w.uint32(key(2, VARINT)).int32(1);
        text(w, 8, 'w');
        w.uint32(key(field, field === 14 ? VARINT : BYTES));
        if (field === 14) w.int32(1);
        else w.string('location');
      }),
    );
  assertRefused(tensor(6), /texts \(field 6 in a constant\)/);
  assertRefused(tensor(14), /constant w whose numbers are in another file/);
  const sparse = model(7, 13, (graph) => message(graph, 15, () => {}));
  assertRefused(sparse, /field 15 in a graph/);
});

test('when a byte of a good model is changed then it is refused or still in bounds', () => {
  const bytes = encode(smallExtractor());
  let refused = 0;
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [0x01, 0x80, 0xff]) {
      const changed = Uint8Array.from(bytes);
      changed[at] ^= flip;
      try {
        check(changed);
      } catch (error) {
        assert.ok(error instanceof UnfitError, `byte ${at}: ${error}`);
        refused++;
      }
    }
  }
  assert.ok(refused > bytes.length, `${refused} of ${3 * bytes.length}`);
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => check(bytes.subarray(0, length)), UnfitError);
  }
});

test('when the bytes are no model at all then they are refused', () => {
  for (const bytes of [new Uint8Array(), Buffer.from('hello'), new Uint8Array(1000)]) {
    assertRefused(bytes, /found /);
  }
  assert.doesNotThrow(() => encodeOnnxModel(smallExtractor()));
});
