// Reads a frozen TensorFlow graph, a GraphDef, that nobody vouches for, as what a graph model holds.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/graph.proto

import { BYTES } from '../../base/protobuf.ts';
import { type Field, MalformedError } from '../../base/protobuf-read.ts';
import type { TfjsAttribute, TfjsGraph, TfjsNode } from '../tfjs/graph.ts';
import type { TfjsWeight } from '../tfjs/weights.ts';
import { allOf, decodeText, integersOf, lastOf, readFields, textOf } from './fields.ts';
import { dimsOf, readTensor, typeName } from './tensor.ts';

/** Inception V3 has 1,000 to 2,000, with those that only name or check. */
const MAX_NODES = 20_000;
/** Of all constants together, in memory. */
const MAX_WEIGHT_BYTES = 512e6;

/** What a file is that has the name of a graph and holds more. */
export class SavedModelError extends MalformedError {}

/**
 * Constants that are not numbers, such as the texts of assertions, are left out.
 * @returns with copies of the weights, so that the file need not be kept
 * @throws MalformedError that names what is not allowed
 */
export function readGraphDef(bytes: Uint8Array): TfjsGraph {
  const nodes = new Map<string, TfjsNode>();
  const weights = new Map<string, TfjsWeight>();
  let left = MAX_WEIGHT_BYTES;
  // Libraries of functions are passed over: a node that calls one is refused by its operator.
  const parts = allOf(readFields(bytes, 'graph', { 1: MAX_NODES }), 1);
  if (parts.length === 0) throw new MalformedError('no nodes');
  for (const part of parts) {
    if (part.wireType !== BYTES) throw new SavedModelError('a SavedModel');
    const { node, value } = readNode(part.bytes);
    if (nodes.has(node.name)) throw new MalformedError(`two nodes named ${node.name}`);
    nodes.set(node.name, node);
    const weight = value && readTensor(value, node.name, left);
    if (weight === undefined) continue;
    left -= weight.data.byteLength;
    weights.set(node.name, weight);
  }
  return { nodes, weights };
}

/** With the tensor of a `Const`. */
function readNode(bytes: Uint8Array): { node: TfjsNode; value: Uint8Array | undefined } {
  const fields = readFields(bytes, 'node', { 3: MAX_NODES });
  const name = textOf(fields, 1);
  const op = textOf(fields, 2);
  if (name === '' || op === '') throw new MalformedError('a node without name or operator');
  const attributes = new Map<string, TfjsAttribute>();
  let value: Uint8Array | undefined;
  for (const part of allOf(fields, 5)) {
    const entry = readFields(part.bytes, 'attribute');
    const key = textOf(entry, 1);
    const held = readFields(lastOf(entry, 2)?.bytes ?? new Uint8Array(0), 'attribute');
    attributes.set(key, attributeOf(held));
    if (op === 'Const' && key === 'value') value = lastOf(held, 8)?.bytes;
  }
  const inputs = allOf(fields, 3).map((input) => decodeText(input.bytes));
  return { node: { name, op, inputs, attributes }, value };
}

/** Field numbers of AttrValue; what no frozen network needs (tensors, functions) stays empty. */
function attributeOf(fields: readonly Field[]): TfjsAttribute {
  const field = fields.at(-1);
  switch (field?.number) {
    case 1: {
      const list = readFields(field.bytes, 'list');
      const texts = allOf(list, 2).map((part) => decodeText(part.bytes));
      return { integers: integersOf(list, 3), texts };
    }
    case 2:
      return { text: decodeText(field.bytes) };
    case 3:
      return { integer: field.value };
    case 4:
      return { float: field.value };
    case 5:
      return { flag: field.value !== 0 };
    case 6:
      return { type: typeName(field.value) };
    case 7:
      // Even the number of axes may be unknown.
      return lastOf(readFields(field.bytes, 'shape'), 3)?.value
        ? {}
        : { dims: dimsOf(field.bytes) };
    default:
      return {};
  }
}
