// Reads the messages of TensorFlow's files: fields of later versions are passed over, but never many.

import { BYTES } from '../../base/protobuf.ts';
import { type Field, fieldsOf, MalformedError, packedVarints } from '../../base/protobuf-read.ts';

/** Inputs and attributes of a node, numbers of an attribute, fields that are not listed. */
const MAX_LIST = 1000;
/** Bytes of a name, or of another text. */
const MAX_TEXT = 1000;

/**
 * The fields of a message, counted while they are read.
 * @param most how many there may be of a field, by its number; of all others together, and of those
 *   that a list may hold: 1,000
 * @throws MalformedError
 */
export function readFields(
  bytes: Uint8Array,
  what: string,
  most: Readonly<Record<number, number>> = {},
): Field[] {
  const counts = new Map<number, number>();
  return fieldsOf(bytes, (field) => {
    const known = Object.hasOwn(most, field) ? field : 0;
    const count = (counts.get(known) ?? 0) + 1;
    const allowed = most[known] ?? MAX_LIST;
    if (count > allowed) {
      throw new MalformedError(`a ${what} with more than the ${allowed} parts allowed`);
    }
    counts.set(known, count);
  });
}

export function allOf(fields: readonly Field[], field: number): Field[] {
  return fields.filter(({ number }) => number === field);
}

/** The last field of a number counts, as protobuf has it. */
export function lastOf(fields: readonly Field[], field: number): Field | undefined {
  return fields.findLast(({ number }) => number === field);
}

/** Empty where the field is left out. */
export function textOf(fields: readonly Field[], field: number): string {
  return decodeText(lastOf(fields, field)?.bytes ?? new Uint8Array(0));
}

export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > MAX_TEXT) throw new MalformedError(`a name of ${bytes.length} bytes`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Integers of a repeated field, packed or not. */
export function integersOf(fields: readonly Field[], field: number, most = MAX_LIST): number[] {
  const values: number[] = [];
  for (const { wireType, bytes, value } of allOf(fields, field)) {
    const part = wireType === BYTES ? packedVarints(bytes, most) : [value];
    for (const one of part) values.push(one);
    if (values.length > most) throw new MalformedError(`more numbers than the ${most} allowed`);
  }
  return values;
}
