// Decodes the constants of a TensorFlow graph.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto

import { halfToNumber } from '../../base/half.ts';
import { BYTES } from '../../base/protobuf.ts';
import { type Field, MalformedError } from '../../base/protobuf-read.ts';
import type { TfjsWeight } from '../tfjs/weights.ts';
import { allOf, integersOf, lastOf, readFields } from './fields.ts';

/** Axes of a value. */
const MAX_RANK = 8;
/** Values listed one by one: TensorFlow writes large constants as bytes. */
const MAX_LISTED = 2 ** 24;

/** How the values of a type are written. */
interface ElementType {
  /** In `DataType`: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/types.proto */
  readonly name: string;
  readonly dtype: TfjsWeight['dtype'];
  /** As bytes, little-endian. */
  readonly Stored: StoredConstructor;
  /** The field in which they are listed instead. */
  readonly field: number;
  /** From what is stored or listed; default: as it is. */
  readonly decode?: (code: number) => number;
}

type Stored =
  | Float32Array
  | Float64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint16Array
  | BigInt64Array;
interface StoredConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): Stored;
}

/** The fields that hold fixed-width numbers, packed as they lie in `tensor_content`. */
const FIXED_WIDTH = [5, 6];

const float = 'float32';
const int = 'int32';
const TYPES: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [1, { name: 'DT_FLOAT', dtype: float, Stored: Float32Array, field: 5 }],
  [2, { name: 'DT_DOUBLE', dtype: float, Stored: Float64Array, field: 6 }],
  [3, { name: 'DT_INT32', dtype: int, Stored: Int32Array, field: 7 }],
  [4, { name: 'DT_UINT8', dtype: int, Stored: Uint8Array, field: 7 }],
  [5, { name: 'DT_INT16', dtype: int, Stored: Int16Array, field: 7 }],
  [6, { name: 'DT_INT8', dtype: int, Stored: Int8Array, field: 7 }],
  [9, { name: 'DT_INT64', dtype: int, Stored: BigInt64Array, field: 10, decode: toInt32 }],
  [10, { name: 'DT_BOOL', dtype: 'bool', Stored: Uint8Array, field: 11 }],
  [14, { name: 'DT_BFLOAT16', dtype: float, Stored: Uint16Array, field: 13, decode: bfloat }],
  [19, { name: 'DT_HALF', dtype: float, Stored: Uint16Array, field: 13, decode: halfToNumber }],
]);

/** `DT_FLOAT` for 1; a number as text where values of the type are not read. */
export function typeName(number: number): string {
  return TYPES.get(number)?.name ?? `${number}`;
}

/** What values of a type are read as; undefined where they are not. */
export function elementsOf(name: string | undefined): TfjsWeight['dtype'] | undefined {
  return [...TYPES.values()].find((type) => type.name === name)?.dtype;
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/**
 * @param name for messages
 * @param most bytes that its values may take in memory
 * @returns undefined for values that are not numbers, such as texts
 * @throws MalformedError
 */
export function readTensor(bytes: Uint8Array, name: string, most: number): TfjsWeight | undefined {
  const fields = readFields(bytes, 'constant', { 5: MAX_LISTED, 7: MAX_LISTED });
  const type = TYPES.get(lastOf(fields, 1)?.value ?? 0);
  if (type === undefined) return undefined;
  const { dtype, Stored, decode = same } = type;
  const Values = ARRAYS[dtype];
  const shape = dimsOf(lastOf(fields, 2)?.bytes ?? new Uint8Array(0));
  const count = shape.reduce((all, size) => all * size, 1);
  const wrong = (what: string) =>
    new MalformedError(`constant ${name} of shape ${shape.join('x')}, ${what}`);
  if (shape.some((size) => size < 0)) throw wrong('which is none');
  if (!(count * Values.BYTES_PER_ELEMENT <= most)) throw wrong('beyond what networks may hold');
  const content = lastOf(fields, 4)?.bytes;
  const whole = content !== undefined && content.length > 0;
  const written = whole ? stored(content, Stored) : listed(fields, type);
  if (whole ? written.length !== count : written.length > count) {
    throw wrong(`but ${written.length} values`);
  }
  if (written instanceof Values && written.length === count) return { shape, dtype, data: written };
  const data = new Values(count);
  for (let i = 0; i < written.length; i++) data[i] = decode(Number(written[i]));
  // The last value listed stands for all that follow; without any, all are 0.
  if (written.length > 0) data.fill(data[written.length - 1], written.length);
  return { shape, dtype, data, half: decode === halfToNumber };
}

/** Sizes of a TensorShapeProto; -1 for any. */
export function dimsOf(bytes: Uint8Array): number[] {
  const dims = allOf(readFields(bytes, 'shape', { 2: MAX_RANK }), 2);
  return dims.map((dim) => lastOf(readFields(dim.bytes, 'size'), 1)?.value ?? 0);
}

function stored(bytes: Uint8Array, Stored: StoredConstructor): Stored {
  const { BYTES_PER_ELEMENT: each } = Stored;
  if (bytes.length % each !== 0) throw new MalformedError(`a number of less than ${each} bytes`);
  // A copy, because typed arrays must be aligned to their element size.
  return new Stored(new Uint8Array(bytes).buffer);
}

function listed(
  fields: readonly Field[],
  { field, Stored }: ElementType,
): ArrayLike<number | bigint> {
  if (!FIXED_WIDTH.includes(field)) return integersOf(fields, field, MAX_LISTED);
  return allOf(fields, field).flatMap(({ wireType, bytes, value }) => {
    if (wireType !== BYTES) return [value];
    if (bytes.length > MAX_LISTED) throw new MalformedError(`a list of ${bytes.length} bytes`);
    return Array.from(stored(bytes, Stored) as Float32Array);
  });
}

function bfloat(code: number): number {
  return new Float32Array(Uint32Array.of(code * 2 ** 16).buffer)[0];
}

function same(code: number): number {
  return code;
}

/** As the weights of a graph model are: the end of a slice is often the largest there is. */
function toInt32(code: number): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, code));
}
