// Reads an untrusted ONNX model: accepts only what our own writer writes.

import { BYTES, FIXED32, VARINT } from '../../base/protobuf.ts';
import {
  type Field,
  fieldsOf,
  MalformedError,
  packedFloats,
  packedVarints,
} from '../../base/protobuf-read.ts';
import { ATTRIBUTE_TYPES, ELEMENT_TYPES, IR_VERSION, OPSET } from './constants.ts';
import {
  BYTES_EACH,
  type OnnxAttribute,
  type OnnxElementType,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './graph.ts';
import { MAX_RANK } from './operators.ts';

/** Inception V3 has 400 nodes, and as many constants. */
const MAX_PARTS = 5000;
/** Characters of a name. */
const MAX_NAME = 1000;
/** Inputs, outputs and attributes of a node, numbers or strings of an attribute. */
const MAX_LIST = 64;

const NOTHING = new Uint8Array(0);

/** Fields allowed in a message: number to wire type, and how many there may be. */
type Allowed = Readonly<Record<number, { readonly wire: number; readonly most: number }>>;

const text = { wire: BYTES, most: 1 } as const;
const texts = (most: number) => ({ wire: BYTES, most });
const integer = { wire: VARINT, most: 1 } as const;
const integers = (most: number) => ({ wire: VARINT, most });
const float = { wire: FIXED32, most: 1 } as const;
const floats = (most: number) => ({ wire: FIXED32, most });

// Field numbers of onnx.proto. All others are refused: functions (25), training (20), metadata
// (14) and foreign operator sets; sparse tensors (15, attribute 22, 23); subgraphs (attribute 6, 11)
// and lists of tensors (10); external data (13, 14); a node's domain (7).
const MODEL: Allowed = { 1: integer, 2: text, 7: text, 8: text };
const OPERATOR_SET: Allowed = { 2: integer };
const GRAPH: Allowed = {
  1: texts(MAX_PARTS),
  2: text,
  5: texts(MAX_PARTS),
  11: texts(MAX_LIST),
  12: texts(MAX_LIST),
};
const NODE: Allowed = {
  1: texts(MAX_LIST),
  2: texts(MAX_LIST),
  3: text,
  4: text,
  5: texts(MAX_LIST),
};
const ATTRIBUTE: Allowed = {
  1: text,
  2: float,
  3: integer,
  4: text,
  5: text,
  7: floats(MAX_LIST),
  8: integers(MAX_LIST),
  9: texts(MAX_LIST),
  20: integer,
};
const TENSOR: Allowed = { 1: integers(MAX_RANK), 2: integer, 8: text, 9: text };
const VALUE: Allowed = { 1: text, 2: text };
const TYPE: Allowed = { 1: text };
const TENSOR_TYPE: Allowed = { 1: integer, 2: text };
const SHAPE: Allowed = { 1: texts(MAX_RANK) };
const DIMENSION: Allowed = { 1: integer, 2: text };

/**
 * @param bytes an ONNX file; views of it are kept
 * @throws MalformedError that names what is not allowed
 */
export function readOnnxModel(bytes: Uint8Array): OnnxGraph {
  const model = read(bytes, MODEL, 'model');
  const version = number(model, 1, 'an IR version');
  if (version !== IR_VERSION) throw new MalformedError(`IR version ${version}`);
  const opset = number(read(one(model, 8, 'an operator set'), OPERATOR_SET, 'operator set'), 2, '');
  if (opset !== OPSET) throw new MalformedError(`operator set ${opset}`);
  const graph = read(one(model, 7, 'a graph'), GRAPH, 'graph');
  const initializers = all(graph, 5).map((part) => readTensor(part.bytes));
  const names = new Set(['']);
  for (const { name } of initializers) {
    if (names.has(name)) throw new MalformedError(`two constants ${name}`);
    names.add(name);
  }
  return {
    nodes: all(graph, 1).map((part) => readNode(part.bytes)),
    initializers,
    inputs: all(graph, 11).map((part) => readValueInfo(part.bytes)),
    outputs: all(graph, 12).map((part) => readValueInfo(part.bytes)),
  };
}

function readNode(bytes: Uint8Array): OnnxNode {
  const fields = read(bytes, NODE, 'node');
  const attributes = all(fields, 5).map((part) => readAttribute(part.bytes));
  return {
    op: string(one(fields, 4, 'an operator')),
    inputs: all(fields, 1).map((part) => string(part.bytes)),
    outputs: all(fields, 2).map((part) => string(part.bytes)),
    attributes: Object.fromEntries(attributes),
  };
}

function readAttribute(bytes: Uint8Array): [string, OnnxAttribute] {
  const fields = read(bytes, ATTRIBUTE, 'attribute');
  const name = string(one(fields, 1, 'a name'));
  const type = number(fields, 20, 'a type of attribute');
  switch (type) {
    case ATTRIBUTE_TYPES.float:
      return [name, { float: number(fields, 2, `a value of ${name}`) }];
    case ATTRIBUTE_TYPES.int:
      return [name, { int: number(fields, 3, `a value of ${name}`) }];
    case ATTRIBUTE_TYPES.string:
      return [name, { string: string(one(fields, 4, `a value of ${name}`)) }];
    case ATTRIBUTE_TYPES.tensor:
      return [name, { tensor: readTensor(one(fields, 5, `a value of ${name}`)) }];
    case ATTRIBUTE_TYPES.floats:
      return [name, { floats: numbers(fields, 7, MAX_LIST, packedFloats) }];
    case ATTRIBUTE_TYPES.ints:
      return [name, { ints: numbers(fields, 8, MAX_LIST) }];
    case ATTRIBUTE_TYPES.strings:
      return [name, { strings: all(fields, 9).map((part) => string(part.bytes)) }];
    default:
      throw new MalformedError(`attribute ${name} of type ${type}`);
  }
}

function readTensor(bytes: Uint8Array): OnnxTensor {
  const fields = read(bytes, TENSOR, 'constant');
  // In an attribute, it needs none.
  const name = string(all(fields, 8)[0]?.bytes ?? NOTHING);
  const type = elementType(number(fields, 2, `a type of ${name}`));
  const shape = numbers(fields, 1, MAX_RANK);
  // An empty constant has no bytes to be written.
  const data = fields.find((field) => field.number === 9)?.bytes ?? NOTHING;
  const length = shape.reduce((all, size) => all * size, BYTES_EACH[type]);
  if (shape.some((size) => size < 0) || length !== data.length) {
    throw new MalformedError(
      `constant ${name} of shape ${shape.join('x')} in ${data.length} bytes`,
    );
  }
  return { name, type, shape, bytes: data };
}

function readValueInfo(bytes: Uint8Array): OnnxValueInfo {
  const fields = read(bytes, VALUE, 'input or output');
  const name = string(one(fields, 1, 'a name'));
  const type = read(one(fields, 2, `a type of ${name}`), TYPE, 'type');
  const tensor = read(one(type, 1, `a tensor type of ${name}`), TENSOR_TYPE, 'tensor type');
  const shape = read(one(tensor, 2, `a shape of ${name}`), SHAPE, 'shape');
  return {
    name,
    type: elementType(number(tensor, 1, `a type of ${name}`)),
    shape: all(shape, 1).map((part) => {
      const size = read(part.bytes, DIMENSION, 'dimension');
      const named = size.find((field) => field.number === 2);
      return named === undefined ? number(size, 1, 'a size') : string(named.bytes);
    }),
  };
}

/** The fields of a message, each checked to be allowed before the next one is read. */
function read(bytes: Uint8Array, allowed: Allowed, what: string): Field[] {
  const counts = new Map<number, number>();
  return fieldsOf(bytes, (field, wireType) => {
    const rule = Object.hasOwn(allowed, field) ? allowed[field] : undefined;
    // A list of numbers may also be packed.
    const packed = rule && rule.most > 1 && rule.wire !== BYTES && wireType === BYTES;
    if (rule === undefined || (rule.wire !== wireType && !packed)) {
      throw new MalformedError(`unknown field ${field} in a ${what}`);
    }
    const count = (counts.get(field) ?? 0) + 1;
    if (count > rule.most) {
      throw new MalformedError(
        rule.most === 1
          ? `field ${field} twice in a ${what}`
          : `a ${what} with more than the ${rule.most} parts allowed in field ${field}`,
      );
    }
    counts.set(field, count);
  });
}

function all(fields: readonly Field[], field: number): Field[] {
  return fields.filter((part) => part.number === field);
}

function one(fields: readonly Field[], field: number, what: string): Uint8Array {
  const found = fields.find((part) => part.number === field);
  if (found === undefined) throw new MalformedError(`no field ${field} (${what})`);
  return found.bytes;
}

function number(fields: readonly Field[], field: number, what: string): number {
  const found = fields.find((part) => part.number === field);
  if (found === undefined) throw new MalformedError(`no field ${field} (${what})`);
  return found.value;
}

function numbers(
  fields: readonly Field[],
  field: number,
  most: number,
  unpack = packedVarints,
): number[] {
  const values = all(fields, field).flatMap((part) =>
    part.wireType === BYTES ? unpack(part.bytes, most) : [part.value],
  );
  if (values.length > most)
    throw new MalformedError(`${values.length} numbers, more than the ${most} allowed`);
  return values;
}

function string(bytes: Uint8Array): string {
  if (bytes.length > MAX_NAME) throw new MalformedError(`a name of ${bytes.length} bytes`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function elementType(code: number): OnnxElementType {
  const found = Object.entries(ELEMENT_TYPES).find(([, value]) => value === code);
  if (found === undefined) throw new MalformedError(`elements of type ${code}`);
  return found[0] as OnnxElementType;
}
