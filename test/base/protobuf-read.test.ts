import assert from 'node:assert/strict';
import test from 'node:test';
import protobuf from 'protobufjs/minimal.js';
import { BYTES, FIXED32, FIXED64, key, VARINT } from '../../src/base/protobuf.ts';
import {
  fieldsOf,
  MalformedError,
  packedFloats,
  packedVarints,
} from '../../src/base/protobuf-read.ts';

test('when protobufjs has written a message then every field is read', () => {
  const writer = protobuf.Writer.create();
  const numbers = [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32, 2 ** 35 + 5, -1, -300, -(2 ** 40)];
  for (const value of numbers) writer.uint32(key(1, VARINT)).int64(value);
  writer.uint32(key(2, BYTES)).string('Röntgen');
  writer.uint32(key(300, FIXED32)).float(0.25);
  writer.uint32(key(301, FIXED64)).double(1 / 3);
  const fields = fieldsOf(writer.finish());
  const found = fields.slice(0, numbers.length).map(({ value }) => value);
  assert.deepEqual(found, numbers);
  const [text, float, double] = fields.slice(numbers.length);
  assert.deepEqual([text.number, Buffer.from(text.bytes).toString()], [2, 'Röntgen']);
  assert.deepEqual([float.number, float.value], [300, 0.25]);
  assert.deepEqual([double.number, double.value], [301, 1 / 3]);
});

test('when an integer is beyond what a number holds exactly then it is the nearest that is not', () => {
  const { MAX_SAFE_INTEGER, MIN_SAFE_INTEGER } = Number;
  // The ends of int64, as exporters write "to the end".
  const largest = [...Array(8).fill(0xff), 0x7f];
  const smallest = [...Array(9).fill(0x80), 0x01];
  const values = packedVarints(Uint8Array.from([...largest, ...smallest]), 2);
  assert.deepEqual(values, [MAX_SAFE_INTEGER, MIN_SAFE_INTEGER]);
});

test('when numbers are packed then they are read', () => {
  const writer = protobuf.Writer.create();
  for (const value of [3, 224, -1]) writer.int64(value);
  assert.deepEqual(packedVarints(writer.finish(), 3), [3, 224, -1]);
  assert.throws(() => packedVarints(writer.finish(), 2), /more numbers than the 2 allowed/);
  const floats = new Uint8Array(Float32Array.of(0.5, -2).buffer);
  assert.deepEqual(packedFloats(floats, 2), [0.5, -2]);
  assert.throws(() => packedFloats(floats, 1), /more numbers than the 1 allowed/);
  assert.throws(() => packedFloats(floats.subarray(0, 7), 2), /beyond the end/);
});

test('when a message is malformed then it is refused, and nothing beyond it is read', () => {
  const bad: number[][] = [
    [0x08], // a key without its number
    [0x08, 0x80], // a number cut in half
    [0x08, ...Array(10).fill(0xff), 0x01], // eleven bytes
    [0x12, 0x05, 1, 2, 3], // a length beyond the end
    [0x12, 0xff, 0xff, 0xff, 0xff, 0x0f], // 4 GB
    [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], // -1
    [0x15, 0, 0], // three bytes of four
    [0x0b], // a group
    [0x09, 0, 0, 0, 0, 0, 0, 0], // seven bytes of eight
    [0x00, 0x00], // field 0
    [0x0f], // wire type 7
  ];
  for (const bytes of bad) {
    // More bytes behind the view must not be taken for its own.
    const all = Uint8Array.from([...bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert.throws(() => fieldsOf(all.subarray(0, bytes.length)), MalformedError, `${bytes}`);
  }
  assert.deepEqual(fieldsOf(new Uint8Array()), []);
});
