// Reads the constants of an untrusted ONNX model, in each of the ways that they may be stored.

import { BYTES } from '../../base/protobuf.ts';
import { MalformedError, unpackVarints } from '../../base/protobuf-read.ts';
import { elementTypeOf } from './elements.ts';
import type { Message, ReadMessage } from './fields.ts';
import { BYTES_EACH, type OnnxElementType, type OnnxTensor } from './graph.ts';
import { MAX_RANK, product } from './operators/step.ts';

/** A constant whose bytes lie in another file. */
export interface ExternalData {
  /** A path as the file gives it, which may lead anywhere. */
  readonly location: string;
  readonly offset: number;
  /** In bytes: what shape and type of the constant ask for. */
  readonly length: number;
}

/** The bytes that a record names; whoever has the folder looks where they lie. @throws MalformedError */
export type ReadExternal = (record: ExternalData) => Uint8Array;

export interface TensorReader {
  readonly readMessage: ReadMessage;
  readonly readExternal: ReadExternal | undefined;
  /** Bytes that may still be made of lists of numbers, and read from other files. */
  readonly left: { listed: number; external: number };
}

/** Fields of lists of varints. */
const INT32_DATA = 5;
const INT64_DATA = 7;
/** Fields of lists whose packed form is what is wanted, and the wire type of a number alone. */
const FLOAT_DATA = 4;
const DOUBLE_DATA = 10;
const RAW_DATA = 9;
const EXTERNAL = 1;
/** Which list holds numbers of which type, where they are not raw. */
const LISTS: Readonly<Record<OnnxElementType, number>> = {
  float32: FLOAT_DATA,
  double: DOUBLE_DATA,
  int64: INT64_DATA,
  int32: INT32_DATA,
  int8: INT32_DATA,
  uint8: INT32_DATA,
  bool: INT32_DATA,
  float16: INT32_DATA,
};

/** @throws MalformedError unless it is as long as shape and type say */
export function readTensor(bytes: Uint8Array, reader: TensorReader): OnnxTensor {
  const fields = reader.readMessage(bytes, 'constant');
  // In an attribute, it needs none.
  const name = fields.name(8);
  const type = elementTypeOf(fields.number(2, `a type of ${name}`));
  const shape = fields.numbers(1, MAX_RANK);
  const length = product(shape) * BYTES_EACH[type];
  const isValid = shape.every((size) => size >= 0) && Number.isSafeInteger(length);
  const data = isValid ? dataOf(fields, type, length, reader, name) : undefined;
  if (data?.length === length) return { name, type, shape, bytes: data };
  throw new MalformedError(
    `constant ${name} of shape ${shape.join('x')} in ${data?.length ?? 0} bytes`,
  );
}

function dataOf(
  fields: Message,
  type: OnnxElementType,
  length: number,
  reader: TensorReader,
  name: string,
): Uint8Array {
  const stored = [FLOAT_DATA, INT32_DATA, INT64_DATA, RAW_DATA, DOUBLE_DATA, 11].filter(
    (field) => fields.all(field).length > 0,
  );
  if (fields.number(14, '', 0) === EXTERNAL) {
    if (stored.length > 0) throw new MalformedError(`constant ${name} in two places`);
    return externalBytes(fields, length, reader, name);
  }
  const [field = RAW_DATA] = stored;
  if (stored.length > 1 || ![RAW_DATA, LISTS[type]].includes(field)) {
    throw new MalformedError(`constant ${name} with numbers in fields ${stored.join(' and ')}`);
  }
  const parts = fields.all(field);
  if (parts.length <= 1 && (parts[0]?.wireType ?? BYTES) === BYTES) {
    const whole = parts[0]?.bytes ?? new Uint8Array(0);
    if (field === RAW_DATA || field === FLOAT_DATA || field === DOUBLE_DATA) return whole;
  }
  return listedBytes(fields, field, type, length, reader);
}

/** Numbers of a list as bytes: more of them than there are bytes in the file, so that they are counted. */
function listedBytes(
  fields: Message,
  field: number,
  type: OnnxElementType,
  length: number,
  { left }: TensorReader,
): Uint8Array {
  left.listed -= length;
  if (left.listed < 0) throw new MalformedError('more numbers in lists than any extractor needs');
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  const size = BYTES_EACH[type];
  const count = length / size;
  let at = 0;
  const put = (value: number) => {
    if (at === count) throw new MalformedError(`more numbers than the ${count} of its shape`);
    WRITERS[type](view, at * size, value);
    at++;
  };
  for (const part of fields.all(field)) {
    if (part.wireType !== BYTES) put(part.value);
    else if (field === FLOAT_DATA || field === DOUBLE_DATA) {
      throw new MalformedError('numbers both packed and not');
    } else unpackVarints(part.bytes, count, put);
  }
  return bytes.subarray(0, at * size);
}

type Write = (view: DataView, at: number, value: number) => void;

/** float16 is listed by its bits. */
const WRITERS: Readonly<Record<OnnxElementType, Write>> = {
  float32: (view, at, value) => view.setFloat32(at, value, true),
  double: (view, at, value) => view.setFloat64(at, value, true),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  int32: (view, at, value) => view.setInt32(at, value, true),
  float16: (view, at, value) => view.setUint16(at, value, true),
  int8: (view, at, value) => view.setInt8(at, value),
  uint8: (view, at, value) => view.setUint8(at, value),
  bool: (view, at, value) => view.setUint8(at, value),
};

function externalBytes(
  fields: Message,
  length: number,
  { readMessage, readExternal, left }: TensorReader,
  name: string,
): Uint8Array {
  if (readExternal === undefined) {
    throw new MalformedError(`constant ${name} whose numbers are in another file`);
  }
  const entries = new Map(
    fields.all(13).map((part) => {
      const entry = readMessage(part.bytes, 'entry');
      return [entry.name(1), entry.name(2)] as const;
    }),
  );
  const location = entries.get('location') ?? '';
  const offset = entries.get('offset') ?? '0';
  const given = entries.get('length') ?? String(length);
  const isPlace = location !== '' && !location.includes('\0') && /^\d{1,15}$/.test(offset);
  if (!isPlace || given !== String(length)) {
    throw new MalformedError(
      `constant ${name} of ${length} bytes at ${offset}, ${given} of them in ${location || 'no file'}`,
    );
  }
  left.external -= length;
  if (left.external < 0) throw new MalformedError('more than 2 GB of constants');
  return length === 0
    ? new Uint8Array(0)
    : readExternal({ location, offset: Number(offset), length });
}
