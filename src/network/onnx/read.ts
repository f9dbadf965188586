// Reads an untrusted ONNX model, whoever wrote it: bounds before memory, and nothing that could run
// code of its own.

import { MalformedError, packedFloats } from '../../base/protobuf-read.ts';
import { ATTRIBUTE_TYPES, OPSETS } from './constants.ts';
import { elementTypeOf } from './elements.ts';
import { createMessageReader, type Message, textOf } from './fields.ts';
import {
  floatTensor,
  int64Tensor,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './graph.ts';
import { MAX_KNOWN } from './operators/step.ts';
import { type ReadExternal, readTensor, type TensorReader } from './read-tensor.ts';

/** IR versions: from the first that exporters of today's operator sets wrote. */
const IR_VERSIONS = { first: 3, last: 13 };
/** Bytes that lists of numbers may take in memory. */
const MAX_LISTED = 2 ** 27;
/** Bytes of constants in other files: the saved network is one message of protobuf. */
const MAX_EXTERNAL = 2 ** 31;

/**
 * `Constant` nodes become initializers; initializers are no inputs, as older files have it.
 * @param bytes an ONNX file; views of it are kept
 * @param readExternal for files whose constants lie beside them; without it, those are refused
 * @throws MalformedError that names what is not allowed
 */
export function readOnnxModel(bytes: Uint8Array, readExternal?: ReadExternal): OnnxGraph {
  const reader: TensorReader = {
    readMessage: createMessageReader(),
    readExternal,
    left: { listed: MAX_LISTED, external: MAX_EXTERNAL },
  };
  const model = reader.readMessage(bytes, 'model');
  const version = model.number(1, 'an IR version');
  if (version < IR_VERSIONS.first || version > IR_VERSIONS.last) {
    throw new MalformedError(`IR version ${version}`);
  }
  const opset = readOpset(model, reader);
  const graph = reader.readMessage(model.bytes(7, 'a graph'), 'graph');
  const initializers = graph.all(5).map((part) => readTensor(part.bytes, reader));
  const nodes: OnnxNode[] = [];
  for (const part of graph.all(1)) {
    const node = readNode(part.bytes, reader);
    if (node.op === 'Constant') initializers.push(constantOf(node));
    else nodes.push(node);
  }
  const names = new Set(['']);
  for (const { name } of initializers) {
    if (names.has(name)) throw new MalformedError(`two constants ${name}`);
    names.add(name);
  }
  const inputs = graph.all(11).map((part) => readValueInfo(part.bytes, reader));
  return {
    opset,
    nodes,
    initializers,
    inputs: inputs.filter(({ name }) => !names.has(name)),
    outputs: graph.all(12).map((part) => readValueInfo(part.bytes, reader)),
  };
}

function isOnnx(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/** Files also name sets that no node of theirs uses. */
function readOpset(model: Message, { readMessage }: TensorReader): number {
  const sets = model.all(8).map((part) => readMessage(part.bytes, 'operator set'));
  const own = sets.filter((set) => isOnnx(set.name(1)));
  if (own.length !== 1) throw new MalformedError(`${own.length} operator sets of ONNX`);
  const opset = own[0].number(2, 'a version');
  if (opset >= OPSETS.first && opset <= OPSETS.last) return opset;
  throw new MalformedError(`operator set ${opset}, outside ${OPSETS.first} to ${OPSETS.last}`);
}

function readNode(bytes: Uint8Array, reader: TensorReader): OnnxNode {
  const fields = reader.readMessage(bytes, 'node');
  const op = fields.name(4);
  const domain = fields.name(7);
  if (!isOnnx(domain)) throw new MalformedError(`operator ${op} of ${domain}, which is not ONNX's`);
  const attributes = new Map<string, OnnxAttribute>();
  for (const part of fields.all(5)) {
    const [name, attribute] = readAttribute(part.bytes, reader);
    if (attributes.has(name)) throw new MalformedError(`${op} with attribute ${name} twice`);
    attributes.set(name, attribute);
  }
  return {
    op,
    inputs: fields.all(1).map((part) => textOf(part.bytes)),
    outputs: fields.all(2).map((part) => textOf(part.bytes)),
    attributes: Object.fromEntries(attributes),
  };
}

function readAttribute(bytes: Uint8Array, reader: TensorReader): [string, OnnxAttribute] {
  const fields = reader.readMessage(bytes, 'attribute');
  const name = fields.name(1);
  const type = fields.number(20, 'a type of attribute');
  const what = `a value of ${name}`;
  switch (type) {
    case ATTRIBUTE_TYPES.float:
      return [name, { float: fields.number(2, what, 0) }];
    case ATTRIBUTE_TYPES.int:
      return [name, { int: fields.number(3, what, 0) }];
    case ATTRIBUTE_TYPES.string:
      return [name, { string: fields.name(4) }];
    case ATTRIBUTE_TYPES.tensor:
      return [name, { tensor: readTensor(fields.bytes(5, what), reader) }];
    case ATTRIBUTE_TYPES.floats:
      return [name, { floats: fields.numbers(7, MAX_KNOWN, packedFloats) }];
    case ATTRIBUTE_TYPES.ints:
      return [name, { ints: fields.numbers(8, MAX_KNOWN) }];
    case ATTRIBUTE_TYPES.strings:
      return [name, { strings: fields.all(9).map((part) => textOf(part.bytes)) }];
    default:
      throw new MalformedError(`attribute ${name} of type ${type}`);
  }
}

/** The value of a `Constant` node under the name of its output. */
function constantOf({ inputs, outputs, attributes = {} }: OnnxNode): OnnxTensor {
  const [[kind, value] = ['', { int: 0 }], ...others] = Object.entries(attributes);
  const [name = ''] = outputs;
  if (name === '' || outputs.length > 1 || inputs.length + others.length > 0) {
    throw new MalformedError(`a Constant with outputs ${outputs.slice(0, 3).join(' ')}`);
  }
  if (kind === 'value' && 'tensor' in value) return { ...value.tensor, name };
  if (kind === 'value_float' && 'float' in value) return floatTensor(name, [], [value.float]);
  if (kind === 'value_floats' && 'floats' in value) {
    return floatTensor(name, [value.floats.length], value.floats);
  }
  if (kind === 'value_int' && 'int' in value)
    return { ...int64Tensor(name, [value.int]), shape: [] };
  if (kind === 'value_ints' && 'ints' in value) return int64Tensor(name, value.ints);
  throw new MalformedError(`a Constant with attribute ${kind}`);
}

function readValueInfo(bytes: Uint8Array, { readMessage }: TensorReader): OnnxValueInfo {
  const fields = readMessage(bytes, 'input or output');
  const name = fields.name(1);
  const type = readMessage(fields.bytes(2, `a type of ${name}`), 'type');
  const tensor = readMessage(type.bytes(1, `a tensor type of ${name}`), 'tensor type');
  // Of some outputs, exporters know no shape.
  const [given] = tensor.all(2);
  const shape = given === undefined ? [] : readMessage(given.bytes, 'shape').all(1);
  return {
    name,
    type: elementTypeOf(tensor.number(1, `an element type of ${name}`)),
    shape: shape.map((part) => {
      const size = readMessage(part.bytes, 'dimension');
      const number = size.number(1, 'a size', 0);
      // What is neither named nor given is as variable as what is named.
      return number > 0 ? number : size.name(2) || '?';
    }),
  };
}
