// Writes an ONNX model as protobuf.

import protobuf from 'protobufjs/minimal.js';
import { BYTES, FIXED32, key, message, text, VARINT, type Writer } from '../../base/protobuf.ts';
import { ATTRIBUTE_TYPES, ELEMENT_TYPES, irVersionOf, OPSET } from './constants.ts';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, OnnxValueInfo } from './graph.ts';

/**
 * The bytes of an `.onnx` file: deterministic, without date, path or host name.
 * Field numbers are those of onnx.proto (ModelProto, GraphProto, NodeProto, TensorProto, ...).
 */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array {
  const { opset = OPSET } = graph;
  const writer = protobuf.Writer.create();
  writer.uint32(key(1, VARINT)).int64(irVersionOf(opset));
  writer.uint32(key(2, BYTES)).string('imgdiag');
  message(writer, 7, (w) => writeGraph(w, graph));
  message(writer, 8, (w) => w.uint32(key(2, VARINT)).int64(opset));
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
  const [kind] = Object.keys(attribute) as (keyof typeof ATTRIBUTE_TYPES)[];
  if ('float' in attribute) writer.uint32(key(2, FIXED32)).float(attribute.float);
  else if ('int' in attribute) writer.uint32(key(3, VARINT)).int64(attribute.int);
  else if ('string' in attribute) text(writer, 4, attribute.string);
  else if ('tensor' in attribute) message(writer, 5, (w) => writeTensor(w, attribute.tensor));
  else if ('floats' in attribute) {
    for (const value of attribute.floats) writer.uint32(key(7, FIXED32)).float(value);
  } else if ('ints' in attribute) {
    for (const value of attribute.ints) writer.uint32(key(8, VARINT)).int64(value);
  } else {
    for (const value of attribute.strings) text(writer, 9, value);
  }
  writer.uint32(key(20, VARINT)).int32(ATTRIBUTE_TYPES[kind]);
}

function writeTensor(writer: Writer, tensor: OnnxTensor): void {
  for (const size of tensor.shape) writer.uint32(key(1, VARINT)).int64(size);
  writer.uint32(key(2, VARINT)).int32(ELEMENT_TYPES[tensor.type]);
  text(writer, 8, tensor.name);
  writer.uint32(key(9, BYTES)).bytes(tensor.bytes);
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
