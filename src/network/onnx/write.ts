// Writes an ONNX model: small in-memory graph types and their protobuf encoding.

import protobuf from 'protobufjs/minimal.js';
import { BYTES, FIXED32, key, message, text, VARINT, type Writer } from '../../base/protobuf.ts';
import { ATTRIBUTE_TYPES, ELEMENT_TYPES, IR_VERSION, OPSET } from './constants.ts';

export type OnnxElementType = keyof typeof ELEMENT_TYPES;

/** A constant; `data` is row-major, of the length that `shape` gives. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

export type OnnxAttribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] };

export interface OnnxNode {
  readonly op: string;
  /** An empty name is an omitted optional input. */
  inputs: readonly string[];
  outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of the graph; a named dimension is variable. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxElementType;
  readonly shape: readonly (number | string)[];
}

/** A network under construction: other modules push nodes, initializers and outputs onto it. */
export interface OnnxGraph {
  readonly inputs: OnnxValueInfo[];
  readonly outputs: OnnxValueInfo[];
  /** Ordered so that each node comes after its inputs. */
  readonly nodes: OnnxNode[];
  readonly initializers: OnnxTensor[];
}

export function floatTensor(
  name: string,
  shape: readonly number[],
  data: ArrayLike<number>,
): OnnxTensor {
  const floats = data instanceof Float32Array ? data : Float32Array.from(data);
  return { name, type: 'float32', shape, data: floats };
}

/** A vector of int64: shapes, axes, paddings. */
export function int64Tensor(name: string, values: readonly number[]): OnnxTensor {
  return { name, type: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/**
 * The bytes of an `.onnx` file: deterministic, without date, path or host name.
 * Field numbers are those of onnx.proto (ModelProto, GraphProto, NodeProto, TensorProto, ...).
 */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(key(1, VARINT)).int64(IR_VERSION);
  writer.uint32(key(2, BYTES)).string('imgdiag');
  message(writer, 7, (w) => writeGraph(w, graph));
  message(writer, 8, (w) => w.uint32(key(2, VARINT)).int64(OPSET));
  return writer.finish();
}

function writeGraph(writer: Writer, graph: OnnxGraph): void {
  for (const node of graph.nodes) message(writer, 1, (w) => writeNode(w, node));
  text(writer, 2, 'imgdiag');
  for (const tensor of graph.initializers) message(writer, 5, (w) => writeTensor(w, tensor));
  for (const info of graph.inputs) message(writer, 11, (w) => writeValueInfo(w, info));
  for (const info of graph.outputs) message(writer, 12, (w) => writeValueInfo(w, info));
}

function writeNode(writer: Writer, node: OnnxNode): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.outputs[0]);
  text(writer, 4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes ?? {})) {
    message(writer, 5, (w) => writeAttribute(w, name, attribute));
  }
}

function writeAttribute(writer: Writer, name: string, attribute: OnnxAttribute): void {
  text(writer, 1, name);
  if ('float' in attribute) {
    writer.uint32(key(2, FIXED32)).float(attribute.float);
    writer.uint32(key(20, VARINT)).int32(ATTRIBUTE_TYPES.float);
  } else if ('int' in attribute) {
    writer.uint32(key(3, VARINT)).int64(attribute.int);
    writer.uint32(key(20, VARINT)).int32(ATTRIBUTE_TYPES.int);
  } else if ('string' in attribute) {
    text(writer, 4, attribute.string);
    writer.uint32(key(20, VARINT)).int32(ATTRIBUTE_TYPES.string);
  } else {
    for (const value of attribute.ints) writer.uint32(key(8, VARINT)).int64(value);
    writer.uint32(key(20, VARINT)).int32(ATTRIBUTE_TYPES.ints);
  }
}

/** Raw data is little-endian, like every platform of ONNX Runtime for Node.js. */
function writeTensor(writer: Writer, tensor: OnnxTensor): void {
  for (const size of tensor.shape) writer.uint32(key(1, VARINT)).int64(size);
  writer.uint32(key(2, VARINT)).int32(ELEMENT_TYPES[tensor.type]);
  text(writer, 8, tensor.name);
  const { buffer, byteOffset, byteLength } = tensor.data;
  writer.uint32(key(9, BYTES)).bytes(new Uint8Array(buffer, byteOffset, byteLength));
}

function writeValueInfo(writer: Writer, info: OnnxValueInfo): void {
  text(writer, 1, info.name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.uint32(key(1, VARINT)).int32(ELEMENT_TYPES[info.type]);
      message(tensor, 2, (shape) => {
        for (const size of info.shape) message(shape, 1, (w) => writeDimension(w, size));
      });
    }),
  );
}

function writeDimension(writer: Writer, size: number | string): void {
  if (typeof size === 'number') writer.uint32(key(1, VARINT)).int64(size);
  else text(writer, 2, size);
}
