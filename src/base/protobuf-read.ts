// Reads protobuf messages that nobody vouches for: https://protobuf.dev/programming-guides/encoding/

import { BYTES, FIXED32, FIXED64, VARINT } from './protobuf.ts';

/** A field as it stands. */
export interface Field {
  readonly number: number;
  readonly wireType: number;
  /**
   * Of a varint (as int64; beyond what a number holds exactly, the nearest that it does), and of a
   * fixed32 or fixed64, as a float.
   */
  readonly value: number;
  /** Of a length-delimited field: a view, no copy. */
  readonly bytes: Uint8Array;
}

/** What is wrong with a message; whoever reads a file says where. */
export class MalformedError extends Error {}

const NOTHING = new Uint8Array(0);
/** Bytes of the longest varint, a negative int64. */
const LONGEST = 10;

/**
 * The fields of one message, in order.
 * @param accept called with each field before it is read; it throws to refuse it
 * @throws MalformedError for what reaches beyond its end, and groups
 */
export function fieldsOf(
  message: Uint8Array,
  accept: (number: number, wireType: number) => void = () => {},
): Field[] {
  const fields: Field[] = [];
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = () => {
    const read = readVarint(message, at);
    at = read.end;
    return read.value;
  };
  while (at < message.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const wireType = key % 8;
    if (key < 8 || key > 0xffffffff) throw new MalformedError('a field without a number');
    accept(number, wireType);
    if (wireType === VARINT) {
      fields.push({ number, wireType, value: varint(), bytes: NOTHING });
    } else if (wireType === BYTES) {
      const length = varint();
      if (length < 0 || length > message.length - at) {
        throw new MalformedError('a field that reaches beyond the end');
      }
      fields.push({ number, wireType, value: 0, bytes: message.subarray(at, at + length) });
      at += length;
    } else if (wireType === FIXED32 || wireType === FIXED64) {
      const length = wireType === FIXED32 ? 4 : 8;
      if (message.length - at < length) {
        throw new MalformedError('a field that reaches beyond the end');
      }
      const value = length === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true);
      fields.push({ number, wireType, value, bytes: NOTHING });
      at += length;
    } else {
      throw new MalformedError(`a field of wire type ${wireType}`);
    }
  }
  return fields;
}

/** Numbers of a packed list, at most `most`. @throws MalformedError */
export function packedVarints(bytes: Uint8Array, most: number): number[] {
  const values: number[] = [];
  unpackVarints(bytes, most, (value) => values.push(value));
  return values;
}

/** Hands over one number of a packed list after the other, at most `most`. @throws MalformedError */
export function unpackVarints(
  bytes: Uint8Array,
  most: number,
  take: (value: number, index: number) => void,
): void {
  let index = 0;
  for (let at = 0; at < bytes.length; index++) {
    if (index === most) throw new MalformedError(`more numbers than the ${most} allowed`);
    const { value, end } = readVarint(bytes, at);
    take(value, index);
    at = end;
  }
}

/** Floats of a packed list, at most `most`. @throws MalformedError */
export function packedFloats(bytes: Uint8Array, most: number): number[] {
  const count = bytes.length / 4;
  if (!Number.isInteger(count)) throw new MalformedError('a number that reaches beyond the end');
  if (count > most) throw new MalformedError(`more numbers than the ${most} allowed`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => view.getFloat32(4 * index, true));
}

/** A signed 64-bit integer, and where it ends. */
function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let low = 0;
  let high = 0;
  for (let count = 0; count < LONGEST; count++) {
    const at = start + count;
    if (at >= bytes.length) throw new MalformedError('a number that reaches beyond the end');
    const bits = bytes[at] & 0x7f;
    // Four times seven bits fill the low half but for four bits; the fifth byte is split.
    if (count < 4) low += bits * 2 ** (7 * count);
    else if (count === 4) {
      low += (bits & 0x0f) * 2 ** 28;
      high = bits >> 4;
    } else high += bits * 2 ** (7 * count - 32);
    if (bytes[at] < 0x80) {
      const signed = (high % 2 ** 32) | 0;
      const value = signed * 2 ** 32 + low;
      const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
      const nearest = Math.min(Math.max(value, MIN_SAFE_INTEGER), MAX_SAFE_INTEGER);
      return { value: nearest, end: at + 1 };
    }
  }
  throw new MalformedError('a number without an end');
}
