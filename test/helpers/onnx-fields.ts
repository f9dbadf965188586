// ONNX files written field by field, as other programs and hostile ones write them.

import protobuf from 'protobufjs/minimal.js';
import { key, message, text, VARINT, type Writer } from '../../src/base/protobuf.ts';
import { ELEMENT_TYPES } from '../../src/network/onnx/constants.ts';
import type { OnnxElementType } from '../../src/network/onnx/graph.ts';

export type Write = (writer: Writer) => void;

interface Written {
  readonly graph: Write;
  readonly ir?: number;
  readonly opsets?: readonly (readonly [domain: string, version: number])[];
  readonly more?: Write;
}

/** The bytes of a model, field by field. */
export function model({
  graph,
  ir = 8,
  opsets = [['', 17]],
  more = () => {},
}: Written): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(key(1, VARINT)).int64(ir);
  message(writer, 7, graph);
  for (const [domain, version] of opsets) {
    message(writer, 8, (w) => {
      if (domain !== '') text(w, 1, domain);
      w.uint32(key(2, VARINT)).int64(version);
    });
  }
  more(writer);
  return writer.finish();
}

export function tensor(
  name: string,
  type: OnnxElementType,
  shape: readonly number[],
  data: Write,
): Write {
  return (w) => {
    for (const size of shape) w.uint32(key(1, VARINT)).int64(size);
    w.uint32(key(2, VARINT)).int32(ELEMENT_TYPES[type]);
    text(w, 8, name);
    data(w);
  };
}

export function port(name: string, type: OnnxElementType, shape?: readonly Write[]): Write {
  return (w) => {
    text(w, 1, name);
    message(w, 2, (t) =>
      message(t, 1, (one) => {
        one.uint32(key(1, VARINT)).int32(ELEMENT_TYPES[type]);
        if (shape === undefined) return;
        message(one, 2, (sizes) => {
          for (const size of shape) message(sizes, 1, size);
        });
      }),
    );
  };
}

export const packed = (field: number, write: Write) => (w: Writer) => message(w, field, write);
export const numbers = (values: readonly number[]) => (w: Writer) => {
  for (const value of values) w.int64(value);
};
export const apart = (field: number, values: readonly number[]) => (w: Writer) => {
  for (const value of values) w.uint32(key(field, VARINT)).int64(value);
};

/** A `Constant` node named `name` with one attribute. */
export const constantNode = (
  name: string,
  attribute: string,
  type: number,
  value: Write,
): Write => {
  return (w) => {
    text(w, 2, name);
    text(w, 4, 'Constant');
    message(w, 5, (a) => {
      text(a, 1, attribute);
      value(a);
      a.uint32(key(20, VARINT)).int32(type);
    });
  };
};
