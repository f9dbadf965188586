// The messages of onnx.proto: which fields of each are read, passed over, or refused, and how many.

import { BYTES, FIXED32, FIXED64, VARINT } from '../../base/protobuf.ts';
import { type Field, fieldsOf, MalformedError, packedVarints } from '../../base/protobuf-read.ts';
import { MAX_KNOWN, MAX_RANK } from './operators/step.ts';

/** Nodes and constants: Swin-B has 6,500 and as many. */
const MAX_PARTS = 20_000;
/** Inputs or outputs of a node. */
const MAX_LIST = 256;
/** Attributes of a node, inputs and outputs of a network. */
const MAX_FEW = 64;
/** Numbers of a constant that are written as a field each; exporters pack them. */
const MAX_UNPACKED = 4096;
/** In all messages of a file: some 15 a node. */
const MAX_FIELDS = 2 ** 19;
/** Bytes of a name. */
const MAX_NAME = 1000;

/** A field that may occur, and how often; or what it holds that no network for images needs. */
type Rule = { readonly wire: number; readonly most: number } | string;
type Rules = Readonly<Record<number, Rule>>;

const text = { wire: BYTES, most: 1 };
const texts = (most: number) => ({ wire: BYTES, most });
const integer = { wire: VARINT, most: 1 };
const integers = (most: number) => ({ wire: VARINT, most });
const floats = (most: number) => ({ wire: FIXED32, most });
const SPARSE = 'a sparse constant';
const FUNCTIONS = 'functions of its own';
const SUBGRAPH = 'a subgraph';

/**
 * Of producers, documentation, and what was inferred of values (`value_info`), nothing is read.
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export const MESSAGES = {
  model: {
    ...{ 1: integer, 2: text, 3: text, 4: text, 5: integer, 6: text, 7: text },
    ...{ 8: texts(MAX_FEW), 14: texts(MAX_PARTS) },
    ...{ 20: 'how it is trained', 25: FUNCTIONS, 26: 'plans for several devices' },
  },
  'operator set': { 1: text, 2: integer },
  graph: {
    ...{ 1: texts(MAX_PARTS), 2: text, 5: texts(MAX_PARTS), 10: text },
    ...{ 11: texts(MAX_PARTS), 12: texts(MAX_FEW), 13: texts(2 * MAX_PARTS) },
    ...{ 14: texts(MAX_PARTS), 15: SPARSE, 16: texts(MAX_FEW) },
  },
  node: {
    ...{ 1: texts(MAX_LIST), 2: texts(MAX_LIST), 3: text, 4: text, 5: texts(MAX_FEW) },
    ...{ 6: text, 7: text, 8: FUNCTIONS, 9: texts(MAX_FEW), 10: 'plans for several devices' },
  },
  attribute: {
    ...{ 1: text, 2: floats(1), 3: integer, 4: text, 5: text, 6: SUBGRAPH },
    ...{ 7: floats(MAX_KNOWN), 8: integers(MAX_KNOWN), 9: texts(MAX_FEW) },
    ...{ 10: 'several constants', 11: SUBGRAPH, 13: text, 14: 'a type', 15: 'a type' },
    ...{ 20: integer, 21: FUNCTIONS, 22: SPARSE, 23: SPARSE },
  },
  constant: {
    ...{ 1: integers(MAX_RANK), 2: integer, 3: 'a part of another', 4: floats(MAX_UNPACKED) },
    ...{ 5: integers(MAX_UNPACKED), 6: 'texts', 7: integers(MAX_UNPACKED), 8: text, 9: text },
    ...{ 10: { wire: FIXED64, most: MAX_UNPACKED }, 11: integers(MAX_UNPACKED), 12: text },
    ...{ 13: texts(8), 14: integer, 16: texts(MAX_FEW) },
  },
  entry: { 1: text, 2: text },
  'input or output': { 1: text, 2: text, 3: text, 4: texts(MAX_FEW) },
  type: {
    ...{ 1: text, 4: 'a sequence', 5: 'a table', 6: text, 7: 'a foreign type' },
    ...{ 8: 'a sparse tensor', 9: 'an optional value' },
  },
  'tensor type': { 1: integer, 2: text },
  shape: { 1: texts(MAX_RANK) },
  dimension: { 1: integer, 2: text, 3: text },
} as const satisfies Readonly<Record<string, Rules>>;

/** One message. */
export interface Message {
  all(field: number): readonly Field[];
  /** @throws MalformedError where it is missing; `what` it is */
  bytes(field: number, what: string): Uint8Array;
  number(field: number, what: string, otherwise?: number): number;
  /** Packed or not; at most `most`. */
  numbers(
    field: number,
    most: number,
    unpack?: (bytes: Uint8Array, most: number) => number[],
  ): number[];
  /** Of a field that may be missing. */
  name(field: number): string;
}

export type ReadMessage = (bytes: Uint8Array, kind: keyof typeof MESSAGES) => Message;

/** Counts the fields of all messages that it reads: those of one file. */
export function createMessageReader(): ReadMessage {
  let total = 0;
  return (bytes, kind) => {
    const counts = new Map<number, number>();
    const fields = fieldsOf(bytes, (field, wireType) => {
      total++;
      if (total > MAX_FIELDS) throw new MalformedError('more fields than any extractor needs');
      const count = (counts.get(field) ?? 0) + 1;
      counts.set(field, count);
      checkField(kind, field, wireType, count);
    });
    return messageOf(fields);
  };
}

/** Each is looked at before it is read. */
function checkField(kind: keyof typeof MESSAGES, field: number, wireType: number, count: number) {
  const rules: Rules = MESSAGES[kind];
  const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
  if (typeof rule === 'string') throw new MalformedError(`${rule} (field ${field} in a ${kind})`);
  // A list of numbers may also be packed.
  const isPacked = rule && rule.most > 1 && rule.wire !== BYTES && wireType === BYTES;
  if (rule === undefined || (rule.wire !== wireType && !isPacked)) {
    throw new MalformedError(`unknown field ${field} in a ${kind}`);
  }
  if (count > rule.most) {
    throw new MalformedError(
      rule.most === 1
        ? `field ${field} twice in a ${kind}`
        : `a ${kind} with more than the ${rule.most} parts allowed in field ${field}`,
    );
  }
}

function messageOf(fields: readonly Field[]): Message {
  const find = (field: number) => fields.find((part) => part.number === field);
  const all = (field: number) => fields.filter((part) => part.number === field);
  const require = (field: number, what: string) => {
    const found = find(field);
    if (found === undefined) throw new MalformedError(`no field ${field} (${what})`);
    return found;
  };
  return {
    all,
    bytes: (field, what) => require(field, what).bytes,
    number: (field, what, otherwise) =>
      otherwise === undefined ? require(field, what).value : (find(field)?.value ?? otherwise),
    numbers(field, most, unpack = packedVarints) {
      const values = all(field).flatMap((part) =>
        part.wireType === BYTES ? unpack(part.bytes, most) : [part.value],
      );
      if (values.length <= most) return values;
      throw new MalformedError(`${values.length} numbers, more than the ${most} allowed`);
    },
    name: (field) => textOf(find(field)?.bytes ?? new Uint8Array(0)),
  };
}

/** @throws MalformedError for a name that is longer than any */
export function textOf(bytes: Uint8Array): string {
  if (bytes.length > MAX_NAME) throw new MalformedError(`a name of ${bytes.length} bytes`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
