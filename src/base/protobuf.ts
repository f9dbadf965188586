// Writing protobuf messages field by field: https://protobuf.dev/programming-guides/encoding/

import type { Writer } from 'protobufjs/minimal.js';

/** Wire types. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

export type { Writer };

export function key(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

/** A message, or a packed list, as a field. */
export function message(writer: Writer, field: number, write: (writer: Writer) => void): void {
  writer.uint32(key(field, BYTES)).fork();
  write(writer);
  writer.ldelim();
}

export function text(writer: Writer, field: number, value: string): void {
  writer.uint32(key(field, BYTES)).string(value);
}
