// Writes frozen TensorFlow graphs, and archives of them, as the bytes of files.

import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs/minimal.js';
import {
  BYTES,
  FIXED32,
  key,
  message,
  text,
  VARINT,
  type Writer,
} from '../../src/base/protobuf.ts';
import type { TfjsAttribute, TfjsGraph, TfjsNode } from '../../src/network/tfjs/graph.ts';
import type { TfjsWeight } from '../../src/network/tfjs/weights.ts';

const TYPES: Readonly<Record<string, number>> = {
  DT_FLOAT: 1,
  DT_INT32: 3,
  DT_UINT8: 4,
  DT_STRING: 7,
  DT_INT64: 9,
  DT_BOOL: 10,
};
const TYPE_OF = { float32: 1, int32: 3, bool: 10 } as const;

/** The bytes of a message. */
export function bytesOf(write: (writer: Writer) => void): Uint8Array {
  const writer = protobuf.Writer.create();
  write(writer);
  return writer.finish();
}

export function graphDefOf({ nodes, weights }: TfjsGraph): Uint8Array {
  return bytesOf((writer) => {
    for (const node of nodes.values()) {
      message(writer, 1, (w) => writeNode(w, node, weights.get(node.name)));
    }
    // Versions.
    message(writer, 4, (w) => w.uint32(key(1, VARINT)).int32(1882));
  });
}

/** A graph of one constant named `c`. @param write its TensorProto */
export function graphOfConstant(write: (writer: Writer) => void): Uint8Array {
  return bytesOf((writer) =>
    message(writer, 1, (node) => {
      text(node, 1, 'c');
      text(node, 2, 'Const');
      writeAttribute(node, 'value', (w) => message(w, 8, write));
    }),
  );
}

export function writeShape(writer: Writer, field: number, dims: readonly number[]): void {
  message(writer, field, (shape) => {
    for (const size of dims) message(shape, 2, (w) => w.uint32(key(1, VARINT)).int64(size));
  });
}

function writeNode(writer: Writer, node: TfjsNode, weight: TfjsWeight | undefined): void {
  text(writer, 1, node.name);
  text(writer, 2, node.op);
  for (const input of node.inputs) text(writer, 3, input);
  for (const [name, value] of node.attributes) {
    writeAttribute(writer, name, (w) => writeValue(w, value));
  }
  if (weight !== undefined) {
    writeAttribute(writer, 'value', (w) => message(w, 8, (tensor) => writeTensor(tensor, weight)));
  }
}

function writeAttribute(writer: Writer, name: string, write: (writer: Writer) => void): void {
  message(writer, 5, (entry) => {
    text(entry, 1, name);
    message(entry, 2, write);
  });
}

function writeValue(writer: Writer, value: TfjsAttribute): void {
  if (value.text !== undefined) text(writer, 2, value.text);
  if (value.integer !== undefined) writer.uint32(key(3, VARINT)).int64(value.integer);
  if (value.float !== undefined) writer.uint32(key(4, FIXED32)).float(value.float);
  if (value.flag !== undefined) writer.uint32(key(5, VARINT)).bool(value.flag);
  if (value.type !== undefined) writer.uint32(key(6, VARINT)).int32(TYPES[value.type]);
  if (value.dims !== undefined) writeShape(writer, 7, value.dims);
  if (value.integers === undefined && value.texts === undefined) return;
  message(writer, 1, (list) => {
    for (const one of value.texts ?? []) text(list, 2, one);
    message(list, 3, (packed) => {
      for (const one of value.integers ?? []) packed.int64(one);
    });
  });
}

function writeTensor(writer: Writer, { dtype, shape, data }: TfjsWeight): void {
  writer.uint32(key(1, VARINT)).int32(TYPE_OF[dtype]);
  writeShape(writer, 2, shape);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  writer.uint32(key(4, BYTES)).bytes(bytes);
}

export interface Packed {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Default: a file. */
  readonly type?: string;
}

/** A tar archive, as GNU tar writes it. */
export function tarOf(files: readonly Packed[]): Buffer {
  const blocks = files.flatMap(({ name, bytes, type = '0' }) => {
    const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
    return [headerOf(name, bytes.length, type), bytes, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function headerOf(name: string, size: number, type: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100));
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar  \0', 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** As TensorFlow publishes it. */
export function tgzOf(files: readonly Packed[]): Buffer {
  return gzipSync(tarOf(files));
}
