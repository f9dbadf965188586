// Reads TensorBoard event files back: records with their checksums, then steps and tags.

import assert from 'node:assert/strict';
import protobuf from 'protobufjs/minimal.js';
import { crc32c } from '../../src/report/crc32c.ts';

export interface ReadEvent {
  step: number;
  /** Values of scalars by tag. */
  scalars: Record<string, number>;
  /** Tags of histograms. */
  histograms: string[];
}

/** The events of a file but the first, which names the version. */
export function readEvents(bytes: Uint8Array): ReadEvent[] {
  const [version, ...events] = recordsOf(bytes);
  assert.match(Buffer.from(version).toString('latin1'), /brain\.Event:2$/);
  return events.map(readEvent);
}

/** The data of each record; lengths and masked CRC-32C are checked on the way. */
export function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    const data = bytes.subarray(at + 12, at + 12 + length);
    assert.equal(view.getUint32(at + 8, true), masked(bytes.subarray(at, at + 8)));
    assert.equal(view.getUint32(at + 12 + length, true), masked(data));
    records.push(data);
    at += 12 + length + 4;
  }
  return records;
}

/** As in TensorFlow's crc32c.h, in whole numbers: independent of the code under test. */
export function masked(bytes: Uint8Array): number {
  const crc = BigInt(crc32c(bytes));
  const rotated = (crc >> 15n) | ((crc << 17n) & 0xffffffffn);
  return Number((rotated + 0xa282ead8n) & 0xffffffffn);
}

/** Fields of event.proto: 2 step, 5 summary; of its values: 1 tag, 2 scalar, 5 histogram. */
function readEvent(bytes: Uint8Array): ReadEvent {
  const reader = protobuf.Reader.create(bytes);
  const event: ReadEvent = { step: 0, scalars: {}, histograms: [] };
  while (reader.pos < bytes.length) {
    const key = reader.uint32();
    if (key >>> 3 === 2) event.step = Number(reader.int64().toString());
    else if (key >>> 3 === 5) {
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) readValue(reader, event);
    } else reader.skipType(key & 7);
  }
  return event;
}

function readValue(reader: protobuf.Reader, event: ReadEvent): void {
  assert.equal(reader.uint32() >>> 3, 1);
  const end = reader.uint32() + reader.pos;
  let tag = '';
  while (reader.pos < end) {
    const key = reader.uint32();
    if (key >>> 3 === 1) tag = reader.string();
    else if (key >>> 3 === 2) event.scalars[tag] = reader.float();
    else {
      if (key >>> 3 === 5) event.histograms.push(tag);
      reader.skipType(key & 7);
    }
  }
}
